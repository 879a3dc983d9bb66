#!/usr/bin/env bats
# What is uploaded to a host, behind lighttpd, and what a host may have: odd
# umasks, files that cannot be written, a libc and certificates of its own.
load helper
load staff
load hosting
load paying

setup_file() {
  make_web
}

teardown_file() {
  rm -rf "$PLACE"
}

teardown() {
  [ -z "${SERVER:-}" ] || stop_site
  local helper
  for helper in ${HELPERS:-}; do
    kill "$helper" 2>/dev/null || true
  done
}

walk_folders() {
  get /style.css
  assert_status 200
  local path
  for path in /campuspass/data-directory /campuspass/campuspass.fcgi \
    /campuspass/ /campuspass /errors/status-404.html /.htaccess \
    /campuspass/ca-certificates.crt /nonsense; do
    get "$path"
    [ "$status" = 404 ] || [ "$status" = 403 ] ||
      { echo "$path: $status" >&2; return 1; }
  done
}

# others_may FOLDER: what of it others than its owner can get at.
others_may() {
  find "$1" -perm /077 -not -type l -printf '%m %P\n'
}

@test "B14 the uploaded folders behind lighttpd by mod_fastcgi, whole site" {
  upload fastcgi
  fill_data
  start_host fastcgi
  walk_site fastcgi
  walk_folders
  # It is FastCGI indeed: the program goes on after an answer.
  [ -n "$(pgrep -P "$SERVER" -f campuspass.fcgi)" ]
}

@test "B14 the uploaded folders behind lighttpd by mod_cgi, journal truncate" {
  upload cgi
  fill_data
  echo "journal_mode = truncate" >>"$DATA/campuspass.conf"
  start_host cgi
  walk_site cgi
  walk_folders
  [ ! -e "$DATA/campuspass.db-wal" ]
  assert_equal "$(sql 'PRAGMA journal_mode')" delete
}

@test "B14 the same by mod_fastcgi with journal_mode truncate, many at once" {
  upload truncate
  fill_data
  echo "journal_mode = truncate" >>"$DATA/campuspass.conf"
  # One process alone changes the file's mode; of many that start together
  # on a slow machine none might find it free.
  "$BUILD/campuspass" --data "$DATA" sweep
  [ ! -e "$DATA/campuspass.db-wal" ]
  start_host fastcgi
  local buyer buyers=()
  for buyer in 1 2 3 4 5 6 7 8; do
    (
      as "buyer-$buyer"
      BATS_TEST_TMPDIR=$(mktemp -d "$BATS_TEST_TMPDIR/buyer.XXXXXX")
      get /book/spring-concert
      assert_status 200
      hold spring-concert vip 1 "buyer-$buyer@example.org"
      pay
      [ "$status" = 303 ]
    ) 3>&- &
    buyers+=($!)
  done
  for buyer in "${buyers[@]}"; do
    wait "$buyer"
  done
  assert_equal "$(stock spring-concert vip)" "0|8"
  [ ! -e "$DATA/campuspass.db-wal" ]
  assert_sound
}

@test "B14 another journal waits for programs that were started before" {
  upload before
  fill_data
  start_host fastcgi
  get /events/jazz-evening
  assert_status 200
  echo "journal_mode = truncate" >>"$DATA/campuspass.conf"
  # This one finds the file in use and goes on as the others do.
  local answer
  answer=$(env -i REQUEST_METHOD=GET PATH_INFO=/events/jazz-evening \
    "CAMPUSPASS_DATA=$DATA" "$SPACE/public_html/campuspass/campuspass.fcgi" \
    </dev/null)
  [[ $answer == "Status: 200"* ]]
  grep -q 'journal does not become "truncate"' "$DATA/log/campuspass.log"
  chown -R --reference="$DATA" "$DATA"
  hold spring-concert vip 1 before@example.org
  stop_site
  start_host fastcgi
  get /events/jazz-evening
  assert_status 200
  assert_equal "$(sql 'PRAGMA journal_mode')" delete
  assert_sound
}

# ---- permissions ----

@test "B14 whatever the host's umask is, the data are their owner's alone" {
  local mask
  for mask in 000 077; do
    upload "umask-$mask"
    start_host cgi sh -c "umask $mask; exec \"\$@\"" -
    as "umask-$mask"
    get /
    assert_equal "$location" /setup
    get /setup
    set_up
    assert_status 303
    get /account/login
    post /account/login login=secretary "password=$STAFF_PASSWORD"
    assert_status 303
    get /admin/check
    assert_status 200
    refute_text "others can get at it"
    run others_may "$DATA"
    assert_output "644 .htaccess"
    stop_site
  done
}

@test "B14 nothing is written but the data: the shown folder may be read-only" {
  upload read-only
  fill_data
  # It is root's; where there is no root, nobody may write.
  chmod -R a-w "$SPACE/public_html"
  start_host fastcgi
  walk_site read-only
  run find "$SPACE/public_html" -newer "$SPACE/lighttpd.conf"
  assert_output ""
  stop_site
  chmod -R u+w "$SPACE/public_html"
}

# ---- https by name ----

# make_certificate NAME HOST DAYS [CA]: NAME.pem and NAME.key for HOST.
make_certificate() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" \
    -addext "subjectAltName=DNS:$2" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA "${4:-ca}.pem" -CAkey "${4:-ca}.key" \
    -copy_extensions copy -days "$3" -out "$1.pem" 2>/dev/null
}

make_authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout "$1.key" -out "$1.pem" -days 2 -subj "/CN=$1" 2>/dev/null
}

# start_https NAME: PayPal's double with that certificate, at $DOUBLE_PORT.
start_https() {
  local line
  : >"$1.out"
  /usr/bin/python3 "$TOP/tests/paypal/double.py" --tls "$1.pem" "$1.key" \
    >"$1.out" 2>/dev/null 3>&- &
  HELPERS="${HELPERS:-} $!"
  eventually grep -q . "$1.out"
  line=$(cat "$1.out")
  DOUBLE_PORT=${line#port }
}

# A name server of our own, and a host that would rather ask modules which this
# program does not have: HOST is the command that starts a server there.
start_names() {
  local address="127.$((RANDOM % 250 + 2)).$((RANDOM % 250 + 1)).1"
  /usr/bin/python3 "$TOP/tests/bundle/names.py" "$address" >names.out \
    2>/dev/null 3>&- &
  HELPERS="${HELPERS:-} $!"
  eventually grep -q ready names.out
  echo "nameserver $address" >resolv.conf
  echo "hosts: mymachines resolve [!UNAVAIL=return] files dns" >nsswitch.conf
  echo "127.0.0.1 localhost listed.test" >hosts
  HOST=(unshare --mount sh -ec '
    for file in resolv.conf nsswitch.conf hosts; do
      [ -e "/etc/$file" ] || touch "/etc/$file"
      mount --bind "$1/$file" "/etc/$file"
    done
    shift
    exec "$@"' - "$PWD")
}

# pay_at HOST NAME: pay by PayPal at that host, with that certificate. It is
# called by the program under test, which answers within TOOK ms.
pay_at() {
  local start
  start_https "$2"
  sed -i "/^paypal_url/d" "$DATA/campuspass.conf"
  echo "paypal_url = https://$1:$DOUBLE_PORT" >>"$DATA/campuspass.conf"
  as "at-$2-$1"
  hold spring-concert vip 1 "$2-$1@example.org"
  get "/checkout/$REFERENCE"
  start=$EPOCHREALTIME
  post "/checkout/$REFERENCE" method=paypal terms=yes
  TOOK=$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
}

# The calls that the double has heard.
heard() {
  curl -sk "https://127.0.0.1:$DOUBLE_PORT/control/moves" | jq '.calls | length'
}

prepare_https() {
  unshare --mount true 2>/dev/null ||
    skip "no right to have other files in /etc"
  upload "$1"
  fill_data
  mkdir "$SPACE/pki"
  cd "$SPACE/pki"
  make_authority ca
  make_authority stranger
  cat >>"$DATA/campuspass.conf" <<'CONF'
gateways = paypal
base_url = http://tickets.example.org
paypal_client = client
paypal_secret = secret
CONF
  # What the archive brings along, and one more.
  cat ca.pem >>"$SPACE/public_html/campuspass/ca-certificates.crt"
  start_names
  chmod 755 .
}

@test "R23 B14 a gateway is called by https and by name, as plain CGI and FastCGI" {
  local kind
  for kind in cgi fastcgi; do
    prepare_https "https-$kind"
    start_host "$kind" "${HOST[@]}"
    make_certificate right gateway.test 2
    pay_at gateway.test right
    assert_status 303
    [[ $location == "https://gateway.test:$DOUBLE_PORT/checkoutnow?token="* ]]
    [ "$(heard)" -ge 2 ]
    # The name was asked for, here.
    grep -qx gateway.test names.out
    # A name of /etc/hosts is nobody else's business.
    make_certificate listed listed.test 2
    pay_at listed.test listed
    assert_status 303
    run grep -x listed.test names.out
    assert_failure
    stop_site
  done
}

@test "R23 B14 a certificate that is not right gets no word and no money" {
  prepare_https refused
  start_host fastcgi "${HOST[@]}"
  make_certificate other elsewhere.test 2
  make_certificate expired gateway.test -1
  make_certificate unknown gateway.test 2 stranger
  local name
  for name in other expired unknown; do
    rm -f "$DATA/run/gateway-paypal" # nobody asks for a while after three
    pay_at gateway.test "$name"
    assert_status 502
    assert_equal "$(heard)" 0
    # The operator reads why.
    tail -n 3 "$DATA/log/campuspass.log" | grep -i "certificate\|SSL"
  done
  # The same with one that is: it is the certificate alone.
  make_certificate right gateway.test 2
  rm -f "$DATA/run/gateway-paypal"
  pay_at gateway.test right
  assert_status 303
}

@test "R23 B14 a name server that is silent holds nobody beyond the time" {
  prepare_https silent
  start_host fastcgi "${HOST[@]}"
  make_certificate right gateway.test 2
  pay_at silent.test right
  assert_status 502
  assert_equal "$(heard)" 0
  # Three seconds; a name server would be asked again after five.
  [ "$TOOK" -lt 5000 ] || { echo "took $TOOK ms" >&2; return 1; }
  pay_at nowhere.example right
  assert_status 502
}

# ---- the static program ----

@test "B14 the static program wants nothing of the host but the kernel" {
  upload static
  fill_data
  local program="$SPACE/public_html/campuspass/campuspass.fcgi" answer
  ldd "$program" 2>&1 | grep -q "statically linked" ||
    skip "this one is not static: make bundle-test"
  unshare --mount true 2>/dev/null || skip "no right to mount /proc"
  # A root that holds the uploaded folders alone: no libraries, no fonts, no
  # certificates, no names, no time zones.
  mkdir "$SPACE/proc"
  answer() {
    env -i REQUEST_METHOD=GET "PATH_INFO=$1" QUERY_STRING= \
      REMOTE_ADDR=127.0.0.1 unshare --mount sh -ec '
        mount -t proc proc "$1/proc"
        exec chroot "$1" /public_html/campuspass/campuspass.fcgi' - "$SPACE" \
      </dev/null | tr -d '\r'
  }
  answer /events/jazz-evening | grep -q "Jazz Evening"
  answer /style.none | grep -q "Status: 404"
  answer /terms | grep -q "Status: 200"
}
