# The documentation site: the guides in docs/, and a reference of the classes made from their help,
# built by Zensical into build/site.
# shellcheck shell=bash

readonly SITE=build/site
readonly SITE_PAGES=build/site-pages
readonly SITE_DEFAULT_URL=https://phoenix-channels.example/ # as the help of the classes has it, and scripts/sitepages

# site_run: builds the site. $SITE_REPOSITORY is the address of the source code, as
# https://github.com/OWNER/NAME, for links to files that are not on the site; without it such links
# are plain text. $SITE_URL is where the site will be published.
site_run() {
	local tools
	toolchain_check_go
	tools=$(python_tools site) || die "the site needs Zensical, which cannot be installed here; see the warning above"
	site_build "$tools" || die "the site cannot be built; the reasons stand above"
	say "site: $SITE/index.html"
}

# site_build TOOLS: the pages, and the site from them. A link that leads nowhere is an error, as is
# a page without a place in the navigation.
site_build() {
	local commit log
	commit=$(git rev-parse HEAD 2>/dev/null) || commit=main
	rm -rf "$SITE_PAGES" "$SITE"
	toolchain_build build/sitepages ./scripts/sitepages || return
	build/sitepages write "$SITE_PAGES" ${SITE_REPOSITORY:+"$SITE_REPOSITORY" "$commit"} || return
	cp scripts/sitepages/site.css "$SITE_PAGES/" && cp scripts/sitepages/mkdocs.yml build/ || return
	log=$(SITE_NAME="Phoenix Channels $(addon_version)" SITE_URL=${SITE_URL:-$SITE_DEFAULT_URL} NO_COLOR=1 "$1/zensical" build --config-file build/mkdocs.yml --clean 2>&1) || {
		printf '%s\n' "$log" >&2
		return 1
	}
	build/sitepages check "$SITE" >&2
}

# site_look: what a reader sees of three pages, on a desktop and on a phone. Needs the built site.
site_look() {
	local browser reason
	browser=$(browser_find) || {
		printf 'no Chromium or Chrome is installed\n'
		return "$LINT_UNAVAILABLE"
	}
	[[ -e $SITE/index.html ]] || {
		printf 'the site is not built\n'
		return "$LINT_UNAVAILABLE"
	}
	reason=$(browser_driver) || {
		printf '%s\n' "$reason"
		return "$LINT_UNAVAILABLE"
	}
	node "$BROWSER_DRIVER/site.mjs" --browser "$browser" "$SITE"
}
