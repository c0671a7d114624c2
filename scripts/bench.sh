# Benchmarks in Go, and those of tests/bench.
# shellcheck shell=bash

# bench_run [PATTERN]: the Go benchmarks; with the word soak in its place, the soak.
bench_run() {
	local pattern=${1:-.} folder folders=()
	(($# <= 1)) || die "bench takes one pattern, not '$2' as well" 2
	if [[ $pattern == soak ]]; then
		soak_bench
		return
	fi
	toolchain_check_go
	for folder in core gdext/variant tests/bench; do
		[[ -d $folder ]] || continue
		folders+=("./$folder/...")
	done
	say "bench: '$pattern' in ${folders[*]}"
	go test -run '^$' -bench "$pattern" -benchmem "${folders[@]}" | grep -v -E '^(\?|PASS|ok .*no tests)'
}
