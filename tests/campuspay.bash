# For bats files about buyers who are sent to a gateway's page. The gateway is
# campuspay_page, which remembers on its own side what it took and gave back.

setup_file() {
  start_shop "campuspay_page later"
}

teardown_file() { stop_site; }

setup() {
  as "person-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
  pass_time 40
  add_event "$E"
}

# To the gateway's page: ORDER is its order, WAY the checkout with its form.
to_gateway() {
  get "/checkout/$REFERENCE"
  WAY=$body
  post "/checkout/$REFERENCE" method=campuspay_page terms=yes
  assert_status 303
  [[ $location == /checkout/campuspay/* ]]
  ORDER=${location##*/}
}

# Hold $1 places (2) and go there.
go_to_gateway() {
  hold "$E" general "${1:-2}" a@example.org
  to_gateway
}

# answer WORD: a button of the gateway's page. BACK is where it sends the
# buyer, who has not gone there yet.
answer() {
  get "/checkout/campuspay/$ORDER"
  post "/checkout/campuspay/$ORDER" "answer=$1"
  assert_status 303
  BACK=$location
}

# They pay and stay at the page; BACK is its link.
pay_and_stay() {
  answer pay
  get "/checkout/campuspay/$ORDER"
  BACK=$(grep -o '/checkout/return/[A-Z0-9]*' <<<"$body")
}

# What the gateway's call says at this moment.
notice() {
  get "/checkout/campuspay/$ORDER"
  hidden notice
}

# call NOTICE: as the gateway's server makes it, without cookies. $status.
call() {
  status=$(curl -s -o "$BATS_TEST_TMPDIR/call" -w '%{http_code}' \
    -d "notice=$1" "$URL/checkout/hook/campuspay_page")
}

# What the gateway itself says: "captured", "approved" ... and its refunds.
at_gateway() {
  head -n 1 "$DATA/campuspay/order-$ORDER"
}

# The hold's time ends while the buyer is away.
let_it_expire() {
  pass_time 700
  sweep
  assert_equal "$(state)" expired
}

# gateways NAMES: of the configuration from now on.
gateways() {
  sed -i "s/^gateways = .*/gateways = $1/" "$DATA/campuspass.conf"
}
