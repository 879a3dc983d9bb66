# What every answer and every form must have, over all routes of all programs:
# headers, proof that a form is ours, methods, cookies, and whom a proxy may
# speak for. The routes are those that the programs print.

load helper

PASSWORD="correct horse battery 7"

setup_file() {
  make_data
  # All roles come from one address, and log in more often than people.
  echo "limits = no" >>"$DATA/campuspass.conf"
  start_server
  add_event walk
  for role in user admin; do
    "$BUILD/campuspass" --data "$DATA" user add --role "$role" \
      --username "$role" --email "$role@example.org" --password-stdin \
      <<<"$PASSWORD" >/dev/null
  done
  as admin
  get /account/login
  post /account/login "login=admin" "password=$PASSWORD"
  hold walk general 1 admin@example.org
  export THINGS="event=walk id=4711 reference=$REFERENCE"
}
teardown_file() { stop_site; }
teardown() { [ -z "${OWN_SITE:-}" ] || stop_site; }

walk() {
  # shellcheck disable=SC2086
  run python3 "$TOP/tests/walk/walk.py" "$1" "$URL" "$BUILD/routes" $THINGS
  echo "$output"
  assert_success
}

@test "every form route refuses forms that are not ours" { walk csrf; }

@test "every path names its methods when another one comes" { walk methods; }

@test "every answer has the security headers, and personal ones stay uncached" {
  walk headers
}

# assert_headers: what an answer of ours must have.
assert_headers() {
  local missing=
  for pattern in "^content-security-policy: default-src 'none';.*frame-ancestors 'none'" \
    '^x-content-type-options: nosniff' '^referrer-policy: ' \
    '^cross-origin-opener-policy: same-origin' '^cache-control: no-store'; do
    grep -qi "$pattern" <<<"$headers" || missing+="$pattern "
  done
  [ -z "$missing" ] || { echo "$status lacks $missing: $headers" >&2; return 1; }
}

@test "errors have the headers as well: 400, 403, 404, 405, 413, 415, 401" {
  get /no/such/page
  assert_status 404
  assert_headers
  get '/?page=zero'
  assert_status 400
  assert_headers
  get /terms -d a=b
  assert_status 405
  assert_headers
  get /book/walk -d tier=general
  assert_status 403
  assert_headers
  get /book/walk -H 'Content-Type: text/plain' -d x
  assert_status 415
  assert_headers
  head -c 200000 /dev/zero | tr '\0' a >"$BATS_TEST_TMPDIR/big"
  get /book/walk --data-binary "@$BATS_TEST_TMPDIR/big"
  assert_status 413
  assert_headers
  get /api/events/nothing
  assert_status 404
  assert_headers
  get /auth/me
  assert_status 401
  assert_headers
  get /auth/login -H 'Content-Type: application/json' -d '{'
  assert_status 400
  assert_headers
  get /terms -I
  assert_status 200
  grep -qi "^content-security-policy: default-src 'none'" <<<"$headers"
}

@test "files have nosniff and a referrer policy" {
  for path in /style.css /favicon.svg /art/concert.svg; do
    get "$path"
    assert_status 200
    grep -qi '^x-content-type-options: nosniff' <<<"$headers"
    grep -qi '^referrer-policy: ' <<<"$headers"
  done
}

# ---- cookies ----

# A request to a program as plain CGI, of a site that is reached by https.
https_get() {
  env -i PATH="$PATH" CAMPUSPASS_DATA="$SECURE" REQUEST_METHOD=GET \
    PATH_INFO="$2" QUERY_STRING= REMOTE_ADDR=127.0.0.1 \
    HTTP_HOST=tickets.example.org "${@:3}" "$BUILD/cgi-bin/$1" | tr -d '\r'
}

@test "on https every cookie is __Host-, Secure, HttpOnly, SameSite=Lax" {
  SECURE="$BATS_TEST_TMPDIR/secure"
  "$BUILD/campuspass" --data "$SECURE" init >/dev/null
  echo "base_url = https://tickets.example.org" >>"$SECURE/campuspass.conf"
  "$BUILD/campuspass" --data "$SECURE" user add --role user --username user \
    --email user@example.org --password-stdin <<<"$PASSWORD" >/dev/null
  local page cookie answer form
  page=$(https_get account /account/login)
  [[ $page == *"Strict-Transport-Security: max-age="* ]]
  cookie=$(sed -n 's/^Set-Cookie: \([^;]*\);.*/\1/p' <<<"$page")
  body=$page
  form="csrf_token=$(hidden csrf_token)&login=user&password=${PASSWORD// /+}"
  answer=$(printf %s "$form" | https_get account /account/login \
    REQUEST_METHOD=POST CONTENT_TYPE=application/x-www-form-urlencoded \
    CONTENT_LENGTH="${#form}" HTTP_COOKIE="$cookie")
  [[ $answer == *"Status: 303"* ]]
  local count=0 line
  while read -r line; do
    count=$((count + 1))
    [[ $line == "Set-Cookie: __Host-"* ]]
    [[ $line == *"; Path=/"* ]]
    [[ $line == *"; Secure"* ]]
    [[ $line == *"; HttpOnly"* ]]
    [[ $line == *"; SameSite=Lax"* ]]
    [[ $line != *[Dd]omain=* ]]
  done < <(grep '^Set-Cookie' <<<"$page$answer")
  assert [ "$count" -ge 2 ]
  # A cookie without the prefix, which http could have planted, is none.
  answer=$(https_get account /account \
    HTTP_COOKIE="$(sed -n 's/^Set-Cookie: __Host-\([^;]*session[^;]*\);.*/\1/p' \
      <<<"$answer")")
  [[ $answer == *"Status: 303"* ]]
}

# ---- proxies ----

# order_from FORWARDED: an order that needs no cookie; its status.
order_from() {
  get /api/events/walk/book -H 'Content-Type: application/json' \
    -H "X-Forwarded-For: $1" -d "{\"email\":\"p$RANDOM$RANDOM@example.org\",
      \"tier_name\":\"general\",\"quantity\":1,\"payment_token\":\"tok_decline\"}"
  : >"$JAR"
  echo "$status"
}

# Another site, with a line more in its configuration.
own_site() {
  stop_site
  DATA=$(mktemp -d "$BATS_TEST_TMPDIR/site-XXXXXX")
  "$BUILD/campuspass" --data "$DATA" init >/dev/null
  printf '%s\n' "$@" >>"$DATA/campuspass.conf"
  OWN_SITE=yes
  start_server
  stop_clock
  add_event walk
  sql_write "UPDATE tier SET capacity = 1000"
}

@test "X-Forwarded-For counts from a configured proxy alone" {
  own_site "network_orders = 2"
  as proxied
  assert_equal "$(order_from 192.0.2.1; order_from 192.0.2.2
    order_from 192.0.2.3)" $'400\n400\n429'
  stop_site
  own_site "network_orders = 2" "trusted_proxies = 127.0.0.1"
  assert_equal "$(order_from 192.0.2.1; order_from 192.0.2.2
    order_from 192.0.2.1; order_from 192.0.2.1
    order_from "192.0.2.9, 192.0.2.1"; order_from 192.0.2.3)" \
    $'400\n400\n400\n429\n429\n400'
}

# For a program both are HTTP_X_FORWARDED_FOR; most proxies add to the first
# alone and let the second pass.
@test "X-Forwarded-For beside X_Forwarded_For is nobody's" {
  own_site "network_orders = 2" "trusted_proxies = 127.0.0.1"
  # forged_by HEADER FORWARDED: an order of 192.0.2.1 that says otherwise.
  forged_by() {
    get /api/events/walk/book -H 'Content-Type: application/json' \
      -H "$1: $2" -H "X-Forwarded-For: 192.0.2.1" \
      -d "{\"email\":\"p$RANDOM$RANDOM@example.org\",\"tier_name\":\"general\",
        \"quantity\":1,\"payment_token\":\"tok_decline\"}"
    : >"$JAR"
    echo "$status"
  }
  as forger
  assert_equal "$(forged_by X_Forwarded_For 198.51.100.1
    forged_by X_Forwarded_For 198.51.100.2
    forged_by X.Forwarded-For 198.51.100.3)" $'400\n400\n429'
}
