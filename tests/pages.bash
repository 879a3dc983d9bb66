# For bats files that judge pages: a site on which there is one of everything,
# and every page of it in a folder (see walk/pages.py).
. "$BATS_TEST_DIRNAME/sales.bash"

PASSWORD="correct horse battery 7"

# One person of each role; the others' things are the organiser's and user's.
people() {
  local role
  for role in user door organiser admin; do
    "$BUILD/campuspass" --data "$DATA" user add --role "$role" \
      --username "$role" --email "$role@example.org" --password-stdin \
      <<<"$PASSWORD" >/dev/null
  done
  "$BUILD/campuspass" --data "$DATA" user add --role user --username victim \
    --email victim@example.org --password-stdin <<<"$PASSWORD" >/dev/null
}

# sign_in ROLE: from now on be its browser.
sign_in() {
  as "$1"
  get /account/login
  post /account/login "login=$1" "password=$PASSWORD"
}

# Events in each state, one with names that no line can hold.
odd_events() {
  local long="Donaudampfschifffahrtsgesellschaftskapitänskajütenkonzert"
  add_event long title="'$long and $long'" summary="'$long $long'" \
    description="'## $long

https://example.org/$long/$long

    $long $long'"
  add_event sold-out title="'Nothing left'"
  add_event cancelled title="'Called off'" status="'cancelled'"
  add_event draft title="'Not yet shown'" status="'draft'"
  add_event too-early title="'Too early'" \
    booking_opens_at="unixepoch() + 3600"
  add_event far title="'Far away'" starts_at="unixepoch() + 100 * 86400" \
    ends_at="unixepoch() + 101 * 86400"
  add_event tonight title="'Tonight'" starts_at="unixepoch() + 1800" \
    ends_at="unixepoch() + 9000"
  sql_write "UPDATE tier SET capacity = 0 WHERE event_id =
      (SELECT id FROM event WHERE slug = 'sold-out');
    UPDATE event SET owner_id = (SELECT id FROM user
      WHERE username = 'organiser') WHERE slug <> 'long';
    INSERT INTO event_staff (event_id, user_id) SELECT e.id, u.id
      FROM event e, user u WHERE e.slug = 'tonight' AND u.username = 'door'"
}

# What each role has: GIVEN are its ROLE=PATH for walk/pages.py.
belongings() {
  local person code at
  GIVEN=()
  for person in user admin; do
    sign_in "$person"
    get /book/jazz-evening
    post /book/jazz-evening tier=vip quantity=2 best=yes "name=Ada Lovelace" \
      "email=$person@example.org"
    REFERENCE=${location##*/}
    pay
    GIVEN+=("$person=/tickets/$REFERENCE")
    hold tonight general 2 "$person@example.org"
    pay
    # Who reloads what the button Resend led to.
    GIVEN+=("$person=/tickets/$REFERENCE" "$person=/tickets/$REFERENCE/resend")
    # Unpaid: the checkout, the page of the hold, and the box about it.
    hold spring-concert vip 1 "$person@example.org"
    GIVEN+=("$person=/checkout/$REFERENCE" "$person=/tickets/$REFERENCE")
  done
  code=$(sql "SELECT code FROM ticket WHERE event_id =
    (SELECT id FROM event WHERE slug = 'tonight') LIMIT 1")
  GIVEN+=("door=/door/tonight?code=$code")
  for at in "events/tonight" "events/jazz-evening/seats" "mail/1" \
    "reports/comedy-night" "reports?timeframe=7days" \
    "reports?timeframe=1year" "reports?from=2026-02-02&to=2026-02-01"; do
    GIVEN+=("organiser=/admin/$at" "admin=/admin/$at")
  done
  sign_in user
  get /account/cards
  post /account/cards "cardholder_name=Ada Lovelace" card_type=Visa \
    card_number=4242424242424242 expiration_date=2040-01 \
    "billing_address=1 Main Street"
  # One has an offer, the other waits.
  for person in first second; do
    as "$person"
    get /book/sold-out/queue
    post /book/sold-out/queue tier=general quantity=1 "name=Ada Lovelace" \
      "email=$person@example.org"
    GIVEN+=("user=$location" "user=$location/leave" "user=$location/accept")
  done
  sql_write "UPDATE tier SET capacity = 1 WHERE event_id =
    (SELECT id FROM event WHERE slug = 'sold-out')"
  "$BUILD/campuspass" --data "$DATA" sweep >/dev/null
  sql_write "UPDATE outbox SET state = 'failed', attempts = 8,
      error = 'Host mail.example.org said: no such mailbox' WHERE id = 3;
    UPDATE outbox SET state = 'sent', sent_at = unixepoch() WHERE id < 3"
}

# keep FOLDER: the page last fetched, which no link leads to.
keep() {
  assert_status 200
  local path=${2:-$location}
  printf '%s\n' "$body" >"$1/kept${path//\//-}.html"
  GIVEN+=("kept=$path")
}

# app_code KEY: what an authenticator app shows.
app_code() {
  python3 - "$1" "$(($(now) / 30))" <<'END'
import base64, hashlib, hmac, struct, sys
key = base64.b32decode(sys.argv[1])
mac = hmac.new(key, struct.pack(">Q", int(sys.argv[2])), hashlib.sha1).digest()
at = mac[-1] & 15
print("%06d" % ((struct.unpack(">I", mac[at:at + 4])[0] & 0x7fffffff) % 10**6))
END
}

# The pages behind mailed links, half a login, a share, a gateway, a change.
hidden_pages() {
  local path kind key
  mkdir -p "$1"
  as stranger
  get /account/register
  post /account/register first_name=Eve last_name=X username=eve \
    email=eve@example.org "password=$PASSWORD" "password_again=$PASSWORD"
  get /account/forgot
  post /account/forgot email=victim@example.org
  for path in verify reset; do
    kind=$([ $path = verify ] && echo verify_email || echo reset_password)
    get "/account/$path/$(sql "SELECT json_extract(snapshot, '\$.secret')
      FROM outbox WHERE kind = '$kind' ORDER BY id DESC LIMIT 1")"
    get "$location"
    keep "$1" "/account/$path"
  done
  get /events/comedy-night/share
  post /events/comedy-night/share friend_email=friend@example.org name=Ada \
    email=ada@example.org message="Are you coming?"
  get "$location"
  keep "$1" /events/comedy-night/share/sent
  echo "gateways = campuspay campuspay_page later" >>"$DATA/campuspass.conf"
  hold spring-concert vip 1 stranger@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay_page terms=yes
  path=${location#"$URL"}
  get "$path"
  keep "$1" "$path"
  sign_in organiser
  get /admin/events/tonight
  post /admin/events/tonight "version=$(hidden version)" title="Tonight, later"
  get /admin/events/tonight/tell
  keep "$1" /admin/events/tonight/tell
  sign_in victim
  get /account/two-factor
  post /account/two-factor/begin "current=$PASSWORD"
  get "$location"
  keep "$1" /account/two-factor
  key=$(sed -n 's/.*this key into the app: <code>\([A-Z2-7 ]*\)<.*/\1/p' \
    <<<"$body" | tr -d ' ')
  post /account/two-factor "code=$(app_code "$key")"
  keep "$1" /account/two-factor/recovery
  as stranger
  get /account/login
  post /account/login login=victim "password=$PASSWORD"
  get "$location"
  keep "$1" /account/login/code
}

start_full_site() {
  make_data
  # Many people come from one address here.
  echo "limits = no" >>"$DATA/campuspass.conf"
  start_server
  people
  odd_events
  weeks_of_sales
  belongings
}

# write_pages FOLDER: every page of the site, of the setup and of letters. It is
# called with || behind it, where set -e does not count.
write_pages() {
  local web="$BATS_FILE_TMPDIR/web"
  hidden_pages "$1"
  python3 "$TOP/tests/walk/pages.py" all "$URL" "$BUILD/routes" "$1" \
    "${GIVEN[@]}" || return
  # Whoever comes second waits.
  echo "room_rate = 1" >>"$DATA/campuspass.conf"
  python3 "$TOP/tests/walk/pages.py" only "$URL" "$1" \
    visitor=/book/too-early user=/book/comedy-night admin=/book/comedy-night
  sed -i '/^room_rate/d' "$DATA/campuspass.conf"
  "$TOP/.packaging/bundle.sh" "$BUILD/campuspass.fcgi" "$web"
  mkdir "$web/campuspass-data/log"
  (cd "$web/public_html/campuspass" && env -i REQUEST_METHOD=GET PATH_INFO=/setup \
    REMOTE_ADDR=127.0.0.1 ./campuspass.fcgi) |
    tr -d '\r' | sed '1,/^$/d' >"$1/setup-200.html"
  cp "$TOP"/www/errors/*.html "$1/"
  mkdir -p "$1/samples"
  "$BUILD/views/preview" "$1/samples"
}
