# The Phoenix server: as far as it goes without its dependencies, formatted and readable by Elixir;
# with them, its own tests.
# shellcheck shell=bash

readonly ELIXIR_PROJECT=server/phoenix

test_stage_elixir() {
	local status=0
	if ! have mix || ! have elixir; then
		say "skip elixir: it is not installed, so nothing looks at $ELIXIR_PROJECT (Debian: apt-get install elixir)"
		printf '0 0 2\n' >"$TEST_DIR/elixir.totals"
		return
	fi
	LINT_PASSED=0 LINT_FAILED=0 LINT_SKIPPED=0
	lint_case 'mix format' elixir_formatted
	lint_case 'elixir syntax' elixir_parses
	((LINT_FAILED == 0)) || status=1
	printf '%d %d %d\n' "$LINT_PASSED" "$LINT_FAILED" "$LINT_SKIPPED" >"$TEST_DIR/elixir.totals"
	return "$status"
}

# Elixir 1.14 and 1.18 format alike, but for a line broken after an equals sign: write what 1.14
# makes of it.
elixir_formatted() (cd "$ELIXIR_PROJECT" && mix format --check-formatted)

# elixir_parses: the sources, and the examples in the documentation.
elixir_parses() {
	local files=() file
	while IFS= read -r file; do
		files+=("$file")
	done < <(find "$ELIXIR_PROJECT" \( -name deps -o -name _build \) -prune -o \( -name '*.ex' -o -name '*.exs' \) -print)
	files+=(README.md docs/*.md server/*.md "$ELIXIR_PROJECT"/*.md)
	# shellcheck disable=SC2016 # the code is Elixir's
	elixir -e '
		sources = fn file ->
		  text = File.read!(file)

		  if Path.extname(file) == ".md" do
		    for [_, block] <- Regex.scan(~r/^```elixir\n(.*?)^```/ms, text), do: block
		  else
		    [text]
		  end
		end

		bad =
		  for file <- System.argv(), text <- sources.(file), {:error, reason} <- [Code.string_to_quoted(text, file: file)] do
		    IO.puts("#{file}: #{inspect(reason)}")
		  end

		if System.argv() == [] or bad != [], do: exit({:shutdown, 1})
	' -- "${files[@]}"
}

# elixir_test: the Phoenix server's own tests; the last line on stdout is the total.
elixir_test() {
	local output status=0
	(($# == 0)) || die "test --phoenix takes nothing else" 2
	have mix || die "Elixir is missing; install it from https://elixir-lang.org/install.html"
	test_begin
	(cd "$ELIXIR_PROJECT" && mix deps.get) </dev/null >&2 || die "mix cannot get the dependencies of $ELIXIR_PROJECT; its own words stand above"
	output=$(cd "$ELIXIR_PROJECT" && mix test </dev/null 2>&1) || status=$?
	printf '%s\n' "$output" >&2
	elixir_counts <<<"$output" >"$TEST_DIR/phoenix.totals"
	# What fails before or beside a test is one failure.
	((status == 0)) || test_has_failures phoenix || printf '0 1 0\n' >"$TEST_DIR/phoenix.end.totals"
	test_totals
}

# elixir_counts: ExUnit's "30 tests, 1 failure, 2 excluded, 1 skipped" as passed, failed and
# skipped.
elixir_counts() {
	awk '
		/^([0-9]+ [a-z]+, )+[0-9]+ failures?(,|$)/ {
			ran = failed = skipped = 0
			for (i = 1; i < NF; i += 2) {
				if ($(i + 1) ~ /^failure/) failed = $i
				else if ($(i + 1) ~ /^skipped/) skipped = $i
				else if ($(i + 1) !~ /^(excluded|invalid)/) ran += $i
			}
		}
		END { print ran - failed - skipped, failed + 0, skipped + 0 }
	'
}
