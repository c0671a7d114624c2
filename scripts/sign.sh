# Signing the libraries for macOS, and having Apple notarize them, so that the system does not
# quarantine a downloaded copy.
# shellcheck shell=bash

# What the release workflow's secrets hold: the certificate "Developer ID Application" as base64 of
# a .p12 file, its password, and a key of App Store Connect for the notary service: its name, its
# issuer's, and its .p8 file.
readonly SIGN_SECRETS=(MACOS_CERTIFICATE MACOS_CERTIFICATE_PASSWORD MACOS_NOTARY_KEY_ID MACOS_NOTARY_ISSUER MACOS_NOTARY_KEY)

# sign_run: the libraries that package has built for macOS, in their place.
sign_run() {
	local secret tool
	for secret in "${SIGN_SECRETS[@]}"; do
		if [[ -z ${!secret:-} ]]; then
			say "skip signing: $secret is not set"
			return
		fi
	done
	for tool in codesign security xcrun spctl ditto; do
		have "$tool" || die "$tool is missing, which signs for macOS: run this on a Mac with Xcode"
	done
	platform_read macos
	sign_library "$PLATFORM_DIR/$PLATFORM_FILE"
	sign_library "$PLATFORM_DIR/$PLATFORM_EDITOR_FILE"
}

sign_library() {
	local library=$1
	[[ -e $library ]] || die "$library is missing; build it with: ./build.sh package --platform macos"
	sign_with_certificate "$library" || die "the library for macOS cannot be signed"
	sign_notarize "$library" || die "Apple does not notarize the library for macOS"
	codesign --verify --strict --verbose=2 "$library" >&2 || die "the signature of $library is not valid"
	spctl --assess --type open --context context:primary-signature --verbose=2 "$library" >&2 || die "macOS would keep $library back"
	say "signed: $library"
}

# sign_with_certificate LIBRARY: with a keychain of its own, which is gone afterwards.
sign_with_certificate() (
	local work keychain password identity
	work=$(mktemp -d)
	keychain=$work/sign.keychain-db password=$(uuidgen)
	trap 'security delete-keychain "$keychain" 2>/dev/null; rm -rf "$work"' EXIT
	base64 --decode <<<"$MACOS_CERTIFICATE" >"$work/certificate.p12" || die "MACOS_CERTIFICATE is not base64"
	security create-keychain -p "$password" "$keychain"
	security unlock-keychain -p "$password" "$keychain"
	security import "$work/certificate.p12" -k "$keychain" -P "$MACOS_CERTIFICATE_PASSWORD" -T /usr/bin/codesign >&2 ||
		die "MACOS_CERTIFICATE is no certificate that MACOS_CERTIFICATE_PASSWORD opens"
	security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" >/dev/null
	identity=$(security find-identity -v -p codesigning "$keychain" | awk '/Developer ID Application/ { print $2; exit }')
	[[ -n $identity ]] || die "MACOS_CERTIFICATE holds no valid \"Developer ID Application\""
	codesign --force --timestamp --options runtime --keychain "$keychain" --sign "$identity" "$1"
)

# sign_notarize LIBRARY: waits until Apple has looked at it.
sign_notarize() (
	local work
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	printf '%s\n' "$MACOS_NOTARY_KEY" >"$work/key.p8"
	ditto -c -k --keepParent "$1" "$work/library.zip"
	xcrun notarytool submit "$work/library.zip" --key "$work/key.p8" --key-id "$MACOS_NOTARY_KEY_ID" --issuer "$MACOS_NOTARY_ISSUER" --wait --timeout 20m >&2
)
