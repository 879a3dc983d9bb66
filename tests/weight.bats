#!/usr/bin/env bats
# What a first visit costs: the page and its style sheet fit in what a server
# sends before it waits for an answer (ten packets, 14 kB); pictures come
# later, and nothing else comes at all.
load helper
load staff

MOST=14000

setup_file() {
  start_site
  # The longest list that a page has, and a full hall.
  for i in $(seq 20); do
    add_event "more-$i" title="'One more evening in the series, number $i'" \
      summary="'A sentence about evening $i, as organisers write them.'"
  done
}

teardown_file() {
  stop_site
}

# bytes PATH: of the answer as it is sent, with its head.
bytes() {
  curl -s -b "$JAR" -c "$JAR" -H 'Accept-Encoding: gzip' -o /dev/null \
    -w '%{http_code} %{size_header} %{size_download}' "$URL$1" |
    awk '{ print $1 == 200 ? $2 + $3 : "status " $1 }'
}

# A page is small, and asks for its style sheet and for pictures alone.
assert_light() {
  local page style
  get "$1"
  assert_status 200
  page=$(bytes "$1")
  style=$(bytes "$(grep -o '/style\.css[^"]*' <<<"$body")")
  assert [ "$((page + style))" -le "$MOST" ]
  [ "$(grep -c 'rel="stylesheet"' <<<"$body")" = 1 ]
  if grep -E '<script|<iframe|<style|style="|@import' <<<"$body"; then
    return 1
  fi
}

@test "B1 list, event and booking form: 14 kB with their style sheet" {
  as weigher
  assert_light /
  assert_light /events/jazz-evening
  assert_light /book/comedy-night
  assert_light /book/jazz-evening
}

@test "B1 checkout, tickets, one ticket: 14 kB with their style sheet" {
  as buyer
  hold comedy-night general 4 buyer@example.org
  assert_light "/checkout/$REFERENCE"
  pay
  assert_status 303
  assert_light "/tickets/$REFERENCE"
  assert_light "/tickets/$REFERENCE/$(sql "SELECT code FROM ticket LIMIT 1")"
}

@test "B1 the list's pictures wait until they are scrolled to" {
  get /
  assert [ "$(grep -c '<img' <<<"$body")" -ge 20 ]
  [ "$(grep -c '<img' <<<"$body")" = "$(grep -c '<img.*loading="lazy"' <<<"$body")" ]
  # Their place is kept, so that nothing jumps.
  [ "$(grep -c '<img' <<<"$body")" = \
    "$(grep -c '<img.* width="[0-9]*" height="[0-9]*"' <<<"$body")" ]
}

@test "B1 the style sheets ask for nothing more and are kept; buyers have one" {
  refute grep -E '@import|url\(' "$TOP/www/style.css" "$TOP/www/office.css"
  sign_in admin root
  get /door/open-doors
  assert_equal "$(grep -o '/[a-z]*\.css' <<<"$body")" $'/style.css\n/office.css'
  for path in $(grep -o '/[a-z]*\.css[^"]*' <<<"$body"); do
    get "$path"
    assert_status 200
    [[ $headers == *"max-age="* ]]
  done
}
