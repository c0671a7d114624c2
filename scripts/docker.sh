# The deployment of server/phoenix: its files are linted, and tried where Docker runs.
# shellcheck shell=bash

readonly DOCKER_PROJECT=phoenix_channels_test
readonly DOCKER_COMPOSE=server/phoenix/compose.yaml
readonly DOCKER_LIMIT=300 # seconds, to be ready once it is built

docker_lint() {
	local tools
	tools=$(python_tools docker) && [[ -e $tools/hadolint ]] || return "$LINT_UNAVAILABLE"
	"$tools/hadolint" server/phoenix/Dockerfile
}

# docker_test: builds the image, starts two nodes behind the proxy, and plays there while a node is
# killed.
docker_test() {
	(($# == 0)) || die "test --docker takes nothing else" 2
	docker compose version >/dev/null 2>&1 || die "docker compose is missing; install Docker with its compose plugin"
	docker info >/dev/null 2>&1 || die "Docker's daemon does not answer; start it, and check that this user may use it"
	test_begin
	process_guard docker_down
	docker_play || test_has_failures deployment || printf '0 1 0\n' >"$TEST_DIR/deployment.totals"
	test_totals
}

docker_play() {
	local root=$PWD/build/docker_root.crt node
	docker_compose up --build --detach --wait --wait-timeout "$DOCKER_LIMIT" >&2 || return
	# Caddy's own authority, which has signed the certificate for localhost.
	docker_compose exec -T proxy cat /data/caddy/pki/authorities/local/root.crt >"$root" || return
	node=$(docker_compose ps --quiet game | head -n 1) || return
	SSL_CERT_FILE=$root test_go deployment -count 1 ./tests/deployment -args -server wss://localhost/socket -kill "docker kill $node"
}

docker_down() { docker_compose down --volumes --remove-orphans >&2; }

# docker_compose ARGUMENT...: with secrets for this run alone.
docker_compose() {
	SECRET_KEY_BASE=${DOCKER_SECRET:=$(docker_secret)} RELEASE_COOKIE=$DOCKER_SECRET \
		docker compose --project-name "$DOCKER_PROJECT" --file "$DOCKER_COMPOSE" "$@"
}

# docker_secret: prints 96 random characters.
docker_secret() { LC_ALL=C tr -dc 'a-z0-9' </dev/urandom | head -c 96; }
