#!/usr/bin/env bats
# Pictures of events: taken, made harmless, handed out (R48).

bats_require_minimum_version 1.5.0
load helper
load staff

setup_file() { start_site empty; }
teardown_file() { stop_site; }
setup() {
  sign_in organiser olga
  SLUG="show-$BATS_TEST_NUMBER"
  add_event "$SLUG"
  give_event "$SLUG" olga
}

# picture FILE WIDTH HEIGHT: a PNG, red left of blue, with a comment.
picture() {
  python3 - "$@" <<'END'
import struct, sys, zlib
name, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))
row = b"\0" + b"\xff\0\0" * (width // 2) + b"\0\0\xff" * (width - width // 2)
png = (b"\x89PNG\r\n\x1a\n" +
       chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
       chunk(b"tEXt", b"Comment\0taken at home") +
       chunk(b"IDAT", zlib.compress(row * height, 9)) + chunk(b"IEND", b""))
open(name, "wb").write(png)
END
}

# upload FILE [curl options]: by the form of the event's page.
upload() {
  local file=$1 answer="$BATS_TEST_TMPDIR/answer" csrf
  shift
  get "/admin/events/$SLUG"
  csrf=$(hidden csrf_token)
  : >"$answer.body"
  curl -s -b "$JAR" -c "$JAR" -D "$answer.headers" -o "$answer.body" \
    -F "csrf_token=$csrf" -F "image=@$file" "$@" "$URL/admin/events/$SLUG/image"
  read_answer "$answer"
}

image_of() {
  sql "SELECT coalesce(image, '') FROM event WHERE slug = '$SLUG'"
}

# size FILE: width and height of a PNG.
size() {
  python3 -c '
import struct, sys
print(*struct.unpack(">II", open(sys.argv[1], "rb").read()[16:24]))' "$1"
}

@test "R48 a picture is scaled, freed of what else it says, and shown with words for it" {
  local file="$BATS_TEST_TMPDIR/a.png" image
  picture "$file" 2000 1000
  upload "$file" -F "image_alt=Two bands on a stage"
  assert_status 303
  image=$(image_of)
  [[ $image =~ ^[0-9a-z]{26}\.png$ ]]
  [ "$(size "$DATA/images/$image")" = "1280 640" ]
  run grep -c "taken at home" "$DATA/images/$image"
  assert_output 0
  get "/events/$SLUG"
  [[ $body == *"src=\"/images/$image\" alt=\"Two bands on a stage\""* ]]
  get "/images/$image"
  assert_status 200
  [[ $headers == *"Content-Type: image/png"* && $headers == *immutable* ]]
  cmp "$BATS_TEST_TMPDIR/answer.body" "$DATA/images/$image"
  get "/images/$image" -H "If-None-Match: \"$image\""
  assert_status 304
  # Another one takes its place, and the old file is gone.
  picture "$file" 30 20
  upload "$file" -F "image_alt="
  [ ! -e "$DATA/images/$image" ]
  [ "$(size "$DATA/images/$(image_of)")" = "30 20" ]
  image=$(image_of)
  get "/admin/events/$SLUG"
  curl -s -o /dev/null -b "$JAR" -F "csrf_token=$(hidden csrf_token)" -F remove=yes \
    -F "image=;filename=" "$URL/admin/events/$SLUG/image"
  [ "$(image_of)" = "" ]
  [ ! -e "$DATA/images/$image" ]
}

@test "R48 a copy shows the same picture, which stays while one of them does" {
  local file="$BATS_TEST_TMPDIR/a.png" image
  picture "$file" 30 20
  upload "$file"
  image=$(image_of)
  get "/admin/events/$SLUG"
  post "/admin/events/$SLUG/duplicate"
  picture "$file" 31 20
  upload "$file"
  [ -e "$DATA/images/$image" ]
}

@test "R48 a JPEG is turned as its camera says and carries nothing along" {
  local file="$BATS_TEST_TMPDIR/a.jpg" image
  # 40 x 20, red left of blue, held so that it stands: orientation 6.
  cp "$BATS_TEST_DIRNAME/data/turned.jpg" "$file"
  grep -q "SecretPlace" "$file"
  upload "$file"
  assert_status 303
  image=$(image_of)
  [[ $image == *.jpg ]]
  # The size stands in the start of the frame: height, then width.
  run python3 -c '
import struct, sys
data = open(sys.argv[1], "rb").read()
at = data.index(b"\xff\xc0")
print(*struct.unpack(">HH", data[at + 5:at + 9]))' "$DATA/images/$image"
  assert_output "40 20"
  run grep -c "SecretPlace" "$DATA/images/$image"
  assert_output 0
}

@test "R48 what is no picture, damaged or too large is refused, and nothing is kept" {
  local file="$BATS_TEST_TMPDIR/x.png" before
  mkdir -p "$DATA/images"
  before=$(ls "$DATA/images" | wc -l)
  echo '<svg onload="alert(1)"/>' >"$file"
  upload "$file"
  assert_status 400
  assert_text "no PNG and no JPEG"
  picture "$file" 200 200
  truncate -s 300 "$file"
  upload "$file"
  assert_status 400
  assert_text "The picture is damaged"
  printf '\xff\xd8\xff\xe0nonsense' >"$file"
  upload "$file"
  assert_status 400
  assert_text "The picture is damaged"
  # 3 MiB of anything: over the limit of 2.
  head -c 3000000 /dev/urandom >"$file"
  upload "$file"
  assert_status 413
  head -c 2100000 /dev/urandom >"$file"
  upload "$file"
  assert_status 400
  assert_text "larger than 2048 KiB"
  [ "$(ls "$DATA/images" | wc -l)" = "$before" ]
  [ -z "$(image_of)" ]
}

@test "R48 an image bomb is refused by its header, before it is decoded" {
  local file="$BATS_TEST_TMPDIR/bomb.png"
  python3 - "$file" <<'END'
import struct, sys, zlib
def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))
open(sys.argv[1], "wb").write(b"\x89PNG\r\n\x1a\n" +
    chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 6, 0, 0, 0)) +
    chunk(b"IDAT", zlib.compress(bytes(1000000), 9)) + chunk(b"IEND", b""))
END
  upload "$file"
  assert_status 400
  assert_text "60000 x 60000 pixels"
}

@test "R48 uploads need the form's secret, the right event and the right role" {
  local file="$BATS_TEST_TMPDIR/a.png"
  picture "$file" 30 20
  run curl -s -o /dev/null -w '%{http_code}' -b "$JAR" -F "image=@$file" \
    "$URL/admin/events/$SLUG/image"
  assert_output 403
  run curl -s -o /dev/null -w '%{http_code}' -b "$JAR" --data image=1 \
    "$URL/admin/events/$SLUG/image"
  assert_output 403
  run curl -s -o /dev/null -w '%{http_code}' -b "$JAR" \
    -H "Content-Type: multipart/form-data; boundary=x" --data-binary $'--x\r\nbroken' \
    "$URL/admin/events/$SLUG/image"
  assert_output 400
  sign_in organiser otto
  get /admin/events/new
  run curl -s -o /dev/null -w '%{http_code}' -b "$JAR" \
    -F "csrf_token=$(hidden csrf_token)" -F "image=@$file" "$URL/admin/events/$SLUG/image"
  assert_output 404
  [ -z "$(image_of)" ]
  # Names that picture files never have lead nowhere.
  local name
  for name in ../keys %2e%2e%2fkeys keys a.png; do
    get "/images/$name" --path-as-is
    assert_status 404
  done
}

@test "R48 a picture that is there and cannot be read is no missing one" {
  local file="$BATS_TEST_TMPDIR/a.png" image
  picture "$file" 30 20
  upload "$file"
  image=$(image_of)
  # A link to itself: nobody opens it.
  ln -sf "$image" "$DATA/images/$image"
  get "/images/$image"
  assert_status 503
  grep -q "images/$image: Too many levels" "$DATA/log/campuspass.log"
  rm "$DATA/images/$image"
  get "/images/$image"
  assert_status 404
}

@test "R48 B12 a picture that a restore put aside stays when another takes its place" {
  local file="$BATS_TEST_TMPDIR/a.png" copy="$BATS_TEST_TMPDIR/copy.db" image
  picture "$file" 30 20
  upload "$file"
  image=$(image_of)
  "$BUILD/campuspass" --data "$DATA" backup "$copy"
  "$BUILD/campuspass" --data "$DATA" restore "$copy"
  sign_in organiser olga
  picture "$file" 31 20
  upload "$file"
  [ "$(image_of)" != "$image" ]
  "$BUILD/campuspass" --data "$DATA" restore "$DATA/before-restore.db"
  assert_equal "$(image_of)" "$image"
  get "/images/$image"
  assert_status 200
}
