# The checksums of a release, and their signature.
# shellcheck shell=bash

readonly CHECKSUMS=dist/SHA256SUMS
# Who may sign: the public key, in OpenSSH's "allowed signers" format. It is missing until a
# maintainer has made a key.
readonly CHECKSUMS_SIGNERS=docs/release_signers
readonly CHECKSUMS_SIGNER=releases
readonly CHECKSUMS_NAMESPACE=file

# checksums_run: dist/SHA256SUMS for the packaged zips, and SHA256SUMS.sig when RELEASE_SIGNING_KEY
# holds a private key of OpenSSH.
checksums_run() {
	local zips=(dist/phoenix_channels*.zip)
	[[ -e ${zips[0]} ]] || die "dist has no package; build it with: ./build.sh package"
	(cd dist && checksums_of "${zips[@]#dist/}") >"$CHECKSUMS"
	rm -f "$CHECKSUMS.sig"
	if [[ -z ${RELEASE_SIGNING_KEY:-} ]]; then
		say "skip signing the checksums: RELEASE_SIGNING_KEY is not set"
		return
	fi
	have ssh-keygen || die "ssh-keygen is missing, which signs the checksums; install OpenSSH"
	checksums_sign || die "the checksums cannot be signed; RELEASE_SIGNING_KEY must hold a private key of OpenSSH without a passphrase"
	checksums_verify || die "$CHECKSUMS_SIGNERS does not have the public key of RELEASE_SIGNING_KEY; docs/contributing.md says how to write it"
	say "signed: $CHECKSUMS"
}

# checksums_of FILE...: lines that sha256sum --check reads.
checksums_of() {
	if have sha256sum; then
		sha256sum "$@"
	else
		shasum -a 256 "$@"
	fi
}

# checksums_sign: in a shell of its own, so that the key is gone however it ends.
checksums_sign() (
	local key
	umask 077
	key=$(mktemp)
	trap 'rm -f "$key"' EXIT
	printf '%s\n' "$RELEASE_SIGNING_KEY" >"$key"
	ssh-keygen -q -Y sign -f "$key" -n "$CHECKSUMS_NAMESPACE" "$CHECKSUMS" </dev/null >&2
)

checksums_verify() {
	[[ -e $CHECKSUMS_SIGNERS ]] || return
	ssh-keygen -q -Y verify -f "$CHECKSUMS_SIGNERS" -I "$CHECKSUMS_SIGNER" -n "$CHECKSUMS_NAMESPACE" -s "$CHECKSUMS.sig" <"$CHECKSUMS" >&2
}
