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
	local log=$TEST_DIR/csharp.log status=0
	(($# == 0)) || die "test --csharp takes nothing else" 2
	have dotnet || die ".NET is missing; install its SDK 8 or newer from https://dotnet.microsoft.com/download"
	test_begin
	csharp_assemble
	dotnet build "$CSHARP_PROJECT" --nologo >"$log" 2>&1 || status=1
	test_outcome "$status" csharp 'wrappers in C#' "$log" || true
	test_totals
}
