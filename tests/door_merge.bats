#!/usr/bin/env bats
# Scans that were made without a network (B7): handed in once, in whatever
# order; who came in twice is found.
load helper
load door

setup_file() {
  start_site empty
  local event
  for event in gala fair other; do
    add_event "$event" title="'The $event'" \
      starts_at="unixepoch()" ends_at="unixepoch() + 7200"
  done
  sql_write "UPDATE event SET door_rule = 'reentry' WHERE slug = 'fair'"
  sql_write "UPDATE tier SET capacity = 500, price = 0, name = 'Gallery'"
  sign_in door otto
  staff_at_door other otto
  sign_in door dora
  staff_at_door gala dora
  staff_at_door fair dora
}

teardown_file() {
  stop_site
}

setup() {
  sign_in door dora
}

# merge EVENT JSON
merge() {
  local answer="$BATS_TEST_TMPDIR/answer"
  curl -s -b "$JAR" -D "$answer.headers" -o "$answer.body" \
    -H 'Content-Type: application/json' --data-binary "$2" \
    "$URL/door/$1/merge"
  read_answer "$answer"
}

# item KEY CODE SECONDS_AGO [refused]: one scan made off line, as JSON.
item() {
  jq -nc --arg key "$1" --arg code "$2" --argjson at "$(($(now) - $3))" \
    --arg refused "${4:-}" --arg type "${5:-check_in}" \
    '{key: $key, code: $code, scan_type: $type, scanned_at: $at,
      location: "Far gate", override: "",
      refused: (if $refused == "" then null else $refused end)}'
}

list_of() {
  jq -sc '{scans: .}' <<<"$*"
}

@test "B7 what is fetched has neither names nor codes" {
  ticket gala "Ada Secret"
  get /door/gala/offline.json
  assert_status 200
  [[ $body != *Secret* && $body != *TKT-* && $body != *@* ]]
  jq -e '.key | length == 43' <<<"$body"
  local hash
  hash=$(printf %s "$CODE" | sha256sum | cut -c 1-20)
  jq -e --arg hash "$hash" '.tickets | map(.[0]) | index($hash) != null' \
    <<<"$body"
  refund_ticket
  get /door/gala/offline.json
  jq -e --arg hash "$hash" '(.dead[$hash] == "refunded") and
    (.tickets | map(.[0]) | index($hash) == null)' <<<"$body"
  # A code that was given up is dead, too.
  ticket gala
  hash=$(printf %s "$CODE" | sha256sum | cut -c 1-20)
  replace_code
  get /door/gala/offline.json
  jq -e --arg hash "$hash" '.dead[$hash] == "replaced"' <<<"$body"
}

@test "B7 a scan handed in twice is one scan" {
  ticket gala
  local scans
  scans=$(list_of "$(item k1 "$CODE" 60)")
  merge gala "$scans"
  assert_status 200
  assert_equal "$body" '{"conflicts":[],"repeated":0,"taken":1}'
  assert_equal "$(of_ticket "status || (check_in_at < unixepoch() - 55)")" used1
  merge gala "$scans"
  assert_equal "$body" '{"conflicts":[],"repeated":1,"taken":1}'
  assert_equal "$(sql "SELECT count(*) FROM scan WHERE code = '$CODE'")" 1
}

@test "B7 let in at two doors: a conflict, with the other door; the first time stays" {
  ticket gala
  merge gala "$(list_of "$(item a1 "$CODE" 100)")"
  merge gala "$(list_of "$(item b1 "$CODE" 300)")"
  jq -e '.conflicts | length == 1' <<<"$body"
  jq -e '.conflicts[0].other_location == "Far gate"' <<<"$body"
  assert_equal "$(of_ticket "(check_in_at < unixepoch() - 290)")" 1
  # Taken back it is none any more.
  local id
  id=$(sql "SELECT id FROM scan WHERE client_key LIKE '%:b1'")
  get "/door/gala?scan=$id"
  assert_text "Ticket status is used"
  post /door/gala/undo "scan=$id" "why=A copy"
  assert_equal "$(of_ticket "(check_in_at > unixepoch() - 290)")" 1
  assert_equal "$(sql "SELECT count(*) FROM scan WHERE outcome = 'conflict'
    AND undone_at IS NULL AND code = '$CODE'")" 0
}

@test "B7 who was let in with a dead or a foreign code is a conflict" {
  ticket gala; refund_ticket
  merge gala "$(list_of "$(item d1 "$CODE" 10)")"
  jq -e '.conflicts[0].reason == "Ticket status is refunded"' <<<"$body"
  assert_equal "$(of_ticket status)" refunded
  merge gala "$(list_of "$(item d2 TKT-00000000000000EE 10)")"
  jq -e '.conflicts[0].reason == "Ticket not found"' <<<"$body"
}

@test "B7 who was refused off line stays out" {
  ticket gala
  merge gala "$(list_of "$(item r1 "$CODE" 10 "Ticket not yet valid")")"
  assert_equal "$body" '{"conflicts":[],"repeated":0,"taken":1}'
  assert_equal "$(of_ticket status)" active
  assert_equal "$(sql "SELECT reason FROM scan WHERE code = '$CODE'")" \
    "Ticket not yet valid"
}

@test "B7 R42 scans are taken in the order of their times, not of sending" {
  ticket fair
  merge fair "$(list_of "$(item o3 "$CODE" 10)" \
    "$(item o1 "$CODE" 30)" "$(item o2 "$CODE" 20 "" check_out)")"
  assert_equal "$body" '{"conflicts":[],"repeated":0,"taken":3}'
  assert_equal "$(of_ticket "(check_in_at < unixepoch() - 25)")" 1
  # One that leaves before another telephone said that they came.
  ticket fair
  merge fair "$(list_of "$(item p2 "$CODE" 20 "" check_out)")"
  merge fair "$(list_of "$(item p1 "$CODE" 30)")"
  assert_equal "$body" '{"conflicts":[],"repeated":0,"taken":1}'
}

@test "B7 a telephone whose clock is wrong says so; the future is now" {
  ticket gala
  local at=$(($(now) - 10000))
  merge gala "$(jq -nc --arg code "$CODE" --argjson at "$at" \
    '{sent_at: $at, scans: [{key: "c1", code: $code, scan_type: "check_in",
      scanned_at: ($at - 50)}]}')"
  assert_status 200
  assert_equal "$(of_ticket "(unixepoch() - check_in_at BETWEEN 45 AND 70)")" 1
  ticket gala
  merge gala "$(list_of "$(item c2 "$CODE" -5000)")"
  assert_equal "$(of_ticket "(check_in_at <= unixepoch() + 1)")" 1
}

@test "B7 bad lists are refused whole, without a fault" {
  ticket gala
  local good bad
  good=$(item g1 "$CODE" 10)
  for bad in 'x' '[]' '{}' '{"scans":{}}' '{"scans":[1]}' '{"scans":[{}]}' \
    "{\"scans\":[$good,{\"key\":\"\",\"code\":\"a\"}]}" \
    "$(jq -c '.scan_type = "fly"' <<<"$good" | jq -sc '{scans: .}')" \
    "$(jq -c '.key = ("k" * 65)' <<<"$good" | jq -sc '{scans: .}')" \
    "$(jq -c '.scanned_at = -1' <<<"$good" | jq -sc '{scans: .}')" \
    "$(jq -c '.scanned_at = 9223372036854775807' <<<"$good" | jq -sc '{scans: .}')" \
    "$(jq -c '.code = ("A" * 300)' <<<"$good" | jq -sc '{scans: .}')"; do
    merge gala "$bad"
    assert_status 400
  done
  assert_equal "$(of_ticket status)" active
  merge other "$(list_of "$good")"
  assert_status 404
}

@test "B7 B1 the file by the form: taken once, and mistakes name their line" {
  ticket gala
  get /door/gala/hand-in
  post /door/gala/hand-in "scans=key,code,scan_type,scanned_at,location,refused
f1,$CODE,check_in,$(($(now) - 20)),\"Gate, far\",
,TKT-00000000000000DD,,$(date -u '+%Y-%m-%d %H:%M'),,"
  assert_status 200
  assert_text "2 scans taken"
  assert_text "1 let somebody in against the rules"
  assert_equal "$(sql "SELECT location FROM scan WHERE code = '$CODE'")" \
    "Gate, far"
  post /door/gala/hand-in "scans=code,scanned_at
$CODE,yesterday"
  assert_status 400
  assert_text "Line 2: scanned_at must be"
  post /door/gala/hand-in "scans=name,when"
  assert_status 400
  assert_text "The first line must name the columns"
  post /door/gala/hand-in scans=
  assert_status 400
}

@test "B7 B1 a chosen file: taken once, in place of the text" {
  ticket gala
  get /door/gala/hand-in
  printf 'key,code,scan_type,scanned_at\nu1,%s,check_in,%s\n' "$CODE" \
    "$(($(now) - 20))" >"$BATS_TEST_TMPDIR/scans.csv"
  curl -s -b "$JAR" -o "$BATS_TEST_TMPDIR/page" -w '%{http_code}' \
    -F "csrf_token=$(hidden csrf_token)" -F scans=nonsense \
    -F "file=@$BATS_TEST_TMPDIR/scans.csv;type=text/csv" \
    "$URL/door/gala/hand-in" >"$BATS_TEST_TMPDIR/status"
  assert_equal "$(cat "$BATS_TEST_TMPDIR/status")" 200
  grep -q "1 scans taken" "$BATS_TEST_TMPDIR/page"
  assert_equal "$(of_ticket status)" used
}

@test "B7 a huge file is refused, and the door stays open" {
  get /door/gala/hand-in
  { echo key,code,scanned_at
    for i in $(seq 1001); do echo "h$i,TKT-00000000000000CC,1790000000"; done
  } >"$BATS_TEST_TMPDIR/huge.csv"
  post /door/gala/hand-in "scans@$BATS_TEST_TMPDIR/huge.csv"
  assert_status 400
  assert_text "too many scans at once"
  get /door/gala/hand-in
  head -c 3000000 /dev/zero | tr '\0' 'x' >"$BATS_TEST_TMPDIR/huge.csv"
  post /door/gala/hand-in "scans@$BATS_TEST_TMPDIR/huge.csv"
  assert_status 413
  assert_equal "$(sql "SELECT count(*) FROM scan
    WHERE client_key LIKE '%:h%'")" 0
  get /door/gala
  assert_status 200
}
