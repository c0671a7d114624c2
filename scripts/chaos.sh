# A network that fails, a server that restarts, a deploy that rolls: tests/chaos, for as long as
# wanted.
# shellcheck shell=bash

# chaos_run [--minutes N] [--seed S]: what was injected, pushed and recovered is printed, and the
# seed first. chaos_run --game: see chaos_game.
chaos_run() {
	local minutes=2 seed=0
	if [[ ${1:-} == --game ]]; then
		(($# == 1)) || die "chaos --game takes nothing else, not '$2'" 2
		chaos_game
		return
	fi
	while (($# > 0)); do
		case $1 in
			--minutes | --seed)
				(($# > 1)) || die "chaos $1 needs a value" 2
				[[ $2 =~ ^[0-9]{1,19}$ ]] || die "chaos $1 takes a number, not '$2'" 2
				;;
			*) die "chaos does not know '$1'; it takes --minutes N and --seed S, or --game" 2 ;;
		esac
		case $1 in
			--minutes) minutes=$((10#$2)) ;;
			--seed) seed=$2 ;;
		esac
		shift 2
	done
	((minutes > 0 && minutes <= 10080)) || die "chaos --minutes takes 1 to 10080, which is a week, not '$minutes'" 2
	toolchain_check_go
	toolchain_check_c # for the race detector
	say "chaos: $minutes minutes"
	go test -race -v -count 1 -timeout "$((minutes + 15))m" ./tests/chaos -args -chaos "${minutes}m" -seed "$seed"
}
