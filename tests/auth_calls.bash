# For bats files about programs that sign in by the /auth calls.

PASSWORD="correct horse battery 7"

# call METHOD PATH [JSON]: with the token in ACCESS, if there is one.
call() {
  local options=(-X "$1")
  if [ -n "${3:-}" ]; then
    options+=(-H 'Content-Type: application/json' -d "$3")
  elif [ "$1" = POST ]; then
    options+=(-d '')
  fi
  [ -z "${ACCESS:-}" ] || options+=(-H "Authorization: Bearer $ACCESS")
  get "$2" "${options[@]}" "${@:4}"
}

value() { jq -r "$1" <<<"$body"; }

register() {
  call POST /auth/register \
    "{\"username\":\"$1\",\"email\":\"$1@example.org\",\"password\":\"$PASSWORD\"}"
}

# Sign in: ACCESS and REFRESH.
login() {
  call POST /auth/login "{\"email\":\"$1@example.org\",\"password\":\"$PASSWORD\"}"
  ACCESS=$(value .access_token)
  REFRESH=$(value .refresh_token)
}

refresh() { call POST /auth/refresh "{\"refresh_token\":\"$1\"}"; }

setup_file() {
  start_site
  add_event closed status="'completed'"
  add_event draft status="'draft'"
  add_event few
  sql_write "UPDATE tier SET capacity = 3 WHERE event_id =
    (SELECT id FROM event WHERE slug = 'few')"
}
teardown_file() { stop_site; }

teardown() { [ -z "${OWN_SITE:-}" ] || stop_site; }

setup() {
  rm -f "$DATA/clock" "$DATA/run/limits"
  PERSON=p$RANDOM$RANDOM
}
