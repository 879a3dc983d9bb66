#!/usr/bin/env bats
# The settings in the browser: written into campuspass.conf, seen by every
# process, wrong ones refused; secrets stay where they are.
load helper
load staff

setup_file() {
  make_data empty
  {
    echo "# The club's own note"
    echo "paypal_secret = XPAYPALX"
    echo "admin_password = XADMINX"
  } >>"$DATA/campuspass.conf"
  start_server
  add_event jazz title="'Jazz'"
}

teardown_file() {
  stop_site
}

setup() {
  sign_in admin root
}

# save [name=value ...]: the form as it is shown, with these changed.
save() {
  get /admin/settings
  local args=() name value pair line terms
  while IFS=$'\t' read -r name value; do
    for pair in "$@"; do
      [ "${pair%%=*}" = "$name" ] && continue 2
    done
    args+=("$name=$value")
  done < <(python3 -c '
import html.parser, sys
class Form(html.parser.HTMLParser):
    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "input" and a.get("type") not in ("hidden", "search"):
            if a.get("type") != "checkbox" or "checked" in a:
                print(a["name"], a.get("value", ""), sep="\t")
Form().feed(sys.stdin.read())' <<<"$body")
  for pair in "$@"; do
    args+=("$pair")
  done
  post /admin/settings "${args[@]}"
}

conf() {
  sed -n "s/^$1 = //p" "$DATA/campuspass.conf"
}

@test "a saved setting is seen by every process with the next page" {
  save "site_name=Club Nine" "organiser=The Nine"
  assert_status 303
  get "$location"
  assert_text "The settings are saved"
  for _ in 1 2 3 4 5 6 7 8; do
    get /terms
    assert_text "Club Nine"
    get /events/jazz
    assert_text "is run by The Nine"
    get /book/jazz
    assert_text "Club Nine"
  done
}

@test "the file keeps its comments, its order and its permissions" {
  local before
  before=$(grep -v "^site_name" "$DATA/campuspass.conf" | grep -v ^organiser)
  save "site_name=Club Ten"
  assert_status 303
  [ "$(conf site_name)" = "Club Ten" ]
  [ "$(grep -v "^site_name" "$DATA/campuspass.conf" | grep -v ^organiser)" = \
    "$before" ]
  [ "$(stat -c %a "$DATA/campuspass.conf")" = 600 ]
  grep -q "# The club's own note" "$DATA/campuspass.conf"
  # Below the line that says what the default is.
  grep -B 1 "^site_name" "$DATA/campuspass.conf" | grep -q "# site_name ="
}

@test "secrets are neither shown nor lost" {
  get /admin/settings
  assert_status 200
  [[ $body != *XPAYPALX* && $body != *XADMINX* ]]
  [[ $body != *paypal* && $body != *admin_password* ]]
  save paypal_secret=stolen admin_password=stolen sendmail=/bin/sh
  assert_status 303
  [ "$(conf paypal_secret)" = XPAYPALX ]
  [ "$(conf admin_password)" = XADMINX ]
  [ -z "$(conf sendmail)" ]
}

@test "wrong values are refused by their field, and nothing is written" {
  local before pair
  before=$(cat "$DATA/campuspass.conf")
  for pair in site_name= currency=euro timezone=Mars/Olympus contact=nobody \
    hold_minutes=0 hold_minutes=ten hold_minutes=1e3 extend_limit=-1 \
    quiet_from=24 later_hours=99999 offer_minutes= mail_per_hour=x; do
    save "$pair" "organiser=Somebody else"
    assert_status 400
    [[ $body == *"href=\"#${pair%%=*}\""* ]]
    [[ $body == *'value="Somebody else"'* ]]
    [ "$(cat "$DATA/campuspass.conf")" = "$before" ]
  done
  # In words of the page, not of the file.
  save hold_minutes=ten
  assert_text "Minutes that places are held while somebody pays must be a whole"
  [[ $body != *"hold_minutes must"* ]]
  save "site_name=Nine
admin_email = eve@example.org"
  [ "$status" = 400 ]
  [ "$(cat "$DATA/campuspass.conf")" = "$before" ]
}

@test "the hold time holds for the next hold" {
  save hold_minutes=25
  assert_status 303
  as buyer
  hold jazz general 1 buyer@example.org
  [ "$(sql "SELECT (expires_at - created_at) / 60 FROM booking
    WHERE reference = '$REFERENCE'")" = 25 ]
}

@test "the terms are a file of their own, shown to everybody" {
  save "terms=# House rules
Be *kind*. <script>alert(1)</script>"
  assert_status 303
  [ "$(conf terms_file)" = terms.md ]
  get /terms
  assert_text "House rules"
  [[ $body == *"<em>kind</em>"* && $body != *"<script>"* ]]
  get /admin/settings
  [[ $body == *"Be *kind*."* ]]
  save "terms="
  assert_status 303
  get /terms
  refute_text "House rules"
}

@test "terms that stand elsewhere are not touched" {
  echo "terms_file = ../own.md" >>"$DATA/campuspass.conf"
  save "terms=Mine"
  assert_status 400
  assert_text "outside the data directory"
  sed -i '/^terms_file = \.\./d' "$DATA/campuspass.conf"
}

@test "own terms that cannot be read are neither replaced nor passed over" {
  save "terms=# House rules"
  mv "$DATA/terms.md" "$DATA/terms.kept"
  ln -s terms.md "$DATA/terms.md"
  get /terms
  assert_status 503
  grep -q "terms.md: Too many levels" "$DATA/log/campuspass.log"
  # The settings open, say so, and can be saved.
  get /admin/settings
  assert_status 200
  assert_text "There is a problem"
  assert_text "terms.md cannot be read"
  [[ $body == *'name="terms_unread"'* ]]
  save "site_name=Unread" "terms=" terms_unread=yes
  assert_status 303
  [ "$(conf site_name)" = Unread ]
  [ "$(conf terms_file)" = terms.md ]
  save "site_name=" "terms=" terms_unread=yes
  assert_status 400
  [[ $body == *'name="terms_unread"'* ]]
  mv -f "$DATA/terms.kept" "$DATA/terms.md"
  # Somebody mends it while the page is open: nothing was known of it there.
  save "terms=" terms_unread=yes
  assert_status 303
  get /terms
  assert_text "House rules"
  # What is entered takes its place.
  ln -sf terms.md "$DATA/terms.md"
  save "terms=# New rules" terms_unread=yes
  assert_status 303
  get /terms
  assert_text "New rules"
  save "terms="
  [ "$(conf terms_file)" = "" ]
}

@test "each change leaves a line with the values before and after" {
  save "site_name=Before" "terms="
  save "site_name=After"
  assert_status 303
  [ "$(sql "SELECT json_extract(before, '\$.site_name') || '>' ||
    json_extract(after, '\$.site_name') || json_array_length(
    json_array(before)) FROM audit WHERE action = 'settings.change'
    ORDER BY id DESC LIMIT 1")" = "Before>After1" ]
  local count
  count=$(sql "SELECT count(*) FROM audit")
  save
  assert_status 303
  [ "$(sql "SELECT count(*) FROM audit")" = "$count" ]
  get /admin/audit?what=settings.
  assert_text "root settings.change settings site_name: Before After"
}

@test "a file that somebody damages leaves the site as it was" {
  save "site_name=Steady"
  # Each process has seen it.
  for _ in 1 2 3 4 5 6 7 8; do
    get /terms
  done
  cp "$DATA/campuspass.conf" "$BATS_TEST_TMPDIR/conf"
  echo "no_such_key = 1" >>"$DATA/campuspass.conf"
  for _ in 1 2 3 4; do
    get /terms
    assert_status 200
    assert_text "Steady"
  done
  grep -q 'unknown key "no_such_key"' "$DATA/log/campuspass.log"
  save "site_name=Wobbly"
  assert_status 503
  cp "$BATS_TEST_TMPDIR/conf" "$DATA/campuspass.conf"
  save "site_name=Mended"
  assert_status 303
  get /terms
  assert_text "Mended"
}

@test "settings that cannot be written say so, and the log has both lines" {
  # A name so long that nothing can be written beside it; root may write
  # everywhere else.
  local long
  long=$(printf 'c%.0s' {1..252})
  mv "$DATA/campuspass.conf" "$DATA/$long"
  ln -s "$long" "$DATA/campuspass.conf"
  save "site_name=Never"
  mv "$DATA/$long" "$DATA/campuspass.conf"
  assert_status 503
  [ "$(sql "SELECT group_concat(action) FROM (SELECT action FROM audit
    ORDER BY id DESC LIMIT 2)")" = "settings.failed,settings.change" ]
  get /terms
  refute_text "Never"
}

# set_key NAME HEX: another file of keys, put in place whole.
set_key() {
  sed "s/^\($1 [0-9]* \).*/\1$2/" "$DATA/keys" >"$DATA/keys.new"
  chmod 600 "$DATA/keys.new"
  mv "$DATA/keys.new" "$DATA/keys"
}

@test "running programs notice other keys, and go on with the old ones when these are damaged" {
  local keys=$BATS_TEST_TMPDIR/keys
  add_event keyed
  as buyer
  get /book/keyed
  cp -p "$DATA/keys" "$keys"
  set_key cookie "$(printf '%064d' 0)"
  post /book/keyed tier=general quantity=1 name=Ada email=ada@example.org
  assert_status 403
  # A token of the new key is good, and another worker knows it as well.
  get /book/keyed
  post /book/keyed tier=general quantity=1 name=Ada email=ada@example.org
  assert_status 303
  # With damaged ones nothing changes.
  as other
  get /book/keyed
  : >"$DATA/log/campuspass.log"
  set_key cookie nonsense
  post /book/keyed tier=general quantity=1 name=Bea email=bea@example.org
  assert_status 303
  grep -q "keys" "$DATA/log/campuspass.log"
  # The first keys again: so is the first token.
  cp -p "$keys" "$DATA/keys.new"
  mv "$DATA/keys.new" "$DATA/keys"
  as third
  get /book/keyed
  post /book/keyed tier=general quantity=1 name=Cyd email=cyd@example.org
  assert_status 303
}
