#!/usr/bin/env bats
# Cookies, forms and texts that strangers forge.
load helper
load web

setup_file() { start_site; }
teardown_file() { stop_site; }

# ---- cookies ----

@test "R34 a cookie with a broken signature is no cookie" {
  local cookie bad name
  as owner
  add_event signed
  hold signed general 1 signed@example.org
  cookie=$(cookie campuspass)
  name=$(cookie_name campuspass)
  as thief
  get "/tickets/$REFERENCE" -H "Cookie: $name=$cookie"
  assert_status 200
  for bad in "${cookie%?}" "${cookie}0" "!${cookie#?}" "${cookie%%.*}" \
    "${cookie%%.*}." "${cookie#*.}" "" "." "%00" "${cookie/./..}" \
    "$(tr '0-8' '1-9' <<<"$cookie")"; do
    get "/tickets/$REFERENCE" -H "Cookie: $name=$bad"
    [ "$status" = 404 ] || { echo "$bad: $status" >&2; return 1; }
    get /tickets -H "Cookie: $name=$bad"
    assert_text "No tickets yet"
  done
}

@test "R34 other software's cookies do no harm" {
  local cookie name
  as owner-2
  add_event crowd
  hold crowd general 1 crowd@example.org
  cookie=$(cookie campuspass)
  name=$(cookie_name campuspass)
  as crowd
  get "/tickets/$REFERENCE" -H \
    "Cookie: x; =; =y; a=%zz; $(printf 'k=v; %.0s' {1..100})$name=$cookie"
  assert_status 200
  get "/tickets/$REFERENCE" -H \
    "Cookie: big=$(printf 'x%.0s' {1..7000}); $name=$cookie"
  assert_status 200
  # 10 kB and bytes that are no text: refused or ignored, nothing breaks.
  get / -H "Cookie: big=$(printf 'x%.0s' {1..10000})"
  case $status in 200 | 400 | 431) ;; *) assert_status 431 ;; esac
  get "/tickets/$REFERENCE" -H \
    "Cookie: bad=$(printf '\xff\xfe'); $name=$cookie"
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
