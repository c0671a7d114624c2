# Linters. Those for shell and GDScript come from PyPI.
# shellcheck shell=bash

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
	lint_case staticcheck go tool staticcheck ./...
	if tools=$(python_tools lint); then
		lint_case shellcheck lint_shell "$tools"
		lint_case gdlint lint_gdscript "$tools/gdlint"
		lint_case gdformat lint_gdscript "$tools/gdformat" --check
	elif have shellcheck; then
		lint_case shellcheck lint_shell "$(dirname "$(command -v shellcheck)")"
		lint_skip gdlint
		lint_skip gdformat
	else
		lint_skip shellcheck
		lint_skip gdlint
		lint_skip gdformat
	fi
	((LINT_FAILED == 0))
}

# lint_case NAME COMMAND...: what the linter says is shown when it fails.
lint_case() {
	local name=$1 output
	shift
	if output=$("$@" 2>&1); then
		say "ok   $name"
		((LINT_PASSED += 1))
	else
		say "FAIL $name"
		printf '%s\n' "$output" >&2
		((LINT_FAILED += 1))
	fi
}

lint_skip() {
	say "skip $1 (see the warning above)"
	((LINT_SKIPPED += 1))
}

lint_gofmt() {
	local badly
	badly=$("$(go env GOROOT)/bin/gofmt" -l .) || return
	[[ -z $badly ]] || {
		printf 'not formatted (gofmt -w):\n%s\n' "$badly"
		return 1
	}
}

lint_shell() { "$1/shellcheck" --shell=bash --external-sources build.sh .ci/run scripts/*.sh; }

# lint_gdscript COMMAND...: over the scripts, and those in the tutorial.
lint_gdscript() {
	local files=() file
	tutorial_assemble build/tutorial_lint
	while IFS= read -r file; do
		files+=("$file")
	done < <(find godot_project tests/godot tests/demo tests/faults tests/tutorial tests/package build/tutorial_lint \( -name .godot -o -path tests/godot/addons \) -prune -o -name '*.gd' -print)
	"$@" "${files[@]}"
}
