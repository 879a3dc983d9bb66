#!/usr/bin/env bats
# One's own hold: how long it lasts, whose it is, what one may do with it.
load helper
load person
load booking

# change_to TIER QUANTITY: another choice at E in place of the hold.
change_to() {
  get "/book/$E"
  post "/book/$E" "tier=$1" "quantity=$2" name=A email=a@example.org \
    "replaces=$(hidden replaces)"
}

@test "R29 R65 R67 a hold lasts ten minutes and says so as text" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  assert_equal "$(of_booking "$REFERENCE" state)" held
  assert_equal "$(of_booking "$REFERENCE" "expires_at - created_at")" 600
  get "/checkout/$REFERENCE"
  assert_status 200
  [[ $(page_text) =~ (10\ minutes|9\ minutes\ [0-9]+\ seconds?)\ left ]]
  assert_text "Your places are held until"
}

@test "R29 an event can hold its places for another time" {
  add_event "$E" hold_minutes=3
  get "/book/$E"
  assert_text "held for 3 minutes"
  hold "$E" general 1 a@example.org
  assert_equal "$(of_booking "$REFERENCE" "expires_at - created_at")" 180
}

@test "R75 R30 with a live hold one may continue, never \"duplicate\"" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  get "/book/$E"
  assert_text "You are holding 2 General for Event $E"
  [[ $body == *"href=\"/checkout/$REFERENCE\""* ]]
  [[ $body == *"action=\"/checkout/$REFERENCE/release\""* ]]
  # A second tab that was opened before the hold names nothing to replace.
  get /book/comedy-night
  post "/book/$E" tier=general quantity=1 name=A email=a@example.org replaces=
  assert_status 409
  assert_text "UnfinishedBookingError"
  assert_text "Reference $REFERENCE"
  refute_text "Duplicate"
  assert_equal "$(stock "$E" general)" "2|0"
}

@test "R75 changing gives the old hold back and takes the new one at once" {
  add_event "$E"
  add_tier "$E" vip VIP 4500 5
  hold "$E" general 10 a@example.org
  local first=$REFERENCE
  change_to vip 2
  assert_status 303
  assert_equal "$(of_booking "$first" state)" released
  assert_equal "$(stock "$E" general)" "0|0"
  assert_equal "$(stock "$E" vip)" "2|0"
  assert_sound
}

@test "R75 the places of the old hold count as free for the new one" {
  add_event "$E"
  hold "$E" general 9 a@example.org
  change_to general 10
  assert_status 303
  assert_equal "$(stock "$E" general)" "10|0"
}

@test "R75 a change that is refused leaves the old hold as it is" {
  add_event "$E"
  hold "$E" general 9 a@example.org
  change_to general 11
  assert_status 409
  assert_text "SoldOutError"
  assert_equal "$(of_booking "$REFERENCE" state)" held
  assert_equal "$(stock "$E" general)" "9|0"
}

@test "R75 R30 a hold at one event is offered at another one as well" {
  add_event "$E"
  add_event "$E-b"
  hold "$E" general 1 a@example.org
  get "/book/$E-b"
  assert_text "You are holding 1 General for Event $E"
  post "/book/$E-b" tier=general quantity=1 name=A email=a@example.org \
    "replaces=$(hidden replaces)"
  assert_status 303
  assert_equal "$(stock "$E" general)" "0|0"
  assert_equal "$(stock "$E-b" general)" "1|0"
}

@test "R75 nobody can replace somebody else's hold" {
  add_event "$E"
  hold "$E" general 4 a@example.org
  local victim=$REFERENCE
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 1 b@example.org "replaces=$victim"
  assert_equal "$(of_booking "$victim" state)" held
  assert_equal "$(stock "$E" general)" "5|0"
}

@test "R75 while it is being paid it says so and offers no release" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  mkdir -p "$DATA/campuspay"
  echo lost >"$DATA/campuspay/behave"
  pay
  rm "$DATA/campuspay/behave"
  assert_equal "$(of_booking "$REFERENCE" state)" paying
  get "/book/$E"
  assert_text "being paid"
  refute_text "being paid left"
  [[ $body != *"/checkout/$REFERENCE/release"* ]]
}

@test "R20 R75 a hold in another browser with the same email is a duplicate" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  as "other-$BATS_TEST_NUMBER"
  book "$E" general 1 a@example.org
  assert_status 409
  assert_text "DuplicateBookingError"
  refute_text "$REFERENCE"
}

@test "R29 R35 releasing gives the places back once" {
  add_event "$E"
  hold "$E" general 4 a@example.org
  get "/checkout/$REFERENCE"
  local page=$body
  post "/checkout/$REFERENCE/release"
  assert_status 303
  assert_equal "$(of_booking "$REFERENCE" state)" released
  assert_equal "$(stock "$E" general)" "0|0"
  body=$page
  post "/checkout/$REFERENCE/release"
  assert_status 409
  assert_text "Status released"
  assert_equal "$(stock "$E" general)" "0|0"
  # The email is free at once, in any browser.
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 4 a@example.org
  assert_sound
}

@test "R35 what is paid is not released, extended or paid again" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  local page=$body
  pay
  body=$page
  post "/checkout/$REFERENCE/release"
  assert_status 409
  body=$page
  post "/checkout/$REFERENCE/extend"
  assert_status 409
  assert_equal "$(of_booking "$REFERENCE" state)" confirmed
  assert_equal "$(stock "$E" general)" "0|1"
}

@test "R35 R29 R34 another browser's booking answers 404 on every route" {
  local path own
  add_event "$E"
  hold "$E" general 1 a@example.org
  own=$REFERENCE
  as "other-$BATS_TEST_NUMBER"
  get /book/comedy-night
  local page=$body
  for path in "/checkout/$own" "/checkout/$own/release" \
    "/checkout/$own/extend"; do
    body=$page
    post "$path" method=campuspay payment_token=tok_valid terms=yes
    assert_status 404
    assert_text "Booking not found"
    refute_text a@example.org
  done
  for path in "/checkout/$own" "/tickets/$own"; do
    get "$path"
    assert_status 404
    assert_text "Booking not found"
  done
  get /tickets
  refute_text "$own"
  assert_equal "$(of_booking "$own" "state || extensions")" held0
  # Without any cookie neither; and a reference that never was looks the same.
  as "third-$BATS_TEST_NUMBER"
  get "/tickets/$own"
  assert_status 404
  local foreign
  foreign=$(page_text | sed 's/request [0-9A-Z]*//')
  get /tickets/0000000000
  assert_status 404
  assert_equal "$(page_text | sed 's/request [0-9A-Z]*//')" "$foreign"
}

@test "R29 a forged cookie is no cookie" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  local id name
  id=$(sql "SELECT browser FROM booking WHERE reference = '$REFERENCE'")
  name=$(cookie_name campuspass)
  as "forger-$BATS_TEST_NUMBER"
  get "/tickets/$REFERENCE" -H "Cookie: $name=$id"
  assert_status 404
  get "/tickets/$REFERENCE" -H "Cookie: $name=$id."
  assert_status 404
  get "/tickets/$REFERENCE" -H \
    "Cookie: $name=$id.00000000000000000000000000000000"
  assert_status 404
}

@test "R29 a form of another site, or without its token, does nothing" {
  add_event "$E"
  get "/book/$E"
  local page=$body
  post "/book/$E" tier=general quantity=1 name=A email=a@example.org
  local reference=${location##*/}
  body=""
  post "/checkout/$reference/release"
  assert_status 403
  body=$page
  curl -s -o /dev/null -b "$JAR" -H "Origin: http://evil.example" \
    -w '%{http_code}' --data-urlencode "csrf_token=$(hidden csrf_token)" \
    "$URL/checkout/$reference/release" | grep -qx 403
  curl -s -o /dev/null -b "$JAR" -H "Sec-Fetch-Site: cross-site" \
    -w '%{http_code}' --data-urlencode "csrf_token=$(hidden csrf_token)" \
    "$URL/checkout/$reference/release" | grep -qx 403
  # Another browser's token does not fit either.
  as "other-$BATS_TEST_NUMBER"
  get /book/comedy-night
  local foreign
  foreign=$(hidden csrf_token)
  as "person-$BATS_TEST_NUMBER"
  body=""
  post "/checkout/$reference/release" "csrf_token=$foreign"
  assert_status 403
  assert_equal "$(of_booking "$reference" state)" held
}

@test "R29 GET changes nothing: release and extend want a POST" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  local action
  for action in release extend; do
    get "/checkout/$REFERENCE/$action"
    assert_status 405
    [[ $headers == *"Allow: POST"* ]]
  done
  assert_equal "$(of_booking "$REFERENCE" "state || extensions")" held0
}

@test "R65 \"I need more time\" adds time, as often as allowed and no more" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  local i
  for i in 1 2 3; do
    get "/checkout/$REFERENCE"
    assert_text "You can have 10 minutes more."
    [[ $body == *">I need more time</button>"* ]]
    post "/checkout/$REFERENCE/extend"
    assert_status 303
    assert_equal \
      "$(of_booking "$REFERENCE" "expires_at - created_at - 600")" \
      $((600 * i))
  done
  get "/checkout/$REFERENCE"
  refute_text "more time"
  [[ $(page_text) =~ (40\ minutes|39\ minutes\ [0-9]+\ seconds?)\ left ]]
  post "/checkout/$REFERENCE/extend"
  assert_status 409
  assert_text "cannot be extended again"
  assert_equal "$(of_booking "$REFERENCE" extensions)" 3
}

@test "I1 after all that the books are sound" {
  assert_sound
}
