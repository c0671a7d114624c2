# The branch that Godot's Asset Library downloads: its archive is the packaged addon, in a folder
# with the repository's name. Unlike the release's zips it has the libraries of all platforms: an
# asset is one download.
#
# The zip of a release would not do: editors drop the only folder at the top of a download from the
# Asset Library, and in that zip it is addons/ (godot-jolt/godot-jolt#480,
# godotengine/godot-asset-store-tracker#140).
# shellcheck shell=bash

readonly ASSET_BRANCH=asset-library
readonly ASSET_REMOTE=origin

# asset_library_run [--push]: a commit with the content of the packaged zips, on top of the branch's
# last one; prints its hash, which the Asset Library's form asks for. --push updates the branch.
asset_library_run() {
	local zip ios zips commit push=false
	case ${1:-} in
		'') ;;
		--push) push=true ;;
		*) die "unknown option '$1' of asset-library; it takes --push" 2 ;;
	esac
	(($# < 2)) || die "asset-library takes --push and nothing else, not '$2'" 2
	zip=$(package_zip_name) ios=$(package_zip_name .ios)
	[[ -e $zip ]] || die "$zip is missing; build it with: ./build.sh package"
	zips=("$zip")
	if [[ -e $ios ]]; then zips+=("$ios"); else warn "$ios is missing: the asset has no library for iOS"; fi
	commit=$(asset_library_commit "${zips[@]}") || die "git cannot write the commit for the Asset Library"
	if $push; then
		[[ -z ${GH_TOKEN:-} ]] || gh auth setup-git || die "gh cannot give git the token in GH_TOKEN; its own words stand above"
		git push --quiet "$ASSET_REMOTE" "$commit:refs/heads/$ASSET_BRANCH" >&2 || die "the branch $ASSET_BRANCH cannot be pushed to $ASSET_REMOTE"
		say "pushed: $ASSET_BRANCH"
	fi
	printf '%s\n' "$commit"
}

# asset_library_commit ZIP...: prints the hash of a commit with the content of the zips, one unpacked
# over the other, or that of the branch's last commit when nothing changed.
asset_library_commit() (
	local work zip parent tree time
	set -e
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	mkdir "$work/tree"
	for zip in "$@"; do python3 -m zipfile -e "$zip" "$work/tree"; done
	cp LICENSE "$work/tree/"
	asset_library_readme >"$work/tree/README.md"
	# What only the repository needs stays out of the archive.
	printf '/%s export-ignore\n' .gitattributes .gitignore LICENSE README.md >"$work/tree/.gitattributes"
	printf '.godot/\n' >"$work/tree/.gitignore"
	export GIT_INDEX_FILE=$work/index
	git -c core.autocrlf=false --work-tree="$work/tree" add --all --force .
	tree=$(git write-tree)
	parent=$(asset_library_parent)
	if [[ -n $parent && $(git rev-parse "$parent^{tree}") == "$tree" ]]; then
		printf '%s\n' "$parent"
		return
	fi
	time="$(package_time) +0000"
	export GIT_AUTHOR_NAME=release GIT_AUTHOR_EMAIL=release@localhost GIT_AUTHOR_DATE=$time
	export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL GIT_COMMITTER_DATE=$time
	git commit-tree ${parent:+-p "$parent"} -m "Phoenix Channels for Godot $(addon_version)" "$tree"
)

# asset_library_parent: prints the branch's last commit; nothing when there is no such branch, or no
# such remote.
asset_library_parent() {
	local reference=refs/remotes/$ASSET_REMOTE/$ASSET_BRANCH
	git fetch --quiet --depth 1 "$ASSET_REMOTE" "+refs/heads/$ASSET_BRANCH:$reference" 2>/dev/null || return 0
	git rev-parse "$reference"
}

asset_library_readme() {
	cat <<-'END'
		# Phoenix Channels for Godot, as an asset

		The addon of each release, for Godot's Asset Library. `./build.sh asset-library` makes these commits.
		Sources, documentation and issues are in the main branch.
	END
}
