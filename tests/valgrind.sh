#!/usr/bin/env bash
# Under valgrind: each unit test, and each program as plain CGI by the tests
# of tests/cgi.bats that need no server. Fails if one of them reads what was
# never written, writes where it must not, or loses memory.
#
# usage: tests/valgrind.sh BUILD [NAME...]   a unit test or "pages"; all of them
set -u
cd "$(dirname "$0")/.." || exit 1
BUILD=$(realpath "$1")
shift
export BUILD
logs=$BUILD/valgrind
rm -rf "$logs"
mkdir -p "$logs/bin"

# A child that has not become another program shares its parent's memory: what
# the parent still holds is not lost.
memcheck=(valgrind -q --error-exitcode=99 --leak-check=full
  --show-leak-kinds=definite --errors-for-leak-kinds=definite
  --child-silent-after-fork=yes)

# Not these: the sandbox limits the very memory that valgrind needs, and its
# filter ends what makes calls that it does not know.
left_out=" test_sandbox "

# What tests/cgi.bats does without a server, and with these very programs.
pages="no standard input|whole sale as plain CGI|HEAD has|nobody knows"
pages+="|addresses are 400|is refused|answer arrives|stays open|over https"

# What its tests say is for `make test` to judge: here calls take longer than
# deadlines allow, and posix_spawn() does not tell of a program that is absent.
run_unit() {
  local name=$1
  [[ $left_out != *" $name "* ]] || return 0
  "${memcheck[@]}" --log-file="$logs/$name.log" "$BUILD/unit/$name" \
    >"$logs/$name.out" 2>&1
  case $? in
    0 | 1) echo "ok - $name under valgrind" ;;
    *) echo "not ok - $name under valgrind"
      cat "$logs/$name.log" ;;
  esac
}

run_pages() {
  local program
  for program in "$BUILD"/cgi-bin/*; do
    printf '#!/bin/sh\nexec %s --log-file=%s %s "$@"\n' "${memcheck[*]}" \
      "$logs/pages.%p.log" "$program" >"$logs/bin/${program##*/}"
    chmod +x "$logs/bin/${program##*/}"
  done
  PROGRAMS=$logs/bin PATIENCE=120 bats --tap --filter "$pages" tests/cgi.bats
  if grep -q . "$logs"/pages.*.log; then
    echo "not ok - pages under valgrind"
    cat "$logs"/pages.*.log
  else
    echo "ok - $(find "$logs" -name 'pages.*.log' | wc -l) pages under valgrind"
  fi
}

# What it says is written at once, so that no two are mixed.
run_one() {
  local said
  if [ "$1" = pages ]; then
    said=$(run_pages)
  else
    said=$(run_unit "$1")
  fi
  [ -z "$said" ] || printf '%s\n' "$said"
}

# As many at once as there are processors.
suite() {
  local name most
  most=$(nproc)
  for name in "$@"; do
    while [ "$(jobs -rp | wc -l)" -ge "$most" ]; do
      wait -n
    done
    run_one "$name" &
  done
  wait
}

if [ $# = 0 ]; then
  for program in tests/unit/test_*.c; do
    set -- "$@" "$(basename "$program" .c)"
  done
  set -- "$@" pages
fi
suite "$@" | tee "$logs/tap"
failed=$(grep -c '^not ok' "$logs/tap")
echo "valgrind: $(grep -c '^ok' "$logs/tap") passed, $failed failed"
[ "$failed" = 0 ]
