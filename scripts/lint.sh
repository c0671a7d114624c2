# Linters. Those for Go are tools of the module scripts/tools; those for shell and GDScript come
# from PyPI.
# shellcheck shell=bash

readonly LINT_UNAVAILABLE=75 # the status of a linter that cannot do its work here
readonly LINT_LICENCES=MIT,BSD-2-Clause,BSD-3-Clause,Apache-2.0

LINT_PASSED=0
LINT_FAILED=0
LINT_SKIPPED=0

# lint_run: every linter, each one a case; status 1 when one found something.
lint_run() {
	local tools=''
	toolchain_check_go
	toolchain_check_c # vet and staticcheck compile what uses cgo
	LINT_PASSED=0 LINT_FAILED=0 LINT_SKIPPED=0
	lint_case gofmt lint_gofmt
	lint_case 'go vet' go vet ./...
	lint_case staticcheck lint_go_tool staticcheck ./...
	lint_case govulncheck lint_vulnerabilities
	lint_case licences lint_licences
	lint_case prose prose_check
	lint_case actionlint lint_go_tool actionlint -shellcheck= -pyflakes= .github/workflows/*.yml
	lint_case hadolint docker_lint
	if tools=$(python_tools site); then
		lint_case 'site: links' site_build "$tools"
		lint_case 'site: in a browser' site_look
	else
		lint_skip site 'see the warning above'
	fi
	if tools=$(python_tools lint); then
		lint_case shellcheck lint_shell "$tools"
		lint_case gdlint lint_gdscript "$tools/gdlint"
		lint_case gdformat lint_gdscript "$tools/gdformat" --check
	elif have shellcheck; then
		lint_case shellcheck lint_shell "$(dirname "$(command -v shellcheck)")"
		lint_skip gdlint 'see the warning above'
		lint_skip gdformat 'see the warning above'
	else
		lint_skip shellcheck 'see the warning above'
		lint_skip gdlint 'see the warning above'
		lint_skip gdformat 'see the warning above'
	fi
	((LINT_FAILED == 0))
}

# lint_case NAME COMMAND...: what the linter says is shown when it fails, and its last line when it
# cannot do its work here.
lint_case() {
	local name=$1 output status=0
	shift
	output=$("$@" 2>&1) || status=$?
	if ((status == 0)); then
		say "ok   $name"
		((LINT_PASSED += 1))
	elif ((status == LINT_UNAVAILABLE)); then
		lint_skip "$name" "${output##*$'\n'}"
	else
		say "FAIL $name"
		printf '%s\n' "$output" >&2
		((LINT_FAILED += 1))
	fi
}

# lint_skip NAME REASON
lint_skip() {
	say "skip $1 ($2)"
	((LINT_SKIPPED += 1))
}

# lint_go_tool NAME ARGUMENT...: a tool of scripts/tools, on the main module.
lint_go_tool() {
	local program
	program=$(go -C scripts/tools tool -n "$1") || return
	"$program" "${@:2}"
}

# lint_vulnerabilities: known ones that the code can reach. They are asked for at vuln.go.dev.
lint_vulnerabilities() {
	local output status=0
	output=$(lint_go_tool govulncheck ./... 2>&1) || status=$?
	printf '%s\n' "$output"
	[[ $output != *'fetching vulnerabilities:'* ]] || return "$LINT_UNAVAILABLE"
	return "$status"
}

# lint_licences: of what is in the library and in the embedded server.
lint_licences() { lint_go_tool go-licenses check ./capi ./server/cmd/devserver --ignore phoenixchannels --allowed_licenses "$LINT_LICENCES"; }

lint_gofmt() {
	local badly
	badly=$("$(go env GOROOT)/bin/gofmt" -l .) || return
	[[ -z $badly ]] || {
		printf 'not formatted (gofmt -w):\n%s\n' "$badly"
		return 1
	}
}

lint_shell() { "$1/shellcheck" --shell=bash --external-sources build.sh .ci/* scripts/*.sh tests/bench/load/*.sh; }

# lint_gdscript COMMAND...: over the scripts, and those in the tutorials and guides.
lint_gdscript() {
	local files=() file
	tutorial_assemble_all build/tutorial_lint
	guides_assemble build/guides_lint
	while IFS= read -r file; do
		files+=("$file")
	done < <(find godot_project tests examples scripts build/tutorial_lint build/guides_lint \( -name .godot -o -name node_modules -o -path tests/godot/addons -o -path 'examples/*/addons' \) -prune -o -name '*.gd' -print)
	"$@" "${files[@]}"
}
