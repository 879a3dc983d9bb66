#!/usr/bin/env bats
# Looking for events: the filters of the list, and its pages.
load helper
load list

# ---- filters ----

@test "R10 text finds titles, summaries and places, in any case" {
  get "/?q=JAZZ"
  lists jazz-evening
  get "/?q=earns+its+keep"
  lists workshop-ai
  get "/?q=city+stadium"
  lists electronic-dance-festival
  get "/?q=++jazz++"
  lists jazz-evening
}

@test "R10 %, _, ! and quotes in the text mean themselves" {
  add_far_event odd-signs title="'100% O''Hara_\"x\"! \\ done'"
  local text
  for text in "100% O" "%" "Hara_" "_\"x\"" "!" "O'Hara" "\\ done"; do
    get "/" -G --data-urlencode "q=$text"
    assert_status 200
    assert_text "100% O'Hara_\"x\"! \\ done"
    [ "$(listed | wc -w)" -le 2 ]
  done
  get "/" -G --data-urlencode "q=100_ O"
  lists
  get "/" -G --data-urlencode "q=' OR 1=1 --"
  assert_status 200
  lists
}

@test "R10 each word is found by itself, a quoted phrase as it stands" {
  add_far_event words-here title="'Late Lantern Walk to the old Mill by Night'"
  local text
  # Title and place; a part of a word; many words.
  for text in "walk lantern" "NIGHT late" "lant wal" "\"lantern walk\" mill" \
    "\"lantern walk" "late walk to the old mill by night" \
    "late walk to the old night by mill"; do
    get "/" -G --data-urlencode "q=$text"
    assert_status 200
    lists words-here || { echo "$text" >&2; return 1; }
  done
  for text in "lantern moon" "\"walk lantern\"" "l%walk" "l_te" \
    "late walk to the old night by moon"; do
    get "/" -G --data-urlencode "q=$text"
    assert_status 200
    lists || { echo "$text" >&2; return 1; }
  done
  get "/?q=club+evening"
  lists jazz-evening
}

@test "R10 umlauts and other scripts are found" {
  add_far_event umlaut title="'Grüße aus Köln 東京'"
  get "/" -G --data-urlencode "q=Köln"
  lists umlaut
  get "/" -G --data-urlencode "q=東京"
  lists umlaut
  [[ $body == *'value="東京"'* ]]
}

@test "R10 umlauts are found in any case" {
  add_far_event umlaut-case title="'Öffentliche Übung'"
  get "/" -G --data-urlencode "q=öffentliche ÜBUNG"
  lists umlaut-case
}

@test "R10 type, dates, venue and price each narrow the list" {
  get "/?type=workshop&q=series"
  lists workshop-ai
  get "/?from=$(day 14)&to=$(day 20)"
  lists pop-music-festival queue-night workshop-ai
  get "/?venue=arena-x"
  lists
  get "/?venue=city-jazz-club"
  lists jazz-evening
  get "/?price_min=100&to=$(day 30)"
  lists jazz-evening classical-night
  get "/?price_max=0&to=$(day 30)"
  lists queue-night hackathon
  get "/?price_min=26&price_max=50&to=$(day 30)"
  lists spring-concert classical-night
}

@test "R10 the first and the last day count, to the minute before midnight" {
  get "/?from=$(day 9)&to=$(day 9)"
  lists jazz-evening
  get "/?from=$(day 10)&to=$(day 11)"
  lists
}

@test "R10 several venues are one wish: any of them" {
  get "/?venue=city-jazz-club&venue=cs-lab-204"
  lists jazz-evening workshop-ai
  [[ $(tr -d '\n' <<<"$body") =~ 'value="city-jazz-club"'[[:space:]]*checked ]]
  [[ $(tr -d '\n' <<<"$body") =~ 'value="cs-lab-204"'[[:space:]]*checked ]]
  [ "$(grep -c checked <<<"$body")" = 2 ]
}

@test "R10 venues can be asked for by their names, and stay chosen" {
  get "/" -G --data-urlencode "venue=City Jazz Club" --data-urlencode "venue=CS LAB 204"
  assert_status 200
  lists jazz-evening workshop-ai
  [[ $(tr -s ' \n' ' ' <<<"$body") == *'value="city-jazz-club" checked'* ]]
  get "/" -G --data-urlencode "venue=Nowhere Hall"
  lists
}

@test "R10 as many venues as the form has boxes can be chosen" {
  local path="/?to=$(day 56)" venue
  get /
  for venue in $(grep -o 'name="venue" value="[a-z0-9-]*"' <<<"$body" |
    sed 's/.*value="//; s/"//'); do
    case $venue in nowhere) ;; *) path+="&venue=$venue" ;; esac
  done
  get "$path"
  assert_status 200
  assert_equal "$(listed | wc -w)" 15
}

@test "R10 all filters together mean AND" {
  local all
  all="q=night&type=concert&venue=grand-concert-hall"
  all+="&venue=riverside-amphitheater&from=$(day 20)&to=$(day 30)"
  all+="&price_min=40&price_max=60"
  get "/?$all"
  assert_status 200
  lists classical-night
  # Each of them, made wrong, leaves nothing.
  local wrong
  for wrong in "s/q=night/q=jazz/" "s/type=concert/type=comedy/" \
    "s/venue=grand[a-z-]*/venue=arena-x/" "s/from=[0-9-]*/from=$(day 24)/" \
    "s/to=[0-9-]*/to=$(day 21)/" "s/price_min=40/price_min=151/" \
    "s/price_max=60/price_max=45/"; do
    get "/?$(sed "$wrong" <<<"$all")"
    assert_status 200
    [[ $(listed) != *classical-night* ]]
    [[ $wrong == *max* || $wrong == *min* ]] || lists
  done
}

@test "R10 the same tier must be in the price range" {
  # 15 and 45: nothing between them.
  get "/?q=spring&price_min=20&price_max=40"
  lists
}

@test "R10 the form keeps what was chosen and the address can be shared" {
  local from to
  from=$(day 20) to=$(day 30)
  get "/?q=%22night%22+%26&type=concert&from=$from&to=$to&price_min=1.50&price_max=60&venue=arena-x&venue=city-stadium"
  assert_status 200
  [[ $body == *'name="q" type="search" value="&quot;night&quot; &amp;"'* ]]
  [[ $(tr -d '\n' <<<"$body") =~ 'value="concert"'[[:space:]]*selected ]]
  [[ $body == *"name=\"from\" type=\"date\" value=\"$from\""* ]]
  [[ $body == *"name=\"to\" type=\"date\" value=\"$to\""* ]]
  [[ $body == *'name="price_min" type="text" value="1.50"'* ]]
  [[ $body == *'name="price_max" type="text" value="60"'* ]]
  [[ $body == *'<form'*'method="get" action="/"'* ]]
  assert_text "No events found"
  assert_text "Clear filters"
  # Somebody else, without a cookie, sees the same.
  local mine=$body path="/?q=%22night%22+%26&type=concert&from=$from&to=$to&price_min=1.50&price_max=60&venue=arena-x&venue=city-stadium"
  as stranger
  get "$path"
  assert_equal "$body" "$mine"
}

@test "R10 a wrong filter is refused with its field, and nothing is lost" {
  local wrong
  while read -r field value; do
    wrong="$field=$value"
    get "/?q=jazz&$wrong"
    [ "$status" = 400 ] || { echo "$wrong gave $status" >&2; return 1; }
    assert_text "There is a problem"
    [[ $body == *"href=\"#$field\""* ]] || { echo "$wrong" >&2; return 1; }
    [[ $body == *"id=\"$field-error\""* ]]
    [[ $body == *'value="jazz"'* ]]
  done <<WRONG
from 2026-02-30
from soon
to 2026-13-01
to 31.12.2026
price_min abc
price_min -1
price_max 1.234
price_max 99999999999999999999
price_max NaN
type party
WRONG
  get "/?q=$(printf 'x%.0s' {1..101})"
  assert_status 400
  assert_text "Search must have at most 100 characters"
}

# ---- pages ----

@test "R11 a page has 25 events unless limit says otherwise" {
  local i
  for i in $(seq 10 39); do
    echo "INSERT INTO event (slug, title, timezone, currency, created_at,
      updated_at, starts_at, ends_at, status, search) VALUES ('many-$i',
      'Many more $i', 'UTC', 'USD', 0, 0, unixepoch() + 7000000 + $i,
      unixepoch() + 7100000, 'published', 'many more $i');"
  done >"$BATS_TEST_TMPDIR/many.sql"
  sql_write "$(cat "$BATS_TEST_TMPDIR/many.sql") SELECT 1"
  get "/?q=many+more"
  assert_equal "$(listed | wc -w)" 25
  assert_text "Page 1"
  get "/?q=many+more&page=2"
  lists many-35 many-36 many-37 many-38 many-39
  assert_text "Page 2"
  get "/?q=many+more&limit=7&page=3"
  lists many-24 many-25 many-26 many-27 many-28 many-29 many-30
  get "/?q=many+more&limit=30"
  assert_equal "$(listed | wc -w)" 30
  refute_text "Next"
  get "/?q=many+more&page=99"
  assert_status 200
  lists
}

@test "R11 links to other pages keep every filter" {
  get "/?q=many+more&type=other&limit=10&page=2&price_min=&from=$(day 1)"
  local link
  for link in page=3 ''; do
    [[ $body == *"href=\"/?q=many%20more&amp;type=other&amp;limit=10&amp;from=$(day 1)${link:+&amp;$link}\""* ]]
  done
  get "/?venue=arena-x&venue=city-stadium&limit=1&from=$(day 1)"
  [[ $body == *"/?venue=arena-x&amp;venue=city-stadium&amp;limit=1&amp;from=$(day 1)&amp;page=2\""* ]] ||
    refute_text "Next"
}

@test "R11 a bad page or limit is 400 with the field named" {
  local value name
  for value in 0 -1 x 1e3 9223372036854775808 1000000 1.5 %00x 99999999999; do
    get "/?page=$value"
    [ "$status" = 400 ] || { echo "page=$value: $status" >&2; return 1; }
    [ "$value" = %00x ] || assert_text "Page must be a whole number from 1"
    get "/?limit=$value"
    [ "$status" = 400 ] || { echo "limit=$value: $status" >&2; return 1; }
    [ "$value" = %00x ] || assert_text "Limit must be a whole number from 1"
  done
  get "/?page=&limit="
  assert_status 200
  get "/?page=%202%20&limit=%205%20"
  assert_status 200
}

@test "R11 behind the last page it says so, and leads back with the filters" {
  get "/?type=concert&page=99"
  assert_status 200
  assert_text "The list ends before page 99."
  refute_text "Nothing is on sale yet"
  refute_text "Nothing matches"
  [[ $body == *'href="/?type=concert"'* ]]
}

@test "R11 what cannot be asked is no home page, and leads back to all events" {
  get "/?page=x"
  assert_status 400
  refute_text "Something good is on."
  assert_text "Clear filters"
  get /
  assert_text "Something good is on."
  refute_text "Clear filters"
}

@test "R11 links of the problem box lead to something on the page" {
  local anchor path
  for path in "/?page=x" "/?limit=x" "/?from=x" "/?type=x"; do
    get "$path"
    for anchor in $(grep -o '<a href="#[^"]*"' <<<"$body" |
      sed 's/.*#//; s/"//'); do
      [[ $body == *" id=\"$anchor\""* ]] || {
        echo "$path links to #$anchor, which is not there" >&2
        return 1
      }
    done
  done
}
