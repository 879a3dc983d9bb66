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

# apache_configuration fcgid|cgid [OVERRIDES]: the least that a host has.
apache_configuration() {
  local module
  echo "ServerRoot $SPACE/apache
ServerName localhost
Listen 127.0.0.1:$PORT
PidFile $SPACE/apache/pid
ErrorLog $SPACE/apache/error.log
DocumentRoot $SPACE/public_html"
  for module in mpm_event authz_core mime dir rewrite setenvif headers filter \
    deflate; do
    echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"
  done
  case $1 in
    fcgid) echo "LoadModule fcgid_module /usr/lib/apache2/modules/mod_fcgid.so
FcgidIPCDir $SPACE/apache
FcgidProcessTableFile $SPACE/apache/processes
FcgidMinProcessesPerClass 0" ;;
    cgid) echo "LoadModule cgid_module /usr/lib/apache2/modules/mod_cgid.so
ScriptSock $SPACE/apache/cgi" ;;
  esac
  echo "TypesConfig /dev/null
<Directory />
  AllowOverride None
  Require all denied
</Directory>
<Directory $SPACE/public_html>
  AllowOverride ${2:-All}
  Options ${3:-None}
  Require all granted
</Directory>"
}

# start_apache fcgid|cgid [OVERRIDES [OPTIONS]]
start_apache() {
  local as_nobody=()
  [ "$(id -u)" != 0 ] || {
    chown -R nobody "$SPACE"
    as_nobody=(setpriv --reuid nobody --regid nogroup --clear-groups)
  }
  # Another program may take the port first, hence the tries.
  for _ in 1 2 3 4 5; do
    PORT=$(free_port)
    URL="http://127.0.0.1:$PORT"
    apache_configuration "$@" >"$SPACE/apache/apache.conf"
    (cd "$SPACE/apache" && exec "${as_nobody[@]}" apache2 -DFOREGROUND \
      -f "$SPACE/apache/apache.conf") >"$SPACE/apache/out" 2>&1 3>&- &
    SERVER=$!
    for _ in $(seq 200); do
      curl -s -o /dev/null "$URL/style.css" && return
      kill -0 "$SERVER" 2>/dev/null || break
      sleep 0.05
    done
    kill "$SERVER" 2>/dev/null && wait "$SERVER" 2>/dev/null || true
  done
  cat "$SPACE/apache/out" "$SPACE/apache/error.log" >&2 || true
  return 1
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
