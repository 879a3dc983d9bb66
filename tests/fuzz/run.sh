#!/bin/bash
# Run fuzzers: tests/fuzz/run.sh NAME... from the project's folder.
#
# Each makes RUNS (1,000,000) runs of at most BYTES (4096) or ends after LONGEST
# (600) seconds, JOBS (1) at once. It starts from what is checked in
# (seeds/NAME, NAME.dict) and what it has found before (build/corpus/NAME). A
# finding is copied to build/findings and ends the program with 1.
set -u
export RUNS=${RUNS:-1000000} LONGEST=${LONGEST:-600}
export BYTES=${BYTES:-4096}
export SEEDS=tests/fuzz/seeds

# ASan holds on to what was freed, and pixels are many: 2 GB are not enough.
run() {
	local name=$1 log=build/fuzz/$1.log
	local options=(-runs="$RUNS" -max_total_time="$LONGEST" -max_len="$BYTES"
		-timeout=20 -rss_limit_mb=4096 -verbosity=0 -print_final_stats=1
		-artifact_prefix="$PWD/build/findings/$name-")

	mkdir -p "build/corpus/$name" build/findings
	[ -f "$SEEDS/$name.dict" ] && options+=(-dict="$SEEDS/$name.dict")
	[ -d "$SEEDS/$name" ] && options+=("build/corpus/$name" "$SEEDS/$name") ||
		options+=("build/corpus/$name")
	if "build/fuzz/$name" "${options[@]}" >"$log" 2>&1; then
		echo "$name: $(sed -n 's/.*executed_units: *//p' "$log") runs"
	else
		echo "$name: FOUND SOMETHING, see $log"
		tail -n 30 "$log"
		return 1
	fi
}
export -f run

# Data directories, in memory where there is some; libFuzzer ends without
# those who would clear them away.
TMPDIR=$(mktemp -d -p /dev/shm fuzz-XXXXXX 2>/dev/null || mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
printf '%s\n' "$@" | xargs -P "${JOBS:-1}" -I '{}' bash -c 'run {}'
