#!/usr/bin/env bats
# The web layer as clients of all kinds meet it: statuses, headers, damaged
# and hostile requests, forged forms, files, and a site that is out of order.
load helper

setup_file() {
  # A copy of www with what must not be handed out.
  export ROOT="$BATS_FILE_TMPDIR/root"
  mkdir "$ROOT"
  cp -R "$TOP/www" "$ROOT/www"
  echo "a secret" >"$ROOT/www/.secret"
  echo "a secret" >"$ROOT/www/art/.hidden"
  echo "a secret" >"$ROOT/beside.txt"
  echo "from a file" >"$ROOT/www/robots.txt"
  mkdir "$ROOT/www/events"
  echo "from a file" >"$ROOT/www/events/jazz.txt"
  echo "from a file" >"$ROOT/www/index.html"
  start_site
  export SITE=$SERVER
}

teardown_file() {
  stop_site
}

# A test that started a server of its own leaves none behind.
teardown() {
  [ "$SERVER" = "$SITE" ] || stop_site
}

# raw BYTES: send them as they are (printf's escapes).
raw() {
  local answer="$BATS_TEST_TMPDIR/raw"
  exec 7<>"/dev/tcp/127.0.0.1/$PORT"
  printf "$1" >&7
  timeout 10 cat <&7 >"$answer"
  exec 7>&- 7<&-
  tr -d '\r' <"$answer" | sed '/^$/q' >"$answer.headers"
  tr -d '\r' <"$answer" | sed '1,/^$/d' >"$answer.body"
  read_answer "$answer"
}

# send PATH BODY [curl options]: a form as the bytes are.
send() {
  local path=$1 content=$2
  shift 2
  printf '%s' "$content" >"$BATS_TEST_TMPDIR/content"
  get "$path" --data-binary "@$BATS_TEST_TMPDIR/content" "$@"
}

has_security_headers() {
  local all=${headers,,}
  [[ $all == *"content-security-policy: default-src 'none'"* ]] &&
    [[ $all == *"frame-ancestors 'none'"* ]] &&
    [[ $all == *"x-content-type-options: nosniff"* ]] &&
    [[ $all == *"referrer-policy: "* ]] && return
  echo "no security headers: $status" >&2
  echo "$headers" >&2
  return 1
}

# ---- statuses ----

@test "R13 404 has a page that helps" {
  get /nonsense
  assert_status 404
  assert_text "Page not found"
  assert_text "NotFoundError"
  [[ $body == *'<a href="/">All events</a>'* ]]
  [[ $body == *'<a href="/tickets">My tickets</a>'* ]]
}

@test "R22 405 names the methods that are allowed" {
  local method path allow
  while read -r method path allow; do
    # lighttpd wants a length with POST.
    get "$path" -X "$method" -d ''
    assert_status 405
    assert_equal "$(sed -n 's/^[Aa]llow: //p' <<<"$headers")" "$allow"
  done <<METHODS
POST /terms GET, HEAD
POST /events/jazz-evening GET, HEAD
PUT /book/jazz-evening GET, HEAD, POST
DELETE / GET, HEAD
PATCH /terms GET, HEAD
GET /checkout/0123456789/release POST
GET /checkout/0123456789/extend POST
POST /tickets/0123456789 GET, HEAD
METHODS
  assert_text "This page cannot be asked in that way"
}

@test "R22 413 over the limit, at the very byte" {
  local fill
  fill=$(head -c 65536 /dev/zero | tr '\0' x)
  send /book/jazz-evening "$fill"
  refute [ "$status" = 413 ]
  send /book/jazz-evening "${fill}x"
  assert_status 413
  assert_text "The form is larger than 64 KiB"
  has_security_headers
  # Far over it, whoever answers.
  send /book/jazz-evening "$(head -c 1500000 /dev/zero | tr '\0' x)" \
    -H 'Expect:'
  assert_status 413
  get /terms
  assert_status 200
}

@test "R22 415 for what is no form" {
  local type
  for type in application/json text/plain 'multipart/form-data; boundary=x' \
    application/x-www-form-urlencodedX ''; do
    send /book/jazz-evening '{"a":1}' -H "Content-Type: $type" \
      ${type:+-H "X-Type: $type"}
    [ "$status" = 415 ] || { echo "$type: $status" >&2; return 1; }
  done
  has_security_headers
  get /book/jazz-evening
  send /book/jazz-evening "csrf_token=$(hidden csrf_token)" \
    -H 'Content-Type: application/x-www-form-urlencoded; charset=UTF-8'
  assert_status 400
  assert_text "Enter your name"
}

@test "R22 chunked bodies are read or refused, never half read" {
  get /book/jazz-evening
  send /book/jazz-evening "csrf_token=$(hidden csrf_token)&name=Chunk" \
    -H 'Transfer-Encoding: chunked'
  [ "$status" = 411 ] || {
    assert_status 400
    [[ $body == *'value="Chunk"'* ]]
  }
}

@test "R22 a damaged encoding is 400, in addresses and in forms" {
  local bad
  for bad in '%' '%4' '%zz' '%00' 'a%00b' '%ff' '%c0%80' '%ed%a0%80' \
    '%f5%80%80%80' '%e2%82'; do
    # Of an address, lighttpd makes "%25" of a "%" that encodes nothing, and
    # refuses %00 by itself.
    case $bad in % | %4 | %zz) ;; *)
      get "/?q=$bad"
      [ "$status" = 400 ] || { echo "?q=$bad: $status" >&2; return 1; }
      get "/?$bad=1"
      [ "$status" = 400 ] || { echo "?$bad=1: $status" >&2; return 1; } ;;
    esac
    send /book/jazz-evening "name=$bad"
    [ "$status" = 400 ] || { echo "form $bad: $status" >&2; return 1; }
    assert_text "RequestError"
    has_security_headers
  done
  # Bytes without percents.
  send /book/jazz-evening "$(printf 'name=\xff\xfe')"
  assert_status 400
  printf 'name=a\0b' >"$BATS_TEST_TMPDIR/nul"
  get /book/jazz-evening --data-binary "@$BATS_TEST_TMPDIR/nul"
  assert_status 400
}

@test "R22 a damaged path is 400 or 404, never more" {
  local path
  for path in '/%00' '/events/%00' '/events/%ff' '/events/%c3%28' \
    '/events/a%0d%0ab' '/%zz' '/events/%' "/$(printf 'x%.0s' {1..1100})"; do
    get "$path" --path-as-is
    case $status in 400 | 404) ;; *)
      echo "$path: $status" >&2
      return 1 ;;
    esac
  done
}

@test "R22 too many fields are refused" {
  local many
  many=$(printf 'a=1&%.0s' {1..500})
  get "/?${many%&}"
  assert_status 200
  get "/?${many}b=1"
  assert_status 400
  assert_text "too many fields"
  send /book/jazz-evening "${many}b=1"
  assert_status 400
}

@test "R22 overlong and control characters are refused with the field named" {
  local long name words
  long=$(printf 'x%.0s' {1..300})
  get /book/jazz-evening
  post /book/jazz-evening tier="$long" quantity="$long" name="$long" \
    email="$long@example.org"
  assert_status 400
  while read -r name words; do
    [[ $body == *"<a href=\"#$name\">$words"* ]] || {
      echo "$name: $words" >&2
      return 1
    }
  done <<WORDS
tier Ticket type must have at most 200 characters
quantity Quantity must have at most 30 characters
name Name must have at most 100 characters
email Email address must have at most 254 characters
WORDS
  # What was typed is still there.
  [[ $body == *"name=\"name\" type=\"text\" value=\"$long\""* ]]
  post /book/jazz-evening tier=vip quantity=1 name=$'A\tB\x01' \
    email=a@example.org
  assert_status 400
  assert_text "Name must not have control characters"
  # A line break in a name would end up in a mail's headers.
  post /book/jazz-evening tier=vip quantity=1 name=$'A\r\nBcc: b@example.org' \
    email=a@example.org
  assert_status 400
  assert_text "Name must not have"
  # Characters, not bytes, are counted.
  post /book/jazz-evening tier=vip quantity=x \
    name="$(printf 'ü%.0s' {1..100})" email=a@example.org
  refute_text "Name must have"
}

@test "R22 a name given twice: the first counts" {
  get "/?q=jazz&q=rock"
  assert_text "Jazz Evening"
  refute_text "Rock Night"
  add_event twice
  as twice
  book twice general 2 twice@example.org quantity=7 email=other@example.org
  assert_status 303
  assert_equal "$(stock twice general)" "2|0"
  assert_equal "$(sql "SELECT email FROM booking WHERE event_id =
    (SELECT id FROM event WHERE slug = 'twice')")" twice@example.org
}

@test "R22 HEAD works wherever GET does, without a body" {
  local path got
  as head
  add_event headed
  hold headed general 1 head@example.org
  for path in / "/?page=0" /events/jazz-evening "/compare?event=hackathon" \
    /terms /status /book/jazz-evening /book/queue-night/queue /tickets \
    "/tickets/$REFERENCE" "/checkout/$REFERENCE" /events/none /nonsense \
    /style.css; do
    get "$path"
    got=$status
    get "$path" -I
    [ "$status" = "$got" ] || { echo "$path: $status not $got" >&2; return 1; }
    [[ ${headers,,} == *content-type:* ]]
    raw "HEAD $path HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert_equal "$body" ""
  done
}

# ---- headers ----

@test "Security: security headers stand on every answer of the programs" {
  local path
  as secure
  for path in / /events/jazz-evening /compare /terms /status \
    /book/jazz-evening /tickets /nonsense "/?page=0" "/?q=%zz" \
    /checkout/0123456789/release; do
    get "$path"
    has_security_headers
  done
  # 403, 400, a redirect, 304.
  send /book/jazz-evening name=x
  assert_status 403
  has_security_headers
  add_event secured
  book secured general 0 x
  assert_status 400
  has_security_headers
  book secured general 1 secure@example.org
  assert_status 303
  has_security_headers
  [[ ${headers,,} == *"cache-control: no-store"* ]]
  get / -H 'If-None-Match: *'
  has_security_headers
  [[ ${headers,,} != *"strict-transport"* ]]
}

@test "Security: security headers stand on files, too" {
  local path
  for path in /style.css /favicon.svg /art/concert.svg; do
    get "$path"
    assert_status 200
    [[ ${headers,,} == *"x-content-type-options: nosniff"* ]] || {
      echo "$path: $headers" >&2
      return 1
    }
  done
}

@test "R13 the server's own refusals have a page that helps" {
  send /book/jazz-evening "$(head -c 1500000 /dev/zero | tr '\0' x)" \
    -H 'Expect:'
  assert_status 413
  assert_text "That was too much"
  get / -H "Cookie: big=$(printf 'x%.0s' {1..10000})"
  [ "$status" -ge 400 ]
  assert_text "All events"
}

@test "Security: the content policy leaves no room for scripts" {
  get /
  local policy
  policy=$(sed -n 's/^Content-Security-Policy: //p' <<<"$headers")
  [[ $policy != *unsafe* && $policy != *script-src* && $policy != *'*'* ]]
  [[ $policy == *"form-action 'self'"* && $policy == *"base-uri 'none'"* ]]
  # And pages need none: no inline style, handler or script.
  local path
  for path in / /events/jazz-evening /book/jazz-evening /compare /terms \
    /status /tickets; do
    get "$path"
    run grep -inE '<script|<style|[ ]style=|[ ]on[a-z]+=|javascript:' \
      <<<"$body"
    assert_output ""
  done
}

@test "Security: personal pages are not stored, visitors' pages set no cookie" {
  local path
  for path in /book/jazz-evening /tickets /status /nonsense; do
    as "fresh-${path//\//-}"
    get "$path"
    [[ ${headers,,} == *"cache-control: no-store"* ]]
  done
  for path in / "/?q=jazz" /events/jazz-evening /compare /terms /status; do
    as "cookieless-${path//[^a-z]/-}"
    get "$path"
    [[ ${headers,,} != *set-cookie* ]] || { echo "$path" >&2; return 1; }
  done
}

@test "Security: the cookie is HttpOnly and SameSite; the server tells no version" {
  as cookie
  get /book/jazz-evening
  local cookie
  cookie=$(grep -i '^set-cookie' <<<"$headers")
  [[ $cookie == *HttpOnly* && $cookie == *SameSite=Lax* ]]
  [[ $cookie == *Path=/* && $cookie != *Domain* ]]
  [[ ! $headers =~ [Ss]erver:[^$'\n']*[0-9] ]]
}

# ---- cookies ----

# The cookie of this browser.
cookie_value() {
  awk '$6 == "campuspass" { print $7 }' "$JAR"
}

@test "R34 a cookie with a broken signature is no cookie" {
  local cookie bad
  as owner
  add_event signed
  hold signed general 1 signed@example.org
  cookie=$(cookie_value)
  as thief
  get "/tickets/$REFERENCE" -H "Cookie: campuspass=$cookie"
  assert_status 200
  for bad in "${cookie%?}" "${cookie}0" "!${cookie#?}" "${cookie%%.*}" \
    "${cookie%%.*}." "${cookie#*.}" "" "." "%00" "${cookie/./..}" \
    "$(tr '0-8' '1-9' <<<"$cookie")"; do
    get "/tickets/$REFERENCE" -H "Cookie: campuspass=$bad"
    [ "$status" = 404 ] || { echo "$bad: $status" >&2; return 1; }
    get /tickets -H "Cookie: campuspass=$bad"
    assert_text "No tickets yet"
  done
}

@test "R34 other software's cookies do no harm" {
  local cookie
  as owner-2
  add_event crowd
  hold crowd general 1 crowd@example.org
  cookie=$(cookie_value)
  as crowd
  get "/tickets/$REFERENCE" -H \
    "Cookie: x; =; =y; a=%zz; $(printf 'k=v; %.0s' {1..100})campuspass=$cookie"
  assert_status 200
  get "/tickets/$REFERENCE" -H \
    "Cookie: big=$(printf 'x%.0s' {1..7000}); campuspass=$cookie"
  assert_status 200
  # 10 kB and bytes that are no text: refused or ignored, nothing breaks.
  get / -H "Cookie: big=$(printf 'x%.0s' {1..10000})"
  case $status in 200 | 400 | 431) ;; *) assert_status 431 ;; esac
  get "/tickets/$REFERENCE" -H \
    "Cookie: bad=$(printf '\xff\xfe'); campuspass=$cookie"
  case $status in 200 | 400) ;; *) assert_status 200 ;; esac
  get / -H "Cookie: $(printf 'a=b;%.0s' {1..1500})"
  assert_status 200
}

# ---- forged forms ----

# forge [curl options]: book at `forged` with TOKEN.
forge() {
  get /book/forged "$@" --data-urlencode "csrf_token=$TOKEN" \
    -d 'tier=general&quantity=1&name=Eve' -d "email=eve$RANDOM@example.org"
}

@test "Security: a form without this browser's token is refused" {
  add_event forged one_booking_each=0
  as alice
  get /book/forged
  local alices=$(hidden csrf_token) key=$(hidden form_key)
  as eve
  TOKEN=$alices forge
  assert_status 403
  assert_text "does not belong to your browser"
  get /book/forged
  local eves
  eves=$(hidden csrf_token)
  local token
  for token in "" x "$alices" "${eves%?}" "${eves}0" "$key"; do
    TOKEN=$token forge
    [ "$status" = 403 ] || { echo "$token: $status" >&2; return 1; }
    assert_text "AccessError"
  done
  assert_equal "$(stock forged general)" "0|0"
  TOKEN=$eves forge
  assert_status 303
}

@test "Security: a form that another site sent is refused" {
  local header
  as victim
  get /book/forged
  TOKEN=$(hidden csrf_token)
  local before
  before=$(stock forged general)
  for header in "Sec-Fetch-Site: cross-site" "Sec-Fetch-Site: same-site" \
    "Origin: https://evil.example" "Origin: null" \
    "Origin: http://127.0.0.1:1" "Origin: http://127.0.0.1:$PORT.evil.example" \
    "Origin: http://evil.example/127.0.0.1:$PORT"; do
    forge -H "$header"
    [ "$status" = 403 ] || { echo "$header: $status" >&2; return 1; }
    assert_text "Another site sent this form"
  done
  assert_equal "$(stock forged general)" "$before"
  forge -H "Origin: http://127.0.0.1:$PORT" -H "Sec-Fetch-Site: same-origin"
  assert_status 303
}

@test "Security: every form that acts needs the token" {
  local path
  as owner-3
  add_event guarded
  hold guarded general 1 guarded@example.org
  for path in /book/guarded /book/guarded/queue "/checkout/$REFERENCE" \
    "/checkout/$REFERENCE/release" "/checkout/$REFERENCE/extend"; do
    send "$path" "terms=yes&payment_token=tok_valid&quantity=1"
    [ "$status" = 403 ] || { echo "$path: $status" >&2; return 1; }
  done
  assert_equal "$(stock guarded general)" "1|0"
}

# ---- hostile texts ----

EVIL='"><script>alert(1)</script>'"'"'<img src=x onerror=alert(2)>'

has_no_markup() {
  [[ $body != *'<script>alert'* && $body != *'<img src=x'* ]] &&
    [[ $body == *'&lt;script&gt;'* ]] && return
  echo "not escaped" >&2
  grep -n 'alert' <<<"$body" >&2
  return 1
}

@test "R10 what a visitor types comes back escaped" {
  get / -G --data-urlencode "q=$EVIL"
  assert_status 200
  has_no_markup
  local field
  for field in from to price_min price_max; do
    get / -G --data-urlencode "$field=$EVIL"
    assert_status 400
    has_no_markup
  done
  # In links to other pages, too.
  get / -G --data-urlencode "x\"y=$EVIL" -d limit=1
  [[ $body != *'<script>alert'* && $body != *'x"y'* ]]
  get /book/jazz-evening
  post /book/jazz-evening tier="$EVIL" quantity="$EVIL" name="$EVIL" \
    email="$EVIL"
  assert_status 400
  has_no_markup
  get "/events/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"
  assert_status 404
  [[ $body != *'<script>alert'* ]]
}

@test "R9 what an organiser and a buyer wrote comes out escaped" {
  local path
  as hostile
  add_event hostile title="'${EVIL//\'/\'\'}'" summary="'${EVIL//\'/\'\'}'"
  sql_write "UPDATE tier SET name = '${EVIL//\'/\'\'}' WHERE event_id =
    (SELECT id FROM event WHERE slug = 'hostile')"
  for path in "/?q=alert" /events/hostile /book/hostile \
    "/compare?event=hostile" /compare /book/hostile/queue; do
    get "$path"
    assert_status 200
    has_no_markup
  done
  get /book/hostile
  post /book/hostile tier=general quantity=1 "name=$EVIL" \
    email=hostile@example.org
  assert_status 303
  for path in "$location" "/tickets/${location##*/}" /tickets \
    /book/jazz-evening; do
    get "$path"
    assert_status 200
    has_no_markup
  done
}

@test "R9 a slug with odd characters stays one address" {
  add_event 'odd"<slug>'
  get "/?q=event+odd"
  [[ $body == *'href="/events/odd%22%3Cslug%3E"'* ]]
  get '/events/odd%22%3Cslug%3E'
  assert_status 200
}

@test "R29 a redirect cannot be given more headers" {
  as crlf
  get /book/jazz-evening
  local path
  for path in '/checkout/a%0d%0aSet-Cookie:%20x=1' \
    '/tickets/a%0aX-Evil:%201' '/book/a%0d%0aX-Evil:%201'; do
    get "$path"
    assert_status 400
    [[ ${headers,,} != *x-evil* && ${headers,,} != *set-cookie:\ x* ]]
  done
  # Where a redirect leads is a path of this site.
  add_event straight
  book straight general 1 crlf@example.org
  [[ $location == /checkout/* || $location == "$URL"/checkout/* ]]
}

# ---- the error page ----

@test "R22 an error shows its kind, labelled fields and cause" {
  as errors
  add_event few
  book few general 11 few@example.org
  assert_status 409
  assert_text "Kind of problem: SoldOutError"
  assert_text "Requested 11"
  assert_text "Remaining 10"
  assert_text "Event few"
  assert_text "General"
  [[ $body =~ mention\ request\ \<code\>[0-9A-Z]{10}\</code\> ]]
  [[ $body == *'<title>Error: '* ]]
  # The focus goes to the box, which says what is wrong.
  [[ $body == *'class="problem"'*'autofocus'* ]]
  add_event no-gateway
  hold no-gateway general 1 cause@example.org
  pay tok_error
  assert_status 502
  assert_text "Kind of problem: PaymentError"
  assert_text "Caused by: ConnectionError - "
}

# ---- files ----

@test "R13 a file of www wins, except at the root" {
  get /robots.txt
  assert_status 200
  assert_equal "$body" "from a file"
  get /events/jazz.txt
  assert_equal "$body" "from a file"
  get /
  assert_text "Something good is on."
  get /style.css
  assert_status 200
  [[ ${headers,,} == *"content-type: text/css"* ]]
  [[ ${headers,,} == *"cache-control: max-age="* ]]
  get /favicon.svg
  [[ ${headers,,} == *"content-type: image/svg+xml"* ]]
}

@test "R13 dotfiles, folders and what lies beside www are not handed out" {
  local path
  for path in /.secret /art/.hidden /art /art/ /beside.txt \
    /../beside.txt /art/../../beside.txt /%2e%2e/beside.txt \
    /..%2fbeside.txt /art/..%2f..%2fbeside.txt /%2e%73ecret \
    //../beside.txt '/..\beside.txt' /keys /campuspass.db \
    /cgi-bin /lib /Makefile; do
    get "$path" --path-as-is
    case $status in 400 | 403 | 404) ;; *)
      echo "$path: $status" >&2
      return 1 ;;
    esac
    [[ $body != *"a secret"* && $body != *'concert.svg'* ]]
  done
}

@test "R13 programs are reached by their paths alone" {
  get /bookings
  assert_status 404
  get /book
  assert_status 404
  get /checkouts/x
  assert_status 404
}

# ---- out of order ----

# A site of this test alone, without a server yet.
own_data() {
  BATS_FILE_TMPDIR="$BATS_TEST_TMPDIR" make_data demo
}

# out_of_order: the page of a site that cannot work, and nothing more of it.
out_of_order() {
  assert_status 503
  [[ ${headers,,} == *"retry-after: "[1-9]* ]]
  has_security_headers
  assert_text "Nothing is lost."
  [[ $body != *"$DATA"* && $body != *.db* && $body != *schema* ]]
  # The page and the log meet at the request's id.
  local id
  id=$(sed -n 's/.*mention request <code>\([^<]*\).*/\1/p' <<<"$body")
  [ -n "$id" ]
  grep -q " $id " "$DATA"/log/*
}

@test "Outage: without a database: 503, and back as soon as there is one" {
  own_data
  rm "$DATA"/campuspass.db*
  start_server
  local path
  for path in / /events/jazz-evening /book/jazz-evening /tickets /status; do
    get "$path"
    out_of_order
  done
  grep -q "no database; run campuspass init" "$DATA"/log/*
  get /style.css
  assert_status 200
  "$BUILD/campuspass" --data "$DATA" init >/dev/null
  "$BUILD/campuspass" --data "$DATA" demo >/dev/null
  for path in / /events/jazz-evening /book/jazz-evening /tickets /status; do
    get "$path"
    assert_status 200
  done
}

@test "Outage: with another schema: 503 and the log says so; then on" {
  own_data
  local schema
  schema=$(sql "PRAGMA user_version")
  sql_write "PRAGMA user_version = 99"
  start_server
  get /
  out_of_order
  get /book/jazz-evening
  out_of_order
  grep -q "has schema 99" "$DATA"/log/*
  sql_write "PRAGMA user_version = $schema"
  get /
  assert_status 200
}

@test "Outage: a schema changed under a running site stops it, too" {
  own_data
  local schema
  schema=$(sql "PRAGMA user_version")
  start_server
  get /book/jazz-evening
  assert_status 200
  sql_write "PRAGMA user_version = 99"
  get /book/jazz-evening
  sql_write "PRAGMA user_version = $schema"
  out_of_order
}

@test "Outage: a database taken away under a running site is noticed" {
  own_data
  start_server
  get /book/jazz-evening
  assert_status 200
  mkdir "$DATA/away"
  mv "$DATA"/campuspass.db* "$DATA/away"
  # Selling into a file that nobody finds again would lose the sale.
  post /book/jazz-evening tier=vip quantity=1 name=Ada email=lost@example.org
  assert_status 503
  mv "$DATA"/away/campuspass.db* "$DATA"
  get /book/jazz-evening
  assert_status 200
}

@test "Outage: a database put in place of another is the one that sells" {
  own_data
  start_server
  get /book/jazz-evening
  rm "$DATA"/campuspass.db*
  "$BUILD/campuspass" --data "$DATA" init >/dev/null
  "$BUILD/campuspass" --data "$DATA" demo >/dev/null
  book jazz-evening vip 1 new@example.org
  assert_status 303
  assert_equal "$(stock jazz-evening vip)" "1|0"
}

@test "Outage: a configuration with a mistake: 503; mended, it goes on" {
  own_data
  echo "hold_minutes = soon" >>"$DATA/campuspass.conf"
  start_server
  get /
  out_of_order
  grep -q "campuspass.conf:[0-9]*: hold_minutes must be" "$DATA"/log/*
  sed -i '$d' "$DATA/campuspass.conf"
  get /
  assert_status 200
}

@test "Outage: a database locked for long: browsing goes on, buying is 503" {
  own_data
  start_server
  as locked
  get /book/jazz-evening
  local form=$body
  # Another process keeps the writer's lock for longer than we wait.
  (echo "BEGIN IMMEDIATE;"; sleep 6.5) |
    sqlite3 -batch "$DATA/campuspass.db" 3>&- &
  local locker=$!
  sleep 0.3
  curl -s -o "$BATS_TEST_TMPDIR/status" "$URL/status" &
  local status_page=$! began=$SECONDS
  (
    BATS_TEST_TMPDIR="$BATS_TEST_TMPDIR/data"
    post /book/jazz-evening tier=vip quantity=1 name=Ada \
      email=locked@example.org
    out_of_order
    assert_text "very busy"
  ) &
  local buyer=$!
  sleep 0.3
  get /events/comedy-night --max-time 2
  assert_status 200
  get / --max-time 2
  assert_status 200
  wait "$buyer"
  [ $((SECONDS - began)) -lt 9 ]
  wait "$status_page"
  grep -q "Bookings cannot be written" "$BATS_TEST_TMPDIR/status"
  # Released: nothing was taken, and the same form goes through.
  wait "$locker"
  assert_equal "$(stock jazz-evening vip)" "0|0"
  body=$form
  post /book/jazz-evening tier=vip quantity=1 name=Ada \
    email=locked@example.org
  assert_status 303
  assert_sound
}

@test "the web server's own error pages are one page but for what they say" {
  local page frame title
  # All but the title, the heading and the sentence.
  frame() { sed -E 's/(<title>Error: |<h1>|class="lead">).*/\1/' "$1"; }
  frame=$(frame "$TOP/www/errors/status-404.html")
  [ "$(grep -c . <<<"$frame")" -gt 20 ]
  for page in "$TOP"/www/errors/status-*.html; do
    assert_equal "$(frame "$page")" "$frame"
    title=$(sed -n 's/.*<title>Error: \(.*\)<.*/\1/p' "$page")
    [ "$title" ]
    grep -qF "<h1>$title</h1>" "$page"
    grep -q 'class="lead">[A-Z].*\.</p>' "$page"
  done
}
