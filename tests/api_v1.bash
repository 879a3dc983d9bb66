# For bats files about /api/v1; they load api_calls, too.

EVENT_KEYS=createdAt,currentParticipants,description,endDate,eventType,id,imageUrl,isOnline,location,maxParticipants,metadata,name,slug,startDate,status,ticketPrice,tiers,updatedAt
TICKET_KEYS=bookingReference,checkInTime,createdAt,currency,event,eventId,holderName,id,metadata,paymentId,pricePaid,qrCodeUrl,seat,status,ticketCode,ticketType,updatedAt,userId,validFrom,validUntil

# buy NAME EVENT QUANTITY [member JSON ...]: with a token that pays.
buy() {
  call "$1" POST /api/v1/tickets/purchase "$(jq -nc --arg event "$2" \
    --argjson quantity "$3" '{eventId: $event, ticketType: "general",
      quantity: $quantity, paymentToken: "tok_valid"}')" "${@:4}"
}

# again NAME EVENT: an event where one may book more than once.
many() {
  add_event "$1" one_booking_each=0 "${@:2}"
}

setup_file() {
  start_site
  person ada
  person bob
  person olga organiser
  person otto organiser
  person root admin
  add_event walk # a fixed one, of olga's
  sql_write "UPDATE event SET owner_id = (SELECT id FROM user
    WHERE username = 'olga') WHERE slug = 'walk'"
}
teardown_file() { stop_site; }

# Each test has an event and, where limits count, a time of its own.
setup() {
  as "program-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
  rm -f "$DATA/clock" "$DATA/run/limits"
}
