# For bats files in which each test is a person of its own, at an event E of its
# own, of a site with the demo's events.

setup_file() {
  start_site
}

teardown_file() {
  stop_site
}

setup() {
  as "person-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
}

# open_form: another person has the form of E before them; send_form QUANTITY:
# they send it, so that no request of theirs comes in between.
open_form() {
  as "other-$BATS_TEST_NUMBER"
  get "/book/$E"
  FORM=$body
  as "person-$BATS_TEST_NUMBER"
}
send_form() {
  as "other-$BATS_TEST_NUMBER"
  body=$FORM
  post "/book/$E" tier=general "quantity=$1" name=Bob email=b@example.org
}
