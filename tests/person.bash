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
