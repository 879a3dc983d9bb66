# For bats files about what is uploaded to a host (`make bundle`). The program
# is the build's, with test hooks; ONE=build/plain/static/campuspass.fcgi tries
# the static one, as `make bundle-test` does. Load helper and staff first.

# PLACE/web is what is uploaded. Servers run as nobody, so that the permissions
# are a host's.
make_web() {
  export PLACE
  PLACE=$(mktemp -d)
  chmod 755 "$PLACE"
  "$TOP/.packaging/bundle.sh" "${ONE:-$BUILD/campuspass.fcgi}" "$PLACE/web"
}

# upload NAME: a web space of its own with what is uploaded.
upload() {
  SPACE="$PLACE/$1"
  cp -a "$PLACE/web" "$SPACE"
  DATA="$SPACE/campuspass-data"
  mkdir "$SPACE/apache"
}

fill_data() {
  "$BUILD/campuspass" --data "$DATA" init >/dev/null
  "$BUILD/campuspass" --data "$DATA" demo >/dev/null
  # Now, for everything in DATA becomes the server's before it starts.
  add_person user ada
  add_person admin boss
}

add_person() {
  "$BUILD/campuspass" --data "$DATA" user add --role "$1" --username "$2" \
    --email "$2@example.org" --password-stdin <<<"$STAFF_PASSWORD" >/dev/null
}

# start_host fastcgi|cgi [COMMAND ...]: lighttpd-example.conf as it is in the
# archive, with this place's paths; COMMAND stands before lighttpd's.
start_host() {
  local kind=$1 first=()
  shift
  [ "$(id -u)" != 0 ] || {
    chown -R nobody "$DATA"
    first=(setpriv --reuid nobody --regid nogroup --clear-groups)
  }
  for _ in 1 2 3 4 5; do
    PORT=$(free_port)
    URL="http://127.0.0.1:$PORT"
    host_configuration "$kind" >"$SPACE/lighttpd.conf"
    "$@" "${first[@]}" lighttpd -D -f "$SPACE/lighttpd.conf" \
      >"$SPACE/server.out" 2>&1 3>&- &
    SERVER=$!
    for _ in $(seq 200); do
      curl -s -o /dev/null "$URL/style.css" && return
      kill -0 "$SERVER" 2>/dev/null || break
      sleep 0.05
    done
    kill "$SERVER" 2>/dev/null && wait "$SERVER" 2>/dev/null || true
  done
  cat "$SPACE/server.out" >&2
  return 1
}

host_configuration() {
  sed "s|^server.port .*|server.port = $PORT|
    s|/srv/tickets|$SPACE|" "$SPACE/lighttpd-example.conf" |
    case $1 in
      fastcgi) cat ;;
      cgi) sed '/^fastcgi.server/,/^)/d; s/"mod_fastcgi"/"mod_cgi"/
        s/^# cgi.assign/cgi.assign/' ;;
    esac
}

# The whole of a site, as a visitor, a buyer, a member and an admin.
walk_site() {
  as "$1"
  get "/?q=jazz"
  assert_status 200
  assert_text "Jazz Evening"
  get /events/jazz-evening
  assert_status 200
  hold spring-concert vip 2 "$1@example.org"
  pay
  assert_status 303
  get "$location"
  assert_text "You are going."
  assert_equal "$(stock spring-concert vip)" "0|2"
  get "/tickets/$REFERENCE.pdf"
  assert_status 200
  [[ $headers == *"application/pdf"* ]]
  [ "$(head -c 5 "$BATS_TEST_TMPDIR/answer.body")" = %PDF- ]
  sign_in user ada
  get /account
  assert_status 200
  sign_in admin boss
  get /admin
  assert_status 200
  as nobody
  get /admin
  assert_status 303
  assert_equal "$location" "/account/login?next=%2Fadmin"
  get /door
  assert_status 303
  assert_sound
}

# ---- the first visit ----

# set_up [name=value ...]: the setup's form, filled in.
set_up() {
  local answers=("$@") default
  for default in "token=$(cat "$DATA/setup-token" 2>/dev/null)" \
    "site_name=Club Tickets" base_url=http://tickets.example.org \
    username=secretary email=secretary@example.org \
    "password=$STAFF_PASSWORD" "password_again=$STAFF_PASSWORD"; do
    [[ " $* " == *" ${default%%=*}="* ]] || answers+=("$default")
  done
  get /setup
  post /setup "${answers[@]}"
}
