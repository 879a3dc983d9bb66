#!/usr/bin/env bats
# Visitors' pages come from memory: they must never be out of date, whichever
# process answers, and never be somebody else's.
load helper

setup_file() {
  start_site
}

teardown_file() {
  stop_site
}

# flood PATH: many requests at once, so that each worker answers some; the
# pages are files in $FLOOD. (curl takes what follows # for a counter.)
flood() {
  FLOOD="$BATS_TEST_TMPDIR/flood"
  rm -rf "$FLOOD"
  mkdir "$FLOOD"
  curl -s -Z --parallel-immediate --parallel-max 12 -o "$FLOOD/#1" \
    "$URL$1#[1-24]"
  [ "$(ls "$FLOOD" | wc -l)" = 24 ]
}

# all_say WORDS; none_say WORDS: of the pages of the flood.
all_say() {
  assert_equal "$(grep -lF -- "$1" "$FLOOD"/* | wc -l)" 24
}

none_say() {
  run grep -lF -- "$1" "$FLOOD"/*
  assert_output ""
}

@test "Caching: a visitors' page has an ETag and is revalidated" {
  local path tag
  for path in / "/?q=jazz&type=concert" /events/jazz-evening \
    "/compare?event=jazz-evening&event=hackathon"; do
    as nobody
    get "$path"
    assert_status 200
    tag=$(etag)
    [ -n "$tag" ] || { echo "$path has no ETag" >&2; return 1; }
    [[ ${headers,,} == *"cache-control: no-cache"* ]]
    [[ ${headers,,} != *set-cookie* ]]
    get "$path" -H "If-None-Match: $tag"
    assert_status 304
    assert_equal "$(etag)" "$tag"
    run curl -s -o /dev/null -w '%{http_code} %{size_download}' \
      -H "If-None-Match: $tag" "$URL$path"
    assert_output "304 0"
    get "$path" -H 'If-None-Match: W/"1-1-other"'
    assert_status 200
    assert_equal "$(etag)" "$tag"
  done
}

@test "Caching: all processes give one page one ETag, plain CGI, too" {
  local tag
  flood /events/jazz-evening
  get /events/jazz-evening
  tag=$(etag)
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
    get /events/jazz-evening
    assert_equal "$(etag)" "$tag"
  done
  run env -i REQUEST_METHOD=GET PATH_INFO=/events/jazz-evening QUERY_STRING= \
    REMOTE_ADDR=127.0.0.1 "HTTP_HOST=${URL#http://}" "CAMPUSPASS_DATA=$DATA" \
    "HTTP_IF_NONE_MATCH=$tag" "$BUILD/cgi-bin/list"
  assert_equal "${lines[0]}" $'Status: 304\r'
  [[ $output == *"ETag: $tag"* ]]
}

@test "Caching: what changes elsewhere leaves a page's ETag" {
  local tag
  add_event elsewhere
  get /events/jazz-evening
  tag=$(etag)
  as elsewhere
  hold elsewhere general 1 elsewhere@example.org
  get /events/jazz-evening -H "If-None-Match: $tag"
  assert_status 304
}

@test "Caching: settings changed by hand show at once" {
  local tag
  flood /events/jazz-evening
  get /events/jazz-evening
  tag=$(etag)
  echo "site_name = Ten Pins" >>"$DATA/campuspass.conf"
  flood /events/jazz-evening
  sed -i '$d' "$DATA/campuspass.conf"
  all_say "Ten Pins"
  flood /events/jazz-evening
  none_say "Ten Pins"
  get /events/jazz-evening
  assert_equal "$(etag)" "$tag"
}

# RFC 9110, 13.1.2: a list of tags, any tag, and weak comparison.
@test "Caching: each form of If-None-Match is understood" {
  local tag
  get /events/jazz-evening
  tag=$(etag)
  get /events/jazz-evening -H "If-None-Match: \"other\", $tag"
  assert_status 304
  get /events/jazz-evening -H "If-None-Match: ${tag#W/}"
  assert_status 304
  get /events/jazz-evening -H "If-None-Match: *"
  assert_status 304
  # As web servers write it that compress.
  get /events/jazz-evening -H "If-None-Match: ${tag%\"}-gzip\""
  assert_status 304
  get /events/jazz-evening -H "If-None-Match: ${tag%\"}x\""
  assert_status 200
  get /events/jazz-evening -H "If-None-Match: ${tag:0:12}\""
  assert_status 200
}

@test "Caching: a compressed page is revalidated, too" {
  get /events/jazz-evening -H "Accept-Encoding: gzip" -H "X-Warm: yes"
  [[ ${headers,,} == *"content-encoding: gzip"* ]]
  [[ ${headers,,} == *"vary: accept-encoding"* ]]
  get /events/jazz-evening -H "Accept-Encoding: gzip" \
    -H "If-None-Match: $(etag)"
  assert_status 304
}

@test "Caching: HEAD has the headers of GET and no body" {
  local tag length
  get /events/jazz-evening
  tag=$(etag)
  length=$(grep -i '^content-length' <<<"$headers")
  get /events/jazz-evening -I
  assert_status 200
  assert_equal "$(etag)" "$tag"
  assert_equal "$(grep -i '^content-length' <<<"$headers")" "$length"
  get /events/jazz-evening -I -H "If-None-Match: $tag"
  assert_status 304
  # What HEAD left in memory is a whole page.
  get "/events/jazz-evening?first=head" -I
  get "/events/jazz-evening?first=head"
  assert_text "Jazz Evening"
}

@test "R9 Caching: a booking shows at once, whichever process answers" {
  local tag
  add_event told
  flood /events/told
  all_say "10 left"
  get /events/told
  tag=$(etag)
  hold told general 3 told@example.org
  flood /events/told
  all_say "7 left"
  none_say "10 left"
  get /events/told -H "If-None-Match: $tag"
  assert_status 200
  flood "/?q=event+told"
  all_say "7 left"
  # Paying changes nothing that visitors see; giving back does.
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE/release"
  assert_status 303
  flood /events/told
  all_say "10 left"
  assert_sound
}

@test "R30 a hold's end shows by the clock alone" {
  add_event lapse
  as lapse
  hold lapse general 4 lapse@example.org
  flood /events/lapse
  all_say "6 left"
  local version
  version=$(sql "SELECT version FROM catalogue")
  move_clock 601
  get /events/lapse
  assert_text "10 left"
  flood /events/lapse
  move_clock 0
  all_say "10 left"
  assert_sound
}

@test "R15 the booking window opens and closes by the clock alone" {
  local now
  now=$(date +%s)
  add_event window booking_opens_at="$((now + 1000))" \
    booking_closes_at="$((now + 2000))"
  flood /events/window
  all_say "Booking opens on"
  none_say 'href="/book/window"'
  move_clock 1001
  flood /events/window
  all_say 'href="/book/window"'
  flood "/?q=event+window"
  none_say "Booking not open yet"
  move_clock 2001
  flood /events/window
  all_say "Booking closed on"
  flood "/compare?event=window"
  all_say "Cannot be booked now"
  # An event that is over leaves the list.
  move_clock 612001
  flood /events/window
  all_say "This event ended on"
  flood "/?q=event+window"
  move_clock 0
  all_say "No events found"
}

@test "R15 a clock set back does not leave pages of the future" {
  add_event future booking_opens_at="unixepoch() + 5000"
  move_clock 5001
  flood /events/future
  all_say 'href="/book/future"'
  move_clock 0
  flood /events/future
  none_say 'href="/book/future"'
  all_say "Booking opens on"
}

@test "R14 an event comes near by the clock alone" {
  add_event nearing starts_at="unixepoch() + 90 * 86400 + 500" \
    ends_at="unixepoch() + 91 * 86400"
  flood "/?q=event+nearing"
  all_say "Later than 90 days"
  move_clock 501
  flood "/?q=event+nearing"
  move_clock 0
  none_say "Later than 90 days"
  all_say "Coming up"
}

@test "R15 a tier's own window is an edge, too" {
  add_event tier-edge
  sql_write "UPDATE tier SET sale_opens_at = unixepoch() + 300 WHERE event_id =
    (SELECT id FROM event WHERE slug = 'tier-edge')"
  flood /events/tier-edge
  all_say "Booking opens on"
  move_clock 301
  flood /events/tier-edge
  move_clock 0
  none_say "Booking opens on"
}

@test "R12 an event made a draft is gone at once, from memory, too" {
  add_event withdrawn
  flood /events/withdrawn
  all_say "Event withdrawn"
  sql_write "UPDATE event SET status = 'draft' WHERE slug = 'withdrawn'"
  flood /events/withdrawn
  none_say "Event withdrawn"
  all_say "Event not found"
}

@test "R10 pages of different questions are not mixed up" {
  for _ in 1 2 3; do
    get "/?q=jazz"
    assert_text "Jazz Evening"
    get "/?q=rock"
    refute_text "Jazz Evening"
    get "/?q=Jazz"
    [[ $body == *'value="Jazz"'* ]]
    get "/?q=jazz&limit=1"
    assert_text "Jazz Evening"
    get "/compare?event=jazz-evening"
    [[ $body == *'<a href="/events/jazz-evening">'* ]]
    get "/compare?event=hackathon"
    [[ $body != *'<a href="/events/jazz-evening">'* ]]
    get "/events/jazz-evening"
    assert_text "27 Blue Lane"
  done
}

@test "R10 more pages than memory keeps are right all the same" {
  local pages="$BATS_TEST_TMPDIR/many" i
  mkdir "$pages"
  for _ in 1 2; do
    curl -s -Z --parallel-max 8 -o "$pages/#1" "$URL/?q=many[1-400]"
    for i in 1 128 256 257 300 400; do
      grep -qF "value=\"many$i\"" "$pages/$i"
    done
  done
  # A question too long to keep.
  get "/?q=jazz&$(printf 'x%.0s' {1..600})=1"
  assert_status 200
  assert_text "Jazz Evening"
}

@test "R11 what is refused is not kept" {
  local path
  for path in "/?page=0" "/events/nothing" "/nonsense" \
    "/compare?event=a&event=b"; do
    get "$path" -H "If-None-Match: *"
    [ "$status" -ge 400 ]
    [[ ${headers,,} == *"cache-control: no-store"* ]]
    [[ ${headers,,} != *etag:* ]]
  done
}

@test "Caching: forms and answers to them are never kept" {
  local tag
  get /events/jazz-evening
  tag=$(etag)
  get /book/jazz-evening -H "If-None-Match: $tag"
  assert_status 200
  [[ ${headers,,} == *"cache-control: no-store"* ]]
  [[ ${headers,,} != *etag:* ]]
  post /book/jazz-evening tier=none quantity=1
  assert_status 400
  [[ ${headers,,} == *"cache-control: no-store"* ]]
  get /events/jazz-evening -X POST -H "If-None-Match: $tag" -d x=1
  assert_status 405
  get /events/jazz-evening
  assert_status 200
  assert_text "Jazz Evening"
}

@test "Caching: a page from memory is the same for everybody" {
  as with-booking
  add_event same-page
  hold same-page general 1 same@example.org
  get /events/same-page
  local mine=$body
  as without
  get /events/same-page
  assert_equal "$body" "$mine"
  [[ $body != *same@example.org* && $body != *csrf_token* ]]
}
