#!/usr/bin/env bats
# Files that killed processes leave behind; `make torture` kills some.
load helper

setup_file() {
  make_data empty
  mkdir -p "$DATA/run" "$DATA/campuspay" "$DATA/images"
}

# leave FILE ...: in DATA, untouched for two hours.
leave() {
  local file
  for file in "$@"; do
    echo litter >"$DATA/$file"
    touch -d "2 hours ago" "$DATA/$file"
  done
}

sweep() {
  "$BUILD/campuspass" --data "$DATA" sweep
}

@test "what killed processes left is cleared away after an hour" {
  leave run/lighttpd-upload-Zi2kQ1 campuspay/KEY.k2J9xQ images/a.jpg.k2J9xQ \
    images/b.png.k2J9xQ
  sweep
  run find "$DATA/run" "$DATA/campuspay" "$DATA/images" -type f
  assert_output ""
}

@test "what is being written stays, and so does what is somebody's" {
  local kept=(run/limits campuspay/KEY images/a.jpg campuspass.conf.backup
    lighttpd-upload-mine.new)
  leave "${kept[@]}"
  echo body >"$DATA/run/lighttpd-upload-now"
  sweep
  local file
  for file in "${kept[@]}" run/lighttpd-upload-now; do
    [ -f "$DATA/$file" ] || { echo "$file is gone"; return 1; }
  done
}

@test "a folder or a link by such a name is left alone" {
  mkdir "$DATA/run/lighttpd-upload-folder"
  echo precious >"$BATS_FILE_TMPDIR/precious"
  ln -s "$BATS_FILE_TMPDIR/precious" "$DATA/campuspay/link.k2J9xQ"
  touch -h -d "2 hours ago" "$DATA/campuspay/link.k2J9xQ" \
    "$DATA/run/lighttpd-upload-folder"
  sweep
  [ -d "$DATA/run/lighttpd-upload-folder" ]
  [ "$(cat "$DATA/campuspay/link.k2J9xQ")" = precious ]
}

# ---- pictures ----

# picture LETTER: the name of a file as pictures have them.
picture() {
  printf '%.0s'"$1" {1..26}
  echo .png
}

# keep_picture LETTER: such a file, which no event shows.
keep_picture() {
  echo picture >"$DATA/images/$(picture "$1")"
}

# later_sweep SECONDS: a sweep when so much time has passed.
later_sweep() {
  move_clock "$1"
  sweep
  rm "$DATA/clock"
}

@test "R48 a picture that no event shows is gone after a day" {
  add_event shown "image='$(picture a)'"
  add_event copy "image='$(picture a)'" "status='cancelled'"
  keep_picture a
  keep_picture b
  later_sweep 86000
  [ -f "$DATA/images/$(picture b)" ]
  later_sweep 87000
  [ ! -e "$DATA/images/$(picture b)" ]
  [ -f "$DATA/images/$(picture a)" ]
  sql_write "UPDATE event SET image = NULL WHERE slug = 'shown'"
  later_sweep 87000
  [ -f "$DATA/images/$(picture a)" ]
  sql_write "UPDATE event SET image = NULL WHERE slug = 'copy'"
  later_sweep 87000
  [ ! -e "$DATA/images/$(picture a)" ]
}

@test "R48 pictures brought from another machine wait a day for their database" {
  keep_picture c
  touch -d "1 year ago" "$DATA/images/$(picture c)"
  sweep
  [ -f "$DATA/images/$(picture c)" ]
}

@test "R48 pictures of a database that a restore put aside stay with it" {
  local copy="$BATS_TEST_TMPDIR/copy.db"
  "$BUILD/campuspass" --data "$DATA" backup "$copy"
  add_event later "image='$(picture d)'"
  keep_picture d
  keep_picture e
  "$BUILD/campuspass" --data "$DATA" restore "$copy"
  later_sweep 87000
  [ -f "$DATA/images/$(picture d)" ]
  [ ! -e "$DATA/images/$(picture e)" ]
  # Nor do they go where all is copied to.
  (
    cp -a "$DATA" "$BATS_TEST_TMPDIR/other"
    DATA="$BATS_TEST_TMPDIR/other"
    later_sweep 87000
    [ -f "$DATA/images/$(picture d)" ]
  )
  # A file that nobody can read shows whatever it shows.
  mv "$DATA/before-restore.db" "$BATS_TEST_TMPDIR/before.db"
  head -c 5000 /dev/urandom >"$DATA/before-restore.db"
  keep_picture e
  run later_sweep 87000
  [ -f "$DATA/images/$(picture d)" ]
  [ -f "$DATA/images/$(picture e)" ]
  # It is looked into once a sweep, not once a picture.
  assert_equal "$(grep -c "file is not a database" <<<"$output")" 1
  rm "$DATA/before-restore.db"
  later_sweep 87000
  [ ! -e "$DATA/images/$(picture d)" ]
}

@test "R48 what is no picture of ours in that folder stays" {
  local name
  for name in mine.png "$(picture f).bak" "$(picture F)"; do
    echo mine >"$DATA/images/$name"
  done
  mkdir "$DATA/images/$(picture g)"
  ln -s mine.png "$DATA/images/$(picture h)"
  later_sweep 87000
  for name in mine.png "$(picture f).bak" "$(picture F)" "$(picture g)" \
    "$(picture h)"; do
    [ -e "$DATA/images/$name" ] || { echo "$name is gone"; return 1; }
  done
}
