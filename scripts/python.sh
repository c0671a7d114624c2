# Programs from PyPI, pinned by version and digest in scripts/requirements, each set in an
# environment of its own in the user's cache.
# shellcheck shell=bash

# python_tools NAME: prints the folder with the programs of scripts/requirements/NAME.txt,
# installing them on first use; status 1, with a warning that says why, when that is not possible
# here.
python_tools() (
	local name=$1 requirements=scripts/requirements/$1.txt dir log
	dir=$(cache_dir)/$name-$(cksum <"$requirements" | tr ' ' -)
	if [[ ! -e $dir/complete ]]; then
		have python3 || {
			warn "python3 is missing, which the tools for '$name' come with; install Python 3 to have them"
			return 1
		}
		mkdir -p "$(dirname "$dir")" build
		if have flock; then # two at once would spoil each other's environment
			exec 7>"$dir.lock"
			flock 7
			[[ ! -e $dir/complete ]] || {
				python_programs "$dir"
				return 0
			}
		fi
		say "$name: installing what $requirements names into $dir (once)"
		rm -rf "$dir"
		log=$(mktemp "build/$name-tools.XXXXXX")
		if ! { python3 -m venv "$dir" && python_install "$dir" "$requirements"; } >"$log" 2>&1; then
			warn "the tools for '$name' cannot be installed: $(grep -v '^[[:space:]]*$' "$log" | tail -n 1)"
			rm -rf "$dir" "$log"
			return 1
		fi
		rm -f "$log"
		touch "$dir/complete"
	fi
	python_programs "$dir"
)

python_install() {
	"$(python_programs "$1")/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$2"
}

# python_programs ENVIRONMENT: where its programs are, which is another folder on Windows.
python_programs() {
	if [[ -d $1/Scripts ]]; then
		printf '%s/Scripts\n' "$1"
	else
		printf '%s/bin\n' "$1"
	fi
}
