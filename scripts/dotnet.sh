# The library in a .NET program, on a runtime from PyPI.
# shellcheck shell=bash

# dotnet_test: the last line on stdout is the total.
dotnet_test() {
	local folder program
	(($# == 0)) || die "test --dotnet takes nothing else" 2
	[[ $(uname -s)/$(uname -m) == Linux/x86_64 ]] || die "test --dotnet has a .NET runtime for Linux on x86_64 alone"
	have mcs || die "mcs is missing, which compiles the C# of the test; install it (Debian: apt-get install mono-mcs)"
	folder=$(python_tools dotnet) || die "the test needs the .NET runtime that scripts/requirements/dotnet.txt names"
	program=$(find "${folder%/bin}" -path '*/dotnetcore2/bin/dotnet' -print -quit)
	chmod +x "$program"
	test_begin
	addon_build || exit
	platform_read "$(platform_here)"
	test_go dotnet -count 1 -run '^TestDotnet$' ./tests/capi -args -library "$PWD/$ADDON/bin/$PLATFORM_FILE" -dotnet "$program" || true
	test_totals
}
