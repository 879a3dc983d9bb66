#!/usr/bin/env bats
# The web layer as clients of all kinds meet it: statuses, headers, damaged
# requests, files. What strangers forge: tests/hostile.bats.
load helper
load web

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
