# For bats files about accounts: registering, signing in, mailed links. Each
# test is a browser of its own, at a site without events.

setup_file() {
  start_site empty
}

teardown_file() {
  stop_site
}

setup() {
  move_clock 0
  as "$BATS_TEST_NUMBER"
}

PASSWORD="seven brass kettles"
PASSWORD_2="nine quiet harbours"

# register USERNAME: with the address USERNAME@example.org.
register() {
  get /account/register
  post /account/register first_name=Ada last_name=Lovelace "username=$1" \
    "email=$1@example.org" "password=$PASSWORD" "password_again=$PASSWORD"
}

# sign_in LOGIN [name=value ...]
sign_in() {
  get /account/login
  post /account/login "login=$1" "password=$PASSWORD" "${@:2}"
}

# The secret of the session in this browser's cookies.
session_cookie() {
  cookie campuspass-session
}

# mailed_secret KIND RECIPIENT: of the last such mail that waits.
mailed_secret() {
  sql "SELECT json_extract(snapshot, '\$.secret') FROM outbox
    WHERE kind = '$1' AND recipient = '$2' ORDER BY id DESC LIMIT 1"
}

# follow_link KIND RECIPIENT PURPOSE: as the mail has it; ends at its page.
follow_link() {
  SECRET=$(mailed_secret "$1" "$2")
  [ -n "$SECRET" ]
  get "/account/$3/$SECRET"
  assert_status 303
  [ "$location" = "/account/$3" ]
  get "$location"
}

# unsubscribe_key USERNAME: the end of the link in mails about events.
unsubscribe_key() {
  python3 - "$DATA/keys" "$(sql "SELECT id FROM user
    WHERE username = '$1'")" <<'END'
import hashlib, hmac, sys
key = next(bytes.fromhex(line.split()[2]) for line in open(sys.argv[1])
           if line.startswith("cookie "))
text = b"unsubscribe\0" + sys.argv[2].encode()
mac = int.from_bytes(hmac.new(key, text, hashlib.sha256).digest()[:20], "big")
letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
print(sys.argv[2] + "-" +
      "".join(letters[mac >> 5 * i & 31] for i in reversed(range(32))))
END
}
