#!/usr/bin/env bash
# Build the image and run it with podman, as compose.yaml does but for the
# network, then with podman-compose, where that is installed, as it stands:
# `make container-test`. Prints TAP; skips where that cannot be done.
# Without a registry at hand the base is made by debootstrap. What was built
# stays in build/container, so that the next time is short.
set -u
cd "$(dirname "$0")/.." || exit 1
store=$PWD/build/container
image=localhost/campuspass base=localhost/debian:bookworm-slim
name=campuspass-test-$$
number=0 failures=0

skip() {
  echo "1..0 # SKIP $1"
  exit 0
}

[ "$(id -u)" = 0 ] || skip "needs root"
for tool in buildah podman unshare curl; do
  command -v "$tool" >/dev/null || skip "no $tool here"
done
# podman's helper knows pure control groups alone.
if [ -d /sys/fs/cgroup/unified ] && [ -z "${IN_OWN_GROUPS:-}" ]; then
  IN_OWN_GROUPS=yes exec unshare --mount sh -c '
    umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup
    exec "$0"' "tests/container.sh"
fi

mkdir -p "$store"
places=(--root "$store/store" --runroot "$store/run" --storage-driver overlay)
buildah "${places[@]}" images >/dev/null 2>&1 || places[5]=vfs
buildah() { command buildah "${places[@]}" "$@"; }
podman() {
  command podman "${places[@]}" --cgroup-manager cgroupfs \
    --events-backend none "$@"
}

# check NAME COMMAND: one TAP line.
check() {
  local what=$1 output
  shift
  number=$((number + 1))
  if output=$("$@" 2>&1); then
    echo "ok $number - R64 $what"
  else
    failures=$((failures + 1))
    echo "not ok $number - R64 $what"
    sed 's/^/# /' <<<"$output"
  fi
}

# ---- the image ----

make_base() {
  command -v debootstrap >/dev/null || skip "no registry and no debootstrap"
  rm -rf "$store/base"
  debootstrap --variant=minbase bookworm "$store/base" \
    >"$store/base.log" 2>&1 ||
    skip "no registry and no network"
  local container
  container=$(buildah from scratch)
  buildah add -q "$container" "$store/base" / >/dev/null
  buildah config --cmd bash "$container"
  buildah commit -q "$container" "$base" >/dev/null
  buildah rm "$container" >/dev/null
  rm -rf "$store/base"
}

build_image() {
  buildah build --isolation chroot --pull-never --format docker --layers \
    --build-arg "BASE=$base" -t "$image" -f .container/Containerfile . \
    >"$store/build.log" 2>&1 ||
    { tail -n 20 "$store/build.log"; return 1; }
}

buildah inspect --type image "$base" >/dev/null 2>&1 ||
  { timeout 60 buildah pull -q debian:bookworm-slim &&
    buildah tag debian:bookworm-slim "$base"; } >/dev/null 2>&1 || make_base
check "the image is built" build_image
[ "$failures" = 0 ] || exit 1

# ---- a container ----

# run NAME [OPTIONS] [-- COMMAND]: with what compose.yaml takes away.
run() {
  local options=()
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  [ $# = 0 ] || shift
  podman run --network host --cgroups=disabled --ulimit nofile=10000:10000 \
    --ulimit nproc=1000:1000 --read-only --tmpfs /tmp --cap-drop ALL \
    --security-opt no-new-privileges -e "CAMPUSPASS_PORT=$port" \
    "${options[@]}" "$image" "$@"
}

start() {
  run -d --name "$name" -v "$name:/var/lib/campuspass" \
    -e ADMIN_EMAIL=boss@example.org -e ADMIN_USERNAME=boss \
    -e "ADMIN_PASSWORD=seven brass kettles" >/dev/null 2>"$store/started" ||
    { cat "$store/started"; return 1; }
  for _ in $(seq 100); do
    curl -s -o /dev/null "$url/terms" && return 0
    sleep 0.1
  done
  podman logs "$name"
  return 1
}

inside() {
  podman exec "$name" "$@"
}

works() {
  curl -fsS "$url/status" | grep -q "box office works" &&
    curl -fsS -o /dev/null "$url/style.css"
}

is_nobody_special() {
  [ "$(inside id -un)" = campuspass ] &&
    ! inside touch /usr/share/campuspass/x 2>/dev/null &&
    inside sh -c 'grep -q "^CapEff:.*0000000000000000$" /proc/self/status'
}

data_are_private() {
  local found
  found=$(inside find /var/lib/campuspass -perm /077 -not -type s) &&
    [ -z "$found" ]
}

has_no_zombies() {
  local page states
  for page in / /events/jazz-evening /status /nonsense; do
    curl -s -o /dev/null "$url$page"
  done
  sleep 1
  states=$(inside sh -c 'grep -h "^State:" /proc/[0-9]*/status') &&
    [[ $states == *State:* && $states != *zombie* ]]
}

# Nobody would rotate it.
logs_no_requests() {
  inside test -e /var/lib/campuspass/log/lighttpd.log &&
    inside test ! -e /var/lib/campuspass/log/access.log
}

shows_demo() {
  inside campuspass demo >/dev/null &&
    curl -fsS "$url/?q=jazz" | grep -q "Jazz Evening"
}

knows_boss() {
  inside campuspass user list | grep -q "boss.*admin"
}

# Those under way are answered; nothing is killed.
stops() {
  local start=$SECONDS
  podman stop -t 20 "$name" >/dev/null
  [ $((SECONDS - start)) -lt 10 ] || return 1
  [ "$(podman inspect "$name" --format '{{.State.ExitCode}}')" = 0 ] ||
    { podman inspect "$name" --format '{{.State.ExitCode}}'; return 1; }
  podman rm "$name" >/dev/null
}

keeps_data() {
  start && knows_boss && curl -fsS "$url/?q=jazz" | grep -q "Jazz Evening" &&
    inside campuspass check >/dev/null
}

sweeps() {
  run --rm -v "$name:/var/lib/campuspass" -- campuspass sweep
}

# A folder of root's in the volume's place.
says_whose() {
  mkdir -p "$store/foreign"
  run --rm -v "$store/foreign:/var/lib/campuspass" 2>&1 |
    grep -q "cannot be written by campuspass"
}

# ---- compose.yaml ----

# What podman-compose calls: podman with our store, and with what this machine
# may not have: limits to raise, control groups of its own.
make_caller() {
  mkdir -p "$store/bin"
  cat >"$store/bin/podman" <<END
#!/bin/bash
[ "\$1" != run ] || { shift; set -- run --cgroups=disabled \\
  --ulimit nofile=10000:10000 --ulimit nproc=1000:1000 "\$@"; }
exec "$(type -P podman)" ${places[*]} --cgroup-manager cgroupfs \\
  --events-backend none "\$@"
END
  chmod +x "$store/bin/podman"
}

compose() {
  PATH="$store/bin:$PATH" PORT=$port \
    ADMIN_EMAIL=boss@example.org ADMIN_USERNAME=boss \
    ADMIN_PASSWORD="seven brass kettles" timeout 120 \
    podman-compose -p "$name" -f .container/compose.yaml "$@" >"$store/compose.log" 2>&1 ||
    { cat "$store/compose.log"; return 1; }
}

composed() {
  podman exec "${name}_campuspass_1" "$@"
}

# ask PATH [curl options]: by the published port; inside, where this machine
# cannot forward one.
ask() {
  if curl -s -m 5 -o /dev/null "$url/terms"; then
    curl -fsS "${@:2}" "$url$1"
  else
    composed curl -fsS "${@:2}" "http://127.0.0.1:8080$1"
  fi
}

composed_answers() {
  for _ in $(seq 100); do
    composed curl -s -o /dev/null http://127.0.0.1:8080/terms 2>/dev/null &&
      break
    sleep 0.1
  done
  ask /status | grep -q "box office works" ||
    { podman logs "${name}_campuspass_1"; return 1; }
}

is_up() {
  compose up -d --no-build && composed_answers &&
    composed campuspass user list | grep -q "boss.*admin"
}

books() {
  composed campuspass demo >/dev/null &&
    ask /api/events/open-doors/book -H "Content-Type: application/json" \
      --data '{"email": "ada@example.org", "tier_name": "general",
        "quantity": 2, "payment_token": "tok_valid"}' | grep -q '"success": *true' &&
    has_mail
}

# The tickets' mail is there as long as the booking is.
has_mail() {
  composed campuspass mail list | grep -q "confirmed.*ada@example.org"
}

# Both containers, when they are told to.
goes_down() {
  local start=$SECONDS
  [ "$(podman ps -q --filter "name=${name}_" | wc -l)" = 2 ] ||
    { podman ps -a; return 1; }
  compose down || return 1
  [ $((SECONDS - start)) -lt 15 ] && ! grep -q SIGKILL "$store/compose.log" ||
    { cat "$store/compose.log"; return 1; }
  [ -z "$(podman ps -aq --filter "name=${name}_")" ]
}

is_up_again() {
  is_up && has_mail && composed campuspass check >/dev/null &&
    ask /api/events/open-doors | grep -q '"remaining": *78'
}

clean_up() {
  podman rm -f "$name" "${name}_campuspass_1" "${name}_sweep_1" >/dev/null 2>&1
  podman volume rm "$name" "${name}_data" >/dev/null 2>&1
  podman network rm "${name}_default" >/dev/null 2>&1
}

port=$((RANDOM % 20000 + 12000))
url=http://127.0.0.1:$port
trap clean_up EXIT
check "it starts, read-only and without capabilities" start
check "the site answers" works
check "it is its own user and no more" is_nobody_special
check "the data are its user's alone" data_are_private
check "the first admin is made" knows_boss
check "it is healthy" podman healthcheck run "$name"
check "no log of requests fills the volume" logs_no_requests
check "the operator's command works inside" shows_demo
check "no process is left unburied" has_no_zombies
check "it ends when told to" stops
check "the data stay for the next one" keeps_data
check "chores are done by a container beside it" sweeps
check "a volume of somebody else's is named" says_whose
check "the second one ends, too" stops
if command -v podman-compose >/dev/null; then
  make_caller
  check "compose.yaml brings the site up, with its first admin" is_up
  check "a ticket is booked there" books
  check "it goes down, both containers when they are told to" goes_down
  check "up again, the ticket is there" is_up_again
  check "and down" goes_down
else
  echo "# no podman-compose here: compose.yaml is not run"
fi
echo "1..$number"
[ "$failures" = 0 ]
