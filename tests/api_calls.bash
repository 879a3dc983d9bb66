# For bats files about the JSON calls: programs with accounts and tokens.

API_PASSWORD="correct horse battery 7"

# person NAME [ROLE]: an account; its token goes into ACCESS_NAME.
person() {
  "$BUILD/campuspass" --data "$DATA" user add --role "${2:-user}" \
    --username "$1" --email "$1@example.org" --password-stdin \
    <<<"$API_PASSWORD" >/dev/null
  token "$1"
}

# token NAME: sign in (again).
token() {
  local answer
  answer=$(curl -s -H 'Content-Type: application/json' \
    -d "{\"email\":\"$1@example.org\",\"password\":\"$API_PASSWORD\"}" \
    "$URL/auth/login")
  export "ACCESS_$1=$(jq -r .access_token <<<"$answer")"
}

# call NAME METHOD PATH [JSON] [curl options]: as that person; "-" is nobody.
call() {
  local name="ACCESS_$1" options=(-X "$2" --path-as-is)
  [ "$1" = - ] || options+=(-H "Authorization: Bearer ${!name}")
  if [ -n "${4:-}" ]; then
    printf '%s' "$4" >"$BATS_TEST_TMPDIR/sent"
    options+=(-H 'Content-Type: application/json'
      --data-binary "@$BATS_TEST_TMPDIR/sent")
  elif [ "$2" != GET ]; then
    options+=(-d '' -H 'Content-Type:')
  fi
  get "$3" "${options[@]}" "${@:5}"
}

# value JQ-FILTER: of the last answer.
value() { jq -r "$1" <<<"$body"; }

# is JQ-FILTER VALUE ...: in pairs.
is() {
  local got
  while [ $# -gt 1 ]; do
    got=$(value "$1")
    [ "$got" = "$2" ] || {
      echo "$1 is $got, not $2, in $body" >&2
      return 1
    }
    shift 2
  done
}

# event_id SLUG
event_id() { sql "SELECT id FROM event WHERE slug = '$1'"; }
