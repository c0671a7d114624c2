#!/usr/bin/env bash
# The one entry to building, running and testing Phoenix Channels for Godot; ./build.sh help lists the commands.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
export GOTOOLCHAIN=auto
for part in messages engine engine_debian; do
	# shellcheck source=/dev/null
	source "scripts/$part.sh"
done

case ${1:-help} in
	godot) engine_find ;;
	*) die "unknown command '$1'; ./build.sh help lists the commands" 2 ;;
esac
