#!/usr/bin/env bash
# Make a site of demo events with some weeks of sales, take the pictures of the
# README (.screenshots/*.webp), measure the same pages and write the table
# between its marks in README.md anew. `make screenshots` builds first.
set -eu
BATS_TEST_DIRNAME=$(cd "$(dirname "$0")/.." && pwd)
BATS_FILE_TMPDIR=$(mktemp -d)
BATS_RUN_TMPDIR=$BATS_FILE_TMPDIR
bats_load_library() { :; }
bats_debug_trap() { :; }
# shellcheck source=tests/helper.bash
. "$BATS_TEST_DIRNAME/helper.bash"
. "$BATS_TEST_DIRNAME/pages.bash"
. "$BATS_TEST_DIRNAME/chromium.bash"
folder="$BATS_FILE_TMPDIR/pictures"
find_browser
export SCREENSHOTS="$folder"

finish() {
  stop_site || true
  rm -rf "$BATS_FILE_TMPDIR"
}
trap finish EXIT

# A hall, and something to do in the back office and at the door.
scene() {
  local row i
  make_data
  echo "limits = no" >>"$DATA/campuspass.conf"
  {
    echo event,title,type,venue,start,end,tier,tier_title,price,capacity,rows
    row="winter-serenades,Winter Serenades,concert,Grand Concert Hall"
    row+=",$(date -d '+12 days' +%F) 19:30,$(date -d '+12 days' +%F) 22:00"
    echo "$row,parquet,Parquet,38,,A1-A9 B1-B9"
    echo "$row,circle,Circle,24,,C1-C9 D1-D9 E1-E9"
  } >"$BATS_FILE_TMPDIR/hall.csv"
  "$BUILD/campuspass" --data "$DATA" import "$BATS_FILE_TMPDIR/hall.csv"
  start_server
  people
  for i in 1 2 3; do
    as "early-$i"
    get /book/winter-serenades
    post /book/winter-serenades tier=parquet quantity=3 best=yes name=Ann \
      "email=early$i@example.org"
    REFERENCE=${location##*/}
    pay
  done
  weeks_of_sales
  for i in 1 2 3 4 5; do
    as "open-$i"
    hold open-doors general 2 "open$i@example.org"
    pay
  done
  sign_in user
  hold jazz-evening general-admission 2 user@example.org
  pay
  TICKETS="/tickets/$REFERENCE"
}

# cookies_of BROWSER: as a browser sends them.
cookies_of() {
  awk -F '\t' 'NF == 7 { printf "%s%s=%s", n++ ? "; " : "", $6, $7 }' \
    "$BATS_FILE_TMPDIR/jar-$1"
}

mkdir -p "$folder"
scene
sign_in admin
CODE=$(sql "SELECT code FROM ticket WHERE event_id =
  (SELECT id FROM event WHERE slug = 'open-doors') LIMIT 1")
COOKIES="buyer $(cookies_of user)
staff $(cookies_of admin)
guest "
export COOKIES
node "$TOP/tests/browser/screenshots.mjs" all "$folder" "$TICKETS" \
  open-doors "$CODE" | tee "$folder/rows"
java -Xss4m -jar "$NODE_MODULES/node_modules/vnu-jar/build/dist/vnu.jar" \
  --format json --stdout "$folder/html" >"$folder/nu.json" 2>&1 || true

mkdir -p "$TOP/.screenshots"
rm -f "$TOP"/.screenshots/*.webp
for file in "$folder"/*.png; do
  name=$(basename "$file" .png)
  cwebp -quiet -m 6 -q 78 "$file" -o "$TOP/.screenshots/$name.webp"
done
du -cb "$TOP"/.screenshots/*.webp | tail -n 1
python3 "$TOP/tests/browser/table.py" "$folder/rows" "$folder/nu.json" \
  "$TOP/README.md"
