# For bats files about PayPal: the site and a double on loopback that speaks its
# protocol and fails as networks do (tests/paypal/double.py). How often money
# moved is the double's own count.

setup_file() {
  make_data empty
  start_double
  start_server
}

teardown_file() {
  stop_site
  stop_double
}

setup() {
  as "person-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
  pass_time 40
  control reset
  add_event "$E"
}

# control WHAT [name=value ...]: of the double; its answer.
control() {
  local what=$1
  shift
  curl -s "${@/#/-d}" -X POST -d x=1 "$PAYPAL/control/$what"
}

# How often PayPal took money, and gave it back: "1|0".
moved() {
  control moves | jq -r '"\(.captures | length)|\(.refunds | length)"'
}

# Press the pay button.
press_pay() {
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=paypal terms=yes
}

# Hold $1 places (2) and go to PayPal: ORDER is its order.
go_to_paypal() {
  hold "$E" general "${1:-2}" a@example.org
  press_pay
  assert_status 303
  [[ $location == "$PAYPAL/checkoutnow?token="* ]]
  ORDER=${location##*=}
}

# choose WORD: a button of PayPal's page. BACK is where it sends the buyer.
choose() {
  BACK=$(curl -s -o /dev/null -w '%{redirect_url}' -d "token=$ORDER" \
    -d "choice=$1" "$PAYPAL/checkoutnow")
  [[ $BACK == http://tickets.example.org/checkout/* ]]
  BACK=${BACK#http://tickets.example.org}
}

# hook KINDS [name=value ...]: PayPal calls; the statuses that it gets.
hook() {
  local kinds=$1
  shift
  control hook "order=$ORDER" "kinds=$kinds" \
    "to=$URL/checkout/hook/paypal" "$@" | jq -r '.statuses | join(" ")'
}

DONE=PAYMENT.CAPTURE.COMPLETED

token() {
  curl -s -u client:secret -d grant_type=client_credentials \
    "$PAYPAL/v1/oauth2/token" | jq -r .access_token
}
