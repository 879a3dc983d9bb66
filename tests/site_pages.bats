#!/usr/bin/env bats
# Pages beside the list: the comparison, the terms, the status.
load helper
load list

setup_file() { start_site; }
teardown_file() { stop_site; }

@test "R62 up to four events stand side by side" {
  get "/compare?event=jazz-evening&event=comedy-night"
  assert_status 200
  assert_text "Jazz Evening Campus Comedy Night"
  assert_text "City Jazz Club"
  assert_text "Student Union Hall"
  assert_text "\$150.00 VIP 5 left"
  assert_text "\$25.00 Front Row 20 left"
  assert_text "$(start_of jazz-evening '%A %-d %B %Y'), 19:30 UTC"
  assert_text "10 left"
  assert_text "170 left"
  [[ $body == *'href="/book/jazz-evening"'* ]]
  # Another one can be added, one can be taken away.
  [[ $(tr -d '\n' <<<"$body") =~ \<option\ value=\"hackathon\" ]]
  [[ $body == *'<a href="/compare?event=comedy-night">Remove'* ]]
}

@test "R62 the same event twice is there once; none is no mistake" {
  get "/compare?event=jazz-evening&event=jazz-evening&event="
  assert_status 200
  assert_equal "$(grep -c '<th scope="col" dir="auto">' <<<"$body")" 1
  get /compare
  assert_status 200
  assert_text "Compare events"
}

@test "R62 a fifth event is refused, and the four stay" {
  get "/compare?event=jazz-evening&event=comedy-night&event=hackathon&event=open-doors"
  assert_status 200
  assert_equal "$(grep -c '<th scope="col" dir="auto">' <<<"$body")" 4
  refute_text "Add to the comparison"
  get "/compare?event=jazz-evening&event=comedy-night&event=hackathon&event=open-doors&event=queue-night"
  assert_status 400
  assert_text "At most 4 events can be compared"
  assert_equal "$(grep -c '<th scope="col" dir="auto">' <<<"$body")" 4
}

@test "R62 what cannot be booked has no Book link in a comparison" {
  add_event called-off status="'cancelled'"
  get "/compare?event=called-off"
  assert_status 200
  assert_text "Cannot be booked now"
  [[ $body != *'href="/book/'* ]]
}

@test "R31 the terms are a public page that every page links to" {
  as nobody
  get /terms
  assert_status 200
  assert_text "Terms of sale"
  assert_text "we hold your places for 10 minutes"
  assert_text "7 days or more before the start 100 %"
  assert_text "3 days or more before the start 50 %"
  get /
  [[ $body == *'<a href="/terms">Terms of sale</a>'* ]]
}

@test "R72 the status page tells which parts work" {
  get /status
  assert_status 200
  assert_text "The box office works."
  local part
  for part in "Database Working" "Mail Not set up" "Payments Working" \
    "Clock Working"; do
    assert_text "$part"
  done
  [[ ${headers,,} == *"cache-control: no-store"* ]]
  # Visitors find no link to it; it is in the staff's footer.
  get /
  [[ $body != *'href="/status"'* ]]
}

@test "R72 a clock behind the bookings shows on the status page" {
  add_event clock-back
  hold clock-back general 1 clock@example.org
  move_clock -7200
  get /status
  move_clock 0
  assert_status 503
  assert_text "Clock Failing It is behind the last booking."
  assert_text "Something needs a look."
  get /status
  assert_status 200
}
