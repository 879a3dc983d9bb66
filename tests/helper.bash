# For every bats file: a site of its own, and a browser of the shell.
#
#   setup_file()    { start_site; }       demo events; start_site empty: none
#   teardown_file() { stop_site; }
#
# A site is lighttpd with the real programs on a free port and a data
# directory in $BATS_FILE_TMPDIR. After `get` and `post`: $status is the HTTP
# status, $body the page, $headers the header lines, $location where a
# redirect leads. Cookies live in $JAR: `as NAME` switches to another browser.

# A process less for each of their files.
dirname() { echo "${1%/*}"; }
bats_load_library bats-support
bats_load_library bats-assert
unset -f dirname

# Before each command bats notes where the test stands, for the report of a
# failure: a fifth of all that tests cost. Commands of helpers are left out;
# the report has the test's line that called them.
noted=$(declare -f bats_debug_trap)
eval "${noted/\{/{ [[ \$1 != *.bash ]] || return 0;}"

TOP=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
export TOP
BUILD=${BUILD:-$TOP/build/hooks}
PATH="$PATH:/usr/sbin"
# Letters are letters, also on a machine that has no language.
export LC_ALL=C.UTF-8

# jq, of which some versions take 30 ms for their start; this one takes 5. It
# sorts keys always.
jq() {
  gojq "$@"
}

# ---- a site ----

# A port that nobody listens on at this moment, below those that the system
# gives to whoever connects (32768 and up): such a one can be taken between
# this look and the server's start. No other file of this run gets it.
free_port() {
  local port
  while :; do
    port=$((RANDOM % 20000 + 12000))
    mkdir "$BATS_RUN_TMPDIR/port-$port" 2>/dev/null || continue
    listens "$port" || break
  done
  echo "$port"
}

# Create DATA with or without the demo events; no server yet.
make_data() {
  export DATA="$BATS_FILE_TMPDIR/data"
  "$BUILD/campuspass" --data "$DATA" init >/dev/null
  mkdir -p "$DATA/run"
  [ "${1:-demo}" = empty ] || "$BUILD/campuspass" --data "$DATA" demo >/dev/null
}

# Start lighttpd for DATA and wait PATIENCE (5) seconds until it answers.
start_server() {
  local conf=${1:-$TOP/lighttpd.conf} tries
  for tries in 1 2 3 4 5; do
    PORT=$(free_port)
    # 3>&-: bats waits for whoever holds its descriptor 3.
    CAMPUSPASS_PORT=$PORT CAMPUSPASS_BIND=127.0.0.1 CAMPUSPASS_DATA=$DATA \
      CAMPUSPASS_ROOT=${ROOT:-$TOP} CAMPUSPASS_PROGRAMS=$BUILD/cgi-bin \
      CAMPUSPASS_WORKERS=${WORKERS:-2} \
      lighttpd -D -f "$conf" >"$DATA/log/server.out" 2>&1 3>&- &
    SERVER=$!
    echo "$SERVER" >"$DATA/log/server.pid"
    export PORT SERVER URL="http://127.0.0.1:$PORT"
    for _ in $(seq $((20 * ${PATIENCE:-5}))); do
      curl -s -o /dev/null "$URL/terms" && return
      kill -0 "$SERVER" 2>/dev/null || break
      sleep 0.05
    done
    stop_site
  done
  cat "$DATA/log/server.out" >&2
  return 1
}

start_site() {
  make_data "${1:-demo}"
  start_server
}

# Returns when it is gone, also when another shell started it.
stop_site() {
  # A test may have started another one, in a shell of its own.
  SERVER=$(cat "$DATA/log/server.pid" 2>/dev/null || echo "$SERVER")
  rm -f "$DATA/log/server.pid"
  kill "$SERVER" 2>/dev/null || return 0
  wait "$SERVER" 2>/dev/null || true
  for _ in $(seq 100); do
    kill -0 "$SERVER" 2>/dev/null || return 0
    sleep 0.05
  done
}

# ---- a browser ----

# Be this browser from now on: its own cookies.
as() {
  JAR="$BATS_FILE_TMPDIR/jar-$1"
  : >>"$JAR"
}

# Take curl's answer apart.
read_answer() {
  # bash leaves zeros out, and says so.
  { headers=$(<"$1.headers") && body=$(<"$1.body"); } 2>/dev/null
  headers=${headers//$'\r'/}
  # Before the answer there may be a "100 Continue": the last one counts.
  [[ $'\n'$headers =~ .*$'\n'HTTP[^\ ]*\ ([0-9]*) ]] || true
  status=${BASH_REMATCH[1]-}
  [[ $headers =~ $'\n'[Ll]ocation:\ ([^$'\n']*) ]] || true
  location=${BASH_REMATCH[1]-}
  # What a program says of a text that it does not have.
  [[ $body != *"(null)"* ]] || { echo "$body" | grep -F "(null)" >&2; return 1; }
}

# get PATH [curl options]; in setup_file there is no test's folder yet.
get() {
  local path=$1 answer="${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}/answer"
  shift
  [ -n "${JAR:-}" ] || as default
  # curl leaves the file as it is when an answer has no body.
  : >"$answer.body"
  curl -s -b "$JAR" -c "$JAR" -D "$answer.headers" -o "$answer.body" "$@" \
    "$URL$path"
  read_answer "$answer"
}

# The ETag of what was fetched last.
etag() {
  sed -n 's/^[Ee][Tt]ag: //p' <<<"$headers"
}

# The value of a hidden input of the page last fetched.
hidden() {
  find_hidden "$1"
  echo "$HIDDEN"
}

# The same without a process, in HIDDEN.
find_hidden() {
  [[ $body =~ name=\"$1\"\ value=\"([^\"]*)\" ]] || true
  HIDDEN=${BASH_REMATCH[1]-}
}

# cookie NAME: this browser's, by its name without the site's mark.
cookie() {
  awk -v name="$1" '$6 ~ "^" name "-[0-9A-Z]+$" { print $7 }' "$JAR"
}

# cookie_name NAME: with the site's mark.
cookie_name() {
  echo "$1-$(curl -s -o /dev/null -D - "$URL/account/login" |
    sed -n 's/^Set-Cookie: campuspass-\([0-9A-Z]*\)=.*/\1/p')"
}

# post PATH [name=value ...]: send a form as it is, with the hidden fields of
# the page last fetched.
post() {
  local path=$1 answer="${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}/answer" fields=() field
  for field in csrf_token form_key; do
    find_hidden "$field"
    fields+=(--data-urlencode "$field=$HIDDEN")
  done
  for field in "${@:2}"; do
    fields+=(--data-urlencode "$field")
  done
  [ -n "${JAR:-}" ] || as default
  : >"$answer.body"
  curl -s -b "$JAR" -c "$JAR" -D "$answer.headers" -o "$answer.body" \
    "${fields[@]}" "$URL$path"
  read_answer "$answer"
}

# book EVENT TIER QUANTITY EMAIL [name=value ...]: the form and its answer.
book() {
  get "/book/$1"
  post "/book/$1" "tier=$2" "quantity=$3" "name=Ada Lovelace" "email=$4" \
    "${@:5}"
}

# hold EVENT TIER QUANTITY EMAIL: book, and remember REFERENCE.
hold() {
  book "$@"
  [ "$status" = 303 ] || { echo "$status $body" >&2; return 1; }
  REFERENCE=${location##*/}
}

# pay [TOKEN]: the checkout of REFERENCE with the terms accepted.
pay() {
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay "payment_token=${1:-tok_valid_1}" \
    terms=yes
}

# ---- chores ----

# All that is due, as cron does it.
sweep() {
  "$BUILD/campuspass" --data "$DATA" sweep
}

# ---- waiting ----

# eventually COMMAND ...: until it succeeds. What is done behind an answer is
# done at once, but not on a busy machine.
eventually() {
  local end=$((SECONDS + 60))
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] ||
      { echo "not within a minute: $*" >&2; return 1; }
    sleep 0.02
  done
}

# until_logged TEXT: the web server has written a line with it to its log of
# requests, which it does when it has enough, or is told to open it anew.
until_logged() {
  kill -HUP "$SERVER"
  eventually grep -q "$1" "$DATA/log/access.log"
}

# listens PORT: does somebody?
listens() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# comes PATH: is that page there?
comes() {
  get "$1"
  [ "$status" = 200 ]
}

# keep_database: another process writes to it, until leave_database.
keep_database() {
  # 3>&-: bats waits for whoever holds its descriptor 3.
  coproc KEEPER { sqlite3 -batch "$DATA/campuspass.db" "${QUIETLY[@]}" 3>&-; }
  echo "BEGIN IMMEDIATE; SELECT 'kept';" >&"${KEEPER[1]}"
  read -r _ <&"${KEEPER[0]}"
}

leave_database() {
  local keeper=$KEEPER_PID
  echo ".quit" >&"${KEEPER[1]}"
  wait "$keeper" || true
}

# A writer has its turn, and waits for the database.
somebody_writes() {
  ! flock -n "$DATA/locks/writer.lock" true
}

# ---- looking inside ----

# Wait for locks, leave checkpoints to the programs, and say nothing about it.
QUIETLY=(-cmd '.timeout 60000' -cmd '.output /dev/null'
  -cmd '.dbconfig no_ckpt_on_close on' -cmd '.output')

# sql QUERY: of the site's database, read-only, without a checkpoint.
sql() {
  sqlite3 -batch "file:$DATA/campuspass.db?mode=ro" "${QUIETLY[@]}" "$1"
}

# sql_write STATEMENT: set a scene that no page can make.
sql_write() {
  sqlite3 -batch -bail "$DATA/campuspass.db" "${QUIETLY[@]}" \
    "PRAGMA foreign_keys = ON; $1; UPDATE catalogue SET version = version + 1"
}

# move_clock SECONDS: the program's time from now on, so far from ours.
# move_clock @MOMENT: it stands there.
move_clock() {
  read_clock
  [ "$CLOCK" != "$1" ] || return 0
  echo "$1" >"$DATA/clock.new"
  mv "$DATA/clock.new" "$DATA/clock"
}

# stop_clock: it stands until it is moved. Where something is counted by the
# minute, a busy machine must not have time pass meanwhile.
stop_clock() {
  move_clock "@$(now)"
}

# CLOCK: how far it is from ours, or the moment at which it stands.
read_clock() {
  CLOCK=0
  [ ! -e "$DATA/clock" ] || CLOCK=$(<"$DATA/clock")
}

# start_clock: it goes on from where it stands.
start_clock() {
  move_clock "$(($(now) - EPOCHSECONDS))"
}

# What the program's clock says.
now() {
  read_clock
  case $CLOCK in
    @*) echo "${CLOCK#@}" ;;
    *) echo "$((EPOCHSECONDS + CLOCK))" ;;
  esac
}

# pass_time SECONDS: the program's clock goes on by that much.
pass_time() {
  read_clock
  case $CLOCK in
    @*) move_clock "@$((${CLOCK#@} + $1))" ;;
    *) move_clock "$((CLOCK + $1))" ;;
  esac
}

# add_event SLUG [column=value ...]: an event in a week with one tier "general"
# of 10 places at 15.00; values are SQL. A second less than a week: in its first
# second, too, half of a price comes back (R37).
add_event() {
  local slug=$1 columns="" values="" words pair
  shift
  for pair in "$@"; do
    columns+=", ${pair%%=*}"
    values+=", ${pair#*=}"
  done
  case $columns in *starts_at*) ;; *)
    columns+=", starts_at, ends_at"
    values+=", unixepoch() + 604799, unixepoch() + 612000" ;;
  esac
  case $columns in *status*) ;; *)
    columns+=", status"
    values+=", 'published'" ;;
  esac
  case $columns in *title*) ;; *)
    columns+=", title"
    values+=", 'Event $slug'" ;;
  esac
  # What the list's search looks through, in small letters of all scripts.
  words=$(sql_write "INSERT INTO event (slug, timezone, currency, created_at,
      updated_at $columns) VALUES ('$slug', 'UTC', 'USD',
      unixepoch(), unixepoch() $values);
    SELECT e.title || ' ' || e.summary || ' ' || coalesce(v.name, '')
    FROM event e LEFT JOIN venue v ON v.id = e.venue_id WHERE e.slug = '$slug'")
  words=${words,,}
  sql_write "UPDATE event SET search = '${words//\'/\'\'}' WHERE slug = '$slug';
    $(tier_of "$slug" general General 1500 10)"
}

# add_tier EVENT SLUG NAME PRICE CAPACITY: capacity may be NULL.
add_tier() {
  sql_write "$(tier_of "$@")"
}

tier_of() {
  echo "INSERT INTO tier (event_id, slug, name, price, capacity, position)
    SELECT id, '$2', '$3', $4, $5, (SELECT count(*) FROM tier
      WHERE event_id = event.id) FROM event WHERE slug = '$1'"
}

# How many places are held and sold of a tier: "held|sold".
stock() {
  sql "SELECT t.held || '|' || t.sold FROM tier t JOIN event e
    ON e.id = t.event_id WHERE e.slug = '$1' AND t.slug = '$2'"
}

# ---- saying what must be ----

assert_status() {
  [ "$status" = "$1" ] && return
  {
    echo "expected status $1, got $status"
    echo "$headers"
    sed 's/<[^>]*>//g' <<<"$body" | grep -v '^ *$' | head -n 40
  } >&2
  return 1
}

# The page as a person reads it: no tags, entities resolved, blanks folded.
page_text() {
  read_text
  echo "$TEXT"
}

# The same in TEXT, made once for each page.
read_text() {
  [ "$body" != "${TEXT_OF-}" ] || return 0
  TEXT=$(sed -z 's/<[^>]*>/ /g; s/&#39;/'"'"'/g; s/&quot;/"/g; s/&lt;/</g
    s/&gt;/>/g; s/&amp;/\&/g; s/[ \n\t]\+/ /g' <<<"$body")
  TEXT_OF=$body
}

assert_text() {
  read_text
  [[ $TEXT == *"$1"* ]] && return
  echo "expected on the page: $1" >&2
  fold -w 100 -s <<<"$TEXT" >&2
  return 1
}

refute_text() {
  read_text
  [[ $TEXT != *"$1"* ]] && return
  echo "not expected on the page: $1" >&2
  return 1
}

# Nothing is oversold, and the books add up.
assert_sound() {
  run "$BUILD/campuspass" --data "$DATA" check
  assert_success
}
