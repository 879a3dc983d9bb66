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
  leave run/lighttpd-upload-Zi2kQ1 campuspay/KEY.new images/a.jpg.k2J9xQ \
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
  ln -s "$BATS_FILE_TMPDIR/precious" "$DATA/campuspay/link.new"
  touch -h -d "2 hours ago" "$DATA/campuspay/link.new" \
    "$DATA/run/lighttpd-upload-folder"
  sweep
  [ -d "$DATA/run/lighttpd-upload-folder" ]
  [ "$(cat "$DATA/campuspay/link.new")" = precious ]
}
