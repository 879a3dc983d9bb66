#!/usr/bin/env bats
# The Debian package: installed for real, run as its service runs it, removed
# and purged, on a copy of this system that is thrown away.
load helper
load copy

setup_file() {
  # bats takes its own variables for the build's.
  make -s -C "$TOP" deb TESTHOOKS=0 >"$BATS_FILE_TMPDIR/made" 2>&1 ||
    { cat "$BATS_FILE_TMPDIR/made" >&2; return 1; }
  DEB=$(echo "$TOP"/build/campuspass_*.deb)
  export DEB BROUGHT=$DEB
}

@test "B14 the package holds programs without test hooks, for root alone" {
  local out="$BATS_TEST_TMPDIR/out"
  dpkg-deb -x "$DEB" "$out"
  run grep -rl "clock\.new\|/campuspay/behave" "$out/usr"
  assert_output ""
  local file
  for file in usr/bin/campuspass usr/lib/campuspass/cgi-bin/book \
    usr/share/campuspass/lighttpd.conf usr/share/campuspass/www/style.css \
    usr/share/man/man1/campuspass.1.gz usr/share/man/man5/campuspass.conf.5.gz \
    usr/share/man/man7/campuspass.7.gz etc/default/campuspass \
    etc/logrotate.d/campuspass \
    usr/lib/systemd/system/campuspass.service; do
    [ -e "$out/$file" ] || { echo "$file is missing" >&2; return 1; }
  done
  run find "$out" -perm /022 -not -type l
  assert_output ""
  dpkg-deb -f "$DEB" Depends | grep -q "libsqlite3-0 .*lighttpd"
  # Nothing of the machine that built it.
  run grep -rlF "$TOP" "$out"
  assert_output ""
}

@test "B14 it is installed, serves as its service does, is removed and purged" {
  in_copy true 2>/dev/null || skip "no root, or no overlay file system here"
  PORT=$(free_port) run in_copy '
    dpkg -i /campuspass_*.deb
    cd /
    systemd-analyze verify campuspass.service campuspass-sweep.service \
      campuspass-sweep.timer
    data=/var/lib/campuspass
    [ "$(stat -c "%a %U" $data)" = "700 campuspass" ]
    runuser -u campuspass -- campuspass check
    as_service() {
      exec setpriv --reuid campuspass --regid campuspass --clear-groups env -i \
        PATH="$PATH" CAMPUSPASS_PORT=$PORT CAMPUSPASS_BIND=127.0.0.1 \
        $(sed -n "s/^Environment=//p" /usr/lib/systemd/system/campuspass.service) \
        "$@"
    }
    (as_service $(sed -n "s/^ExecStartPre=//p" \
      /usr/lib/systemd/system/campuspass.service))
    as_service $(sed -n "s/^ExecStart=//p" \
      /usr/lib/systemd/system/campuspass.service) &
    server=$!
    for try in $(seq 1000); do
      curl -s -o /dev/null http://127.0.0.1:$PORT/ && break
      sleep 0.05
    done
    curl -fsS http://127.0.0.1:$PORT/status | grep -q "box office works"
    curl -fsS -o /dev/null http://127.0.0.1:$PORT/style.css
    (as_service $(sed -n "s/^ExecStart=//p" \
      /usr/lib/systemd/system/campuspass-sweep.service))
    kill $server
    wait $server || true
    dpkg -r campuspass
    [ -e $data/campuspass.db ]
    [ ! -e /usr/bin/campuspass ]
    dpkg -P campuspass
    [ ! -e $data ]
    if getent passwd campuspass; then exit 1; fi
    echo ALL IS WELL'
  assert_success
  assert_output --partial "ALL IS WELL"
}

# ---- R64: the image ----

@test "R64 the image's files name what is there" {
  local file="$TOP/.container/Containerfile" variable value
  # What the image runs is what the package installs.
  for variable in CAMPUSPASS_ROOT CAMPUSPASS_PROGRAMS; do
    value=$(sed -n "s/.*$variable=\([^ ]*\).*/\1/p" "$file")
    dpkg-deb -c "$DEB" | grep -q " \.$value/"
  done
  python3 - "$TOP/.container" <<'END'
import sys, yaml, os
folder = sys.argv[1]
site = yaml.safe_load(open(folder + "/compose.yaml"))
for service in site["services"].values():
    build = service["build"]
    top = os.path.join(folder, build["context"])
    assert os.path.exists(os.path.join(top, build["dockerfile"]))
    assert service["volumes"] == ["data:/var/lib/campuspass"]
assert "data" in site["volumes"]
END
}
