# A browser for tests, and the driver that runs a page in it.
# shellcheck shell=bash

readonly BROWSER_DRIVER=tests/web/driver
readonly BROWSER_DRIVER_NODE=20 # oldest major version
readonly BROWSER_NAMES=(chromium chromium-browser google-chrome google-chrome-stable chrome microsoft-edge)
readonly BROWSER_PLACES=(
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
	'/Applications/Chromium.app/Contents/MacOS/Chromium'
	'/c/Program Files/Google/Chrome/Application/chrome.exe'
)

# browser_find: prints the path of a Chromium: the one that $BROWSER_PROGRAM names, or the first
# installed one; status 1 when there is none.
browser_find() {
	local name
	if [[ -n ${BROWSER_PROGRAM:-} ]]; then
		command -v -- "$BROWSER_PROGRAM" ||
			die "BROWSER_PROGRAM=$BROWSER_PROGRAM is not a program; set it to a Chromium or Chrome, or unset it"
		return
	fi
	for name in "${BROWSER_NAMES[@]}" "${BROWSER_PLACES[@]}"; do
		command -v -- "$name" && return
	done
	return 1
}

# browser_driver: installs the driver; status 1, with the reason on stdout, when that cannot be.
browser_driver() {
	local version
	if ! have node || ! have npm; then
		printf 'Node.js with npm is not installed\n'
		return 1
	fi
	version=$(node --version)
	version=${version#v}
	if ((${version%%.*} < BROWSER_DRIVER_NODE)); then
		printf 'Node.js %s is too old, %s is needed\n' "$version" "$BROWSER_DRIVER_NODE"
		return 1
	fi
	if [[ $BROWSER_DRIVER/package-lock.json -nt $BROWSER_DRIVER/node_modules/.package-lock.json ]]; then
		mkdir -p build
		(cd "$BROWSER_DRIVER" && npm ci) >build/npm.log 2>&1 || {
			printf 'npm ci failed in %s: %s\n' "$BROWSER_DRIVER" "$(tail -n 1 build/npm.log)"
			return 1
		}
	fi
}
