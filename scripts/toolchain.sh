# Checking for Go and a C compiler before they are needed, and running go so that its failures read
# as one line.
# shellcheck shell=bash

readonly GO_OLDEST=1.21 # from here on go fetches the version that go.mod names by itself

# toolchain_check_go: Go is there, and the version that go.mod asks for is there or can be fetched.
toolchain_check_go() {
	local version minor wanted log
	wanted=$(awk '$1 == "go" { print $2 }' go.mod)
	have go || die "Go is missing; install $GO_OLDEST or newer from https://go.dev/dl (it fetches $wanted by itself)"
	version=$(cd / && go env GOVERSION 2>/dev/null) || true # GOVERSION is known from 1.17 on
	minor=${version#go1.}
	minor=${minor%%[!0-9]*}
	((${minor:-0} >= ${GO_OLDEST#1.})) ||
		die "$(command -v go) is ${version:-too old a Go}; install $GO_OLDEST or newer from https://go.dev/dl (it fetches $wanted by itself)"
	log=$(go env GOVERSION 2>&1 >/dev/null) ||
		die "Go $wanted is needed, this is ${version#go}, and fetching it failed: $(toolchain_reason "$log"); go online, or install Go $wanted from https://go.dev/dl"
}

toolchain_check_c() {
	local compiler
	compiler=$(go env CC)
	# CC may carry flags; the program is its first word.
	have "${compiler%% *}" ||
		die "no C compiler: '${compiler%% *}' is not on PATH; install gcc or clang (Debian: apt-get install gcc libc6-dev; macOS: xcode-select --install), or name one in CC"
}

# toolchain_reason TEXT: the line of go's output with the error, without its prefix.
toolchain_reason() {
	local line
	line=$(grep -v -E '^(go: downloading|#|[[:space:]]*$)' <<<"$1" | tail -n 1) || true
	printf '%s\n' "${line#go: }"
}

# toolchain_build OUTPUT PACKAGE [FLAG...]: go build, into a file that takes OUTPUT's place only
# when it is whole. Of what go prints downloads are shown as they come, being progress; the rest
# when it fails, unless one line says it all.
toolchain_build() {
	local output=$1 package=$2 log text
	shift 2
	mkdir -p "${output%/*}" build
	log=$(mktemp build/go-build.XXXXXX)
	if ! go build -o "$output.new" "$@" "$package" 2>&1 | tee "$log" | toolchain_show_downloads; then
		text=$(<"$log")
		rm -f "$log" "$output.new"
		if grep -q -E 'dial tcp|no such host|proxyconnect|module lookup disabled|connection refused|i/o timeout|TLS handshake|server misbehaving' <<<"$text"; then
			die "Go modules are missing and cannot be downloaded: $(toolchain_reason "$text"); go online, or point GOPROXY at a proxy that answers"
		fi
		printf '%s\n' "$text" >&2
		die "building $package failed; go's own words stand above"
	fi
	rm -f "$log" "$output.h" # the header that c-shared leaves
	mv -f "$output.new" "$output"
}

toolchain_show_downloads() {
	local line
	while IFS= read -r line; do
		[[ $line != 'go: downloading '* ]] || say "$line"
	done
}

# toolchain_is_newer OUTPUT SOURCE...: something in the sources is newer than OUTPUT, or OUTPUT is
# missing. Folders count, because their time shows removed files; tests and documentation do not.
toolchain_is_newer() {
	local output=$1
	shift
	[[ -e $output ]] || return 0
	[[ -n $(find "$@" \( -name '*_test.go' -o -name testdata -o -name '*.md' \) -prune -o -newer "$output" -print -quit) ]]
}
