#!/usr/bin/env bats
# The queue calls of the API without queue_open: who may act for whom.
load helper
load queue_calls

setup_file() {
  make_data
  # The last line of a key counts.
  echo 'queue_open = no' >>"$DATA/campuspass.conf"
  start_server
}

@test "R58 without queue_open only the owner's browser may act" {
  reset
  as owner
  register Ada Lovelace VIP
  register Alan Turing Regular
  as stranger
  cancel Ada Lovelace VIP
  assert_status 404
  process Ada Lovelace VIP
  assert_status 404
  assert_equal "$(waiting)" 2
  call GET /queue
  is '{"VIP Queue": ["A. L."], "Regular Queue": ["A. T."]}'
  # Somebody without any cookie is nobody's owner.
  rm -f "$BATS_FILE_TMPDIR/jar-nobody"
  as nobody
  cancel Ada Lovelace VIP
  assert_status 404
  as owner
  call GET /queue
  is '{"VIP Queue": ["Ada Lovelace"], "Regular Queue": ["Alan Turing"]}'
  process Ada Lovelace VIP
  assert_status 200
  as stranger
  cancel Ada Lovelace VIP
  assert_status 404
  as nobody
  cancel Ada Lovelace VIP
  assert_status 404
  assert_equal "$(stock queue-night vip)" "0|1"
  # A namesake has a ticket of its own, and cancels that one.
  as namesake
  register Ada Lovelace VIP
  process Ada Lovelace VIP
  assert_equal "$(stock queue-night vip)" "0|2"
  cancel Ada Lovelace VIP
  assert_status 200
  cancel Ada Lovelace VIP
  assert_status 404
  assert_equal "$(stock queue-night vip)" "0|1"
  as owner
  cancel Ada Lovelace VIP
  assert_status 200
  assert_equal "$(stock queue-night vip)" "0|0"
  cancel Alan Turing Regular
  assert_status 200
  assert_sound
}

@test "R58 signed in, one's own account may act, and staff for all" {
  reset
  local role
  declare -A tokens
  for role in user organiser; do
    "$BUILD/campuspass" --data "$DATA" user add --role $role --username "q$role" \
      --email "q$role@example.org" --password-stdin <<<"seven brass kettles" >/dev/null
    call POST /auth/login "{\"email\":\"q$role@example.org\",\"password\":\"seven brass kettles\"}"
    tokens[$role]=$(jq -r .access_token <<<"$body")
  done
  as first
  TOKEN=${tokens[user]} register Ada Lovelace VIP
  assert_status 200
  # The same account in another browser; and that browser without it.
  as second
  call GET /queue
  is '{"VIP Queue": ["A. L."], "Regular Queue": []}'
  TOKEN=${tokens[user]} call GET /queue
  is '{"VIP Queue": ["Ada Lovelace"], "Regular Queue": []}'
  TOKEN=${tokens[user]} cancel Ada Lovelace VIP
  assert_status 200
  as third
  register Alan Turing Regular
  as second
  TOKEN=${tokens[user]} cancel Alan Turing Regular
  assert_status 404
  TOKEN=${tokens[organiser]} cancel Alan Turing Regular
  assert_status 200
  assert_equal "$(waiting)" 0
}

@test "R5 R58 whose event it is acts for all, and no other organiser" {
  reset
  local who
  declare -A tokens
  for who in host rival; do
    "$BUILD/campuspass" --data "$DATA" user add --role organiser \
      --username "$who" --email "$who@example.org" --password-stdin \
      <<<"seven brass kettles" >/dev/null
    call POST /auth/login "{\"email\":\"$who@example.org\",\"password\":\"seven brass kettles\"}"
    tokens[$who]=$(jq -r .access_token <<<"$body")
  done
  sql_write "UPDATE event SET owner_id = (SELECT id FROM user
    WHERE username = 'host') WHERE slug = 'queue-night'"
  as guest
  register Ada Lovelace VIP
  register Alan Turing Regular
  process Ada Lovelace VIP
  as staff
  TOKEN=${tokens[rival]} call GET /queue
  is '{"VIP Queue": [], "Regular Queue": ["A. T."]}'
  TOKEN=${tokens[rival]} process Alan Turing Regular
  assert_status 404
  TOKEN=${tokens[rival]} cancel Alan Turing Regular
  assert_status 404
  TOKEN=${tokens[rival]} cancel Ada Lovelace VIP
  assert_status 404
  TOKEN=${tokens[host]} call GET /queue
  is '{"VIP Queue": [], "Regular Queue": ["Alan Turing"]}'
  TOKEN=${tokens[host]} cancel Ada Lovelace VIP
  assert_status 200
  TOKEN=${tokens[host]} cancel Alan Turing Regular
  assert_status 200
  sql_write "UPDATE event SET owner_id = NULL WHERE slug = 'queue-night'"
}
