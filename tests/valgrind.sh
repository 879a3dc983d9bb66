#!/usr/bin/env bash
# Under valgrind: each unit test, each program as plain CGI by the tests of
# tests/cgi.bats that need no server, and, for bats files that are named, the
# programs that lighttpd starts for them. Fails if one of them reads what was
# never written, writes where it must not, or loses memory.
#
# usage: tests/valgrind.sh BUILD [NAME...]
#   a unit test, "pages", tests/FILE.bats; all unit tests and pages
set -u
cd "$(dirname "$0")/.." || exit 1
BUILD=$(realpath "$1")
shift
logs=$BUILD/valgrind
rm -rf "$logs"
mkdir -p "$logs"

# A child that has not become another program shares its parent's memory: what
# the parent still holds is not lost.
memcheck=(valgrind -q --error-exitcode=99 --leak-check=full
  --show-leak-kinds=definite --errors-for-leak-kinds=definite
  --child-silent-after-fork=yes --vgdb=no)

# Not these: the sandbox limits the very memory that valgrind needs, and its
# filter ends what makes calls that it does not know.
left_out=" test_sandbox "

# What tests/cgi.bats does without a server, and with these very programs.
pages="no standard input|whole sale as plain CGI|HEAD has|nobody knows"
pages+="|addresses are 400|is refused|answer arrives|stays open|over https"

# make_build NAME: $logs/NAME, a build whose programs run under valgrind and
# leave logs in it. They shut themselves in nowhere.
make_build() {
  local folder=$logs/$1 program
  mkdir -p "$folder/cgi-bin"
  ln -s "$BUILD"/* "$folder/" 2>/dev/null
  for program in "$BUILD"/cgi-bin/*; do
    [[ -f $program && -x $program ]] || continue
    printf '#!/bin/sh\nUNDER_VALGRIND=$0 LD_PRELOAD=%s exec %s --log-file=%s/log.%%p %s "$@"\n' \
      "$logs/open.so" "${memcheck[*]}" "$folder" "$program" \
      >"$folder/cgi-bin/${program##*/}"
    chmod +x "$folder/cgi-bin/${program##*/}"
  done
}

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

# run_bats NAME BATS-ARGUMENT...: its own verdicts are told, but do not count.
run_bats() {
  local name=$1
  shift
  make_build "$name"
  BUILD=$logs/$name PATIENCE=120 WORKERS=1 bats --tap "$@" |
    sed -n "s/^not ok [0-9]*/# $name, failed or too slow:/p"
  # Lines that begin with -- are warnings about calls that valgrind lacks.
  if grep -qs '^==' "$logs/$name"/log.*; then
    echo "not ok - $name under valgrind"
    grep -h '^==' "$logs/$name"/log.*
  else
    echo "ok - $(find "$logs/$name" -name 'log.*' | wc -l) processes of $name under valgrind"
  fi
}

# What it says is written at once, so that no two are mixed.
run_one() {
  local said
  case $1 in
    pages) said=$(run_bats pages --filter "$pages" tests/cgi.bats) ;;
    *.bats) said=$(run_bats "$(basename "$1" .bats)" "$1") ;;
    *) said=$(run_unit "$1") ;;
  esac
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
# What stands before the C library in them: no sandbox, and an errand, which is
# the same program once more, runs under valgrind, too.
cc -D_GNU_SOURCE -shared -fPIC -x c -o "$logs/open.so" - <<'C' || exit 1
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

int setrlimit(__rlimit_resource_t what, const struct rlimit *most)
{
	return what < 0 || !most;
}

int prctl(int what, ...)
{
	return what < 0;
}

int execv(const char *path, char *const arguments[])
{
	if (strcmp(path, "/proc/self/exe") == 0)
		path = getenv("UNDER_VALGRIND");
	return execve(path, arguments, environ);
}
C
suite "$@" | tee "$logs/tap"
failed=$(grep -c '^not ok' "$logs/tap")
echo "valgrind: $(grep -c '^ok' "$logs/tap") passed, $failed failed"
[ "$failed" = 0 ]
