# For bats files about the form of an event.

setup_file() { start_site empty; }

teardown_file() { stop_site; }

setup() { sign_in organiser olga; }

NEXT_WEEK=$(date -u -d '+7 days' +%F)

# create TITLE [name=value ...]: what an event needs, and more.
create() {
  get /admin/events/new
  assert_status 200
  post /admin/events/new whole=yes "title=$1" type=concert "start=$NEXT_WEEK 19:30" \
    "end=$NEXT_WEEK 22:00" tier_id= tier_name=General tier_price=15 tier_capacity=10 \
    one_booking_each=yes "${@:2}"
  SLUG=${location#/admin/events/}
  SLUG=${SLUG%%\?*}
}

of_event() {
  sql "SELECT $2 FROM event WHERE slug = '$1'"
}

# change EVENT [name=value ...]: what is not sent stays.
change() {
  get "/admin/events/$1"
  post "/admin/events/$1" "version=$(hidden version)" "${@:2}"
}
