# The typed wrappers for C#: compiled with .NET and the packages of Godot, which come from NuGet.
# shellcheck shell=bash

readonly CSHARP_PROJECT=build/csharp

# csharp_assemble: a project with the wrappers and the classes that docs/csharp.md shows under a
# file's name.
csharp_assemble() {
	rm -rf "$CSHARP_PROJECT"
	mkdir -p "$CSHARP_PROJECT"
	cp tests/csharp/Wrappers.csproj docs/csharp/*.cs "$CSHARP_PROJECT/"
	awk -v folder="$CSHARP_PROJECT" '
		/^\*\*`[A-Za-z]+\.cs`\*\*$/ { name = substr($0, 4, length($0) - 6); next }
		/^```/ && out { close(out); out = ""; name = ""; next }
		/^```csharp$/ && name { out = folder "/" name; next }
		out { print > out }
	' docs/csharp.md
}

# csharp_test: compiles them; the last line on stdout is the total.
csharp_test() {
	local output
	(($# == 0)) || die "test --csharp takes nothing else" 2
	have dotnet || die ".NET is missing; install its SDK 8 or newer from https://dotnet.microsoft.com/download"
	test_begin
	csharp_assemble
	if output=$(dotnet build "$CSHARP_PROJECT" --nologo 2>&1); then
		say "ok   wrappers in C#"
		printf '1 0 0\n' >"$TEST_DIR/csharp.totals"
	else
		printf '%s\n' "$output" >&2
		say "--- FAIL wrappers in C#"
		printf '0 1 0\n' >"$TEST_DIR/csharp.totals"
	fi
	test_totals
}
