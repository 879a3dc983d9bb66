#!/usr/bin/env bats
# The same executables as plain CGI: straight from the shell, and behind
# lighttpd by mod_cgi.
load helper

setup_file() {
  make_data
}

teardown() {
  [ -z "${SERVER:-}" ] || stop_site
}

# cgi PROGRAM METHOD PATH [VARIABLE=value ...]: one request; standard input
# is the body. Sets $status, $headers, $body, $code (the process's).
cgi() {
  local program=$1 method=$2 path=$3 answer="$BATS_TEST_TMPDIR/cgi"
  local query=""
  shift 3
  case $path in *\?*) query=${path#*\?} path=${path%%\?*} ;; esac
  code=0
  env -i "REQUEST_METHOD=$method" "PATH_INFO=$path" "QUERY_STRING=$query" \
    "CAMPUSPASS_DATA=$DATA" REMOTE_ADDR=127.0.0.1 \
    ${COOKIE:+"HTTP_COOKIE=$COOKIE"} "$@" \
    timeout -k 1 "${PATIENCE:-30}" "${PROGRAMS:-$BUILD/cgi-bin}/$program" \
    >"$answer" 2>"$answer.err" || code=$?
  take_answer "$answer"
}

take_answer() {
  headers=$(tr -d '\r' <"$1" | sed '/^$/q')
  body=$(tr -d '\r\0' <"$1" | sed '1,/^$/d')
  status=$(sed -n 's/^Status: //p' <<<"$headers")
  location=$(sed -n 's/^Location: //p' <<<"$headers")
  [ "$code" = 0 ] || { echo "ended with $code" >&2; cat "$1.err" >&2; }
  # A header block, then the body: nothing else on standard output.
  [[ $(head -c 8 "$1") == "Status: " ]]
}

# form PROGRAM PATH [name=value ...]: a POST with the hidden fields of the
# page last fetched, as a browser encodes it.
form() {
  local program=$1 path=$2 pair content
  shift 2
  content="csrf_token=$(hidden csrf_token)&form_key=$(hidden form_key)"
  for pair in "$@"; do
    content+="&${pair%%=*}=$(sed 's/@/%40/g; s/ /+/g' <<<"${pair#*=}")"
  done
  cgi "$program" POST "$path" "CONTENT_LENGTH=${#content}" \
    CONTENT_TYPE=application/x-www-form-urlencoded <<<"$content"
}

keep_cookie() {
  local cookie
  cookie=$(sed -n 's/^Set-Cookie: \([^;]*\).*/\1/p' <<<"$headers")
  COOKIE=${cookie:-$COOKIE}
}

@test "B14 a GET needs no server and no standard input" {
  cgi list GET / </dev/null
  assert_status 200
  assert_text "Something good is on."
  cgi list GET "/?q=jazz" <&-
  assert_status 200
  assert_text "Jazz Evening"
  cgi list GET /events/jazz-evening <<<"nobody reads this"
  assert_text "City Jazz Club"
  assert_equal "$code" 0
  # The length is the body's, to the byte.
  assert_equal "$(sed -n 's/^Content-Length: //p' <<<"$headers")" \
    "$(sed '1,/^\r$/d' "$BATS_TEST_TMPDIR/cgi" | wc -c)"
}

@test "B14 the whole sale as plain CGI" {
  local before
  before=$(stock spring-concert vip)
  cgi book GET /book/spring-concert </dev/null
  keep_cookie
  form book /book/spring-concert tier=vip quantity=2 "name=Ada Lovelace" \
    email=cgi@example.org
  assert_status 303
  [[ $location == /checkout/* ]]
  local checkout=$location tickets
  cgi checkout GET "$checkout" </dev/null
  assert_status 200
  assert_text "Pay \$90.00"
  form checkout "$checkout" method=campuspay payment_token=tok_valid_cgi \
    terms=yes
  assert_status 303
  [[ $location == /tickets/*\?new=yes ]]
  tickets=$location
  cgi tickets GET "$tickets" </dev/null
  assert_status 200
  assert_text "You are going."
  assert_equal "$(grep -o 'TKT-[0-9A-F]\{16\}' <<<"$body" | sort -u |
    wc -l)" 2
  assert_equal "$before $(stock spring-concert vip)" "0|0 0|2"
  # Nobody else sees it.
  COOKIE="" cgi tickets GET "${tickets%\?*}" </dev/null
  assert_status 404
  assert_sound
}

@test "B14 a process that wrote leaves no log for the next one to read" {
  COOKIE=""
  cgi book GET /book/spring-concert </dev/null
  keep_cookie
  form book /book/spring-concert tier=vip quantity=1 name=Ada \
    email=ada@example.org
  assert_status 303
  [ ! -s "$DATA/campuspass.db-wal" ]
  run "$BUILD/campuspass" --data "$DATA" sweep
  [ ! -s "$DATA/campuspass.db-wal" ]
  # Nor one that a process left that was killed: who reads it folds it.
  sqlite3 "$DATA/campuspass.db" ".dbconfig no_ckpt_on_close on" \
    "UPDATE catalogue SET version = version + 1"
  [ -s "$DATA/campuspass.db-wal" ]
  cgi list GET / </dev/null
  [ ! -s "$DATA/campuspass.db-wal" ]
}

@test "B14 the data directory is found by a file beside the program" {
  local folder="$BATS_TEST_TMPDIR/copy"
  mkdir "$folder"
  cp "$BUILD/cgi-bin/list" "$folder/"
  echo "$DATA" >"$folder/data-directory"
  PROGRAMS=$folder cgi list GET "/?q=jazz" CAMPUSPASS_DATA= </dev/null
  assert_status 200
  assert_text "Jazz Evening"
  # A path may be relative to that file; the current directory means nothing.
  ln -s "$DATA" "$BATS_TEST_TMPDIR/linked"
  echo "../linked" >"$folder/data-directory"
  cd /
  PROGRAMS=$folder cgi list GET "/?q=jazz" CAMPUSPASS_DATA= </dev/null
  assert_status 200
}

@test "B14 without any data directory: a page that says 503, no crash" {
  local folder="$BATS_TEST_TMPDIR/alone" program
  mkdir "$folder"
  for program in list book checkout tickets; do
    cp "$BUILD/cgi-bin/$program" "$folder/"
    PROGRAMS=$folder cgi "$program" GET / CAMPUSPASS_DATA= </dev/null
    assert_equal "$code" 0
    assert_status 503
    [[ $headers == *"Retry-After: "* ]]
    assert_text "Out of order for a moment"
    refute_text "CAMPUSPASS_DATA"
    PROGRAMS=$folder cgi "$program" POST / \
      CAMPUSPASS_DATA=/nonexistent/place CONTENT_LENGTH=3 <<<"a=b"
    assert_equal "$code" 0
    assert_status 503
    [[ $body != *nonexistent* ]]
  done
  # The operator reads the reason where servers keep standard error.
  grep -q "nonexistent" "$BATS_TEST_TMPDIR/cgi.err"
}

@test "B14 HEAD has no body, whatever the answer is" {
  local path
  for path in / /events/jazz-evening /terms /status /nonsense "/?page=0"; do
    cgi list HEAD "$path" </dev/null
    assert_equal "$body" ""
    [[ $headers == *Content-Length:\ [1-9]* ]]
  done
  cgi list HEAD / CAMPUSPASS_DATA=/nonexistent/place </dev/null
  assert_status 503
  assert_equal "$body" ""
}

@test "R22 a method that nobody knows is 405 with the path's methods" {
  cgi list BREW /terms </dev/null
  assert_status 405
  [[ $headers == *"Allow: GET, HEAD"* && $headers != *POST* ]]
  cgi book PUT /book/jazz-evening </dev/null
  assert_status 405
  [[ $headers == *"Allow: GET, HEAD, POST"* ]]
  env -i "CAMPUSPASS_DATA=$DATA" "$BUILD/cgi-bin/list" </dev/null \
    >"$BATS_TEST_TMPDIR/cgi"
  code=0
  take_answer "$BATS_TEST_TMPDIR/cgi"
  assert_status 405
}

@test "R22 damaged addresses are 400" {
  local query
  for query in % %4 %zz %00 a%00b %ff %c0%80 %ed%a0%80 q=%e2%82 \
    "$(printf 'q=\xff')"; do
    cgi list GET "/?$query" </dev/null
    [ "$status" = 400 ] || { echo "$query: $status" >&2; return 1; }
    assert_text "RequestError"
  done
  local path
  for path in "$(printf '/events/\xff')" "$(printf '/\x01')" "/$(printf 'x%.0s' {1..1001})"; do
    cgi list GET "$path" </dev/null
    [ "$status" = 400 ] || { echo "$path: $status" >&2; return 1; }
  done
  cgi list GET "" </dev/null
  assert_status 200
  cgi list GET no-slash </dev/null
  assert_status 404
}

@test "R22 a body that is cut, or whose length is nonsense, is refused" {
  local length
  cgi book POST /book/jazz-evening CONTENT_LENGTH=100 \
    CONTENT_TYPE=application/x-www-form-urlencoded <<<"tier=vip"
  assert_status 400
  assert_text "did not arrive whole"
  for length in -1 abc 1x 0x10 1e3 99999999999999999999 " " 1.5; do
    cgi book POST /book/jazz-evening "CONTENT_LENGTH=$length" \
      CONTENT_TYPE=application/x-www-form-urlencoded <<<"tier=vip"
    assert_equal "$code" 0
    [ "$status" = 400 ] || { echo "'$length': $status" >&2; return 1; }
  done
  for length in 65537 1000000 9223372036854775807; do
    cgi book POST /book/jazz-evening "CONTENT_LENGTH=$length" \
      CONTENT_TYPE=application/x-www-form-urlencoded <<<"tier=vip"
    [ "$status" = 413 ] || { echo "'$length': $status" >&2; return 1; }
  done
  cgi book POST /book/jazz-evening HTTP_TRANSFER_ENCODING=chunked \
    CONTENT_TYPE=application/x-www-form-urlencoded <<<"tier=vip"
  assert_status 411
  # A web server that has put the pieces together says how long they are.
  cgi book POST /book/jazz-evening HTTP_TRANSFER_ENCODING=chunked \
    CONTENT_LENGTH=8 CONTENT_TYPE=application/x-www-form-urlencoded \
    <<<"tier=vip"
  assert_status 403
  cgi book POST /book/jazz-evening CONTENT_LENGTH=0 </dev/null
  assert_status 403
}

@test "R22 a large refused body is read, so that the answer arrives" {
  # The writer must not meet a closed pipe before it has sent all.
  head -c 2000000 /dev/zero >"$BATS_TEST_TMPDIR/large"
  run bash -c 'set -o pipefail
    cat "$1" | env -i REQUEST_METHOD=POST PATH_INFO=/book/jazz-evening \
      CONTENT_LENGTH=2000000 "CAMPUSPASS_DATA=$DATA" \
      CONTENT_TYPE=application/x-www-form-urlencoded "$2" | head -n 1' \
    - "$BATS_TEST_TMPDIR/large" "$BUILD/cgi-bin/book"
  assert_success
  assert_output --partial "Status: 413"
}

# RFC 3875, 4.2: a script reads no more than CONTENT_LENGTH bytes, for the
# server need not close its end.
@test "B14 no more than the length is read from an input that stays open" {
  local pipe="$BATS_TEST_TMPDIR/pipe" path length
  mkfifo "$pipe"
  exec 8<>"$pipe"
  for length in 8 70000; do
    head -c "$length" /dev/zero | tr '\0' x >&8 &
    local writer=$!
    cgi book POST /book/jazz-evening "CONTENT_LENGTH=$length" \
      CONTENT_TYPE=application/x-www-form-urlencoded <"$pipe"
    wait "$writer"
    assert_equal "$code" 0
    case $length in
      8) assert_status 403 ;;
      *) assert_status 413 ;;
    esac
  done
  exec 8>&-
}

@test "B14 over https cookies are Secure and __Host-, and HSTS is sent" {
  local secure="$BATS_TEST_TMPDIR/secure"
  "$BUILD/campuspass" --data "$secure" init >/dev/null
  "$BUILD/campuspass" --data "$secure" demo >/dev/null
  echo "base_url = https://tickets.example.org" >>"$secure/campuspass.conf"
  DATA=$secure cgi book GET /book/jazz-evening </dev/null
  assert_status 200
  [[ $headers == *"Set-Cookie: __Host-campuspass-"*"; Secure"* ]]
  [[ $headers == *"Path=/;"* && $headers != *Domain=* ]]
  [[ $headers == *"Strict-Transport-Security: max-age="* ]]
  keep_cookie
  # A form from the public address is our own, from another it is not.
  DATA=$secure form book /book/jazz-evening quantity=x
  assert_status 400
  cgi_origin() {
    local content="csrf_token=$(hidden csrf_token)"
    DATA=$secure cgi book POST /book/jazz-evening "HTTP_ORIGIN=$1" \
      "CONTENT_LENGTH=${#content}" \
      CONTENT_TYPE=application/x-www-form-urlencoded <<<"$content"
  }
  cgi_origin https://tickets.example.org
  assert_status 400
  cgi_origin https://tickets.example.org.evil.example
  assert_status 403
}

@test "B14 R3 over https the session's cookie is Secure and __Host-" {
  local secure="$BATS_TEST_TMPDIR/secure"
  "$BUILD/campuspass" --data "$secure" init >/dev/null
  echo "base_url = https://tickets.example.org" >>"$secure/campuspass.conf"
  "$BUILD/campuspass" --data "$secure" user add --role user --username ada \
    --email ada@example.org --password-stdin <<<"seven brass kettles"
  DATA=$secure cgi account GET /account/login </dev/null
  keep_cookie
  DATA=$secure form account /account/login login=ada \
    "password=seven brass kettles"
  assert_status 303
  local cookie
  cookie=$(sed -n 's/^Set-Cookie: \(__Host-campuspass-session-[^;]*\).*/\1/p' \
    <<<"$headers")
  [[ $(grep "^Set-Cookie: $cookie" <<<"$headers") == *"; Secure"* ]]
  COOKIE=$cookie DATA=$secure cgi account GET /account </dev/null
  assert_status 200
  COOKIE=${cookie#__Host-} DATA=$secure cgi account GET /account </dev/null
  assert_status 303
}

# ---- behind lighttpd by mod_cgi ----

# The site's own configuration with mod_cgi in place of mod_fastcgi.
cgi_configuration() {
  mkdir -p "$DATA/cgi-bin"
  cp "$BUILD"/cgi-bin/{list,book,checkout,tickets} "$DATA/cgi-bin/"
  echo "$DATA" >"$DATA/cgi-bin/data-directory"
  sed 's/"mod_fastcgi"/"mod_cgi", "mod_alias"/
    /^fastcgi\.server = (/,/^)/d' "$TOP/lighttpd.conf"
  echo 'alias.url = ( "/cgi-bin/" => var.data + "/cgi-bin/" )'
  echo '$HTTP["url"] =~ "^/cgi-bin/" { cgi.assign = ( "" => "" ) }'
}

@test "B14 the whole sale behind lighttpd by mod_cgi" {
  DATA="$BATS_TEST_TMPDIR/site"
  "$BUILD/campuspass" --data "$DATA" init >/dev/null
  "$BUILD/campuspass" --data "$DATA" demo >/dev/null
  mkdir -p "$DATA/run"
  cgi_configuration >"$BATS_TEST_TMPDIR/lighttpd.conf"
  start_server "$BATS_TEST_TMPDIR/lighttpd.conf"
  as mod-cgi
  get "/?q=jazz"
  assert_status 200
  assert_text "Jazz Evening"
  hold spring-concert vip 2 mod-cgi@example.org
  pay
  assert_status 303
  get "$location"
  assert_text "You are going."
  assert_equal "$(stock spring-concert vip)" "0|2"
  # Refusals reach the client here, too.
  get /nonsense
  assert_status 404
  get /book/jazz-evening --data-binary "@$BUILD/cgi-bin/list" \
    -H "Content-Type: application/x-www-form-urlencoded"
  assert_status 413
  get "/?q=%ff"
  assert_status 400
  get / -I
  assert_status 200
  assert_sound
  stop_site
}
