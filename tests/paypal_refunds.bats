#!/usr/bin/env bats
# PayPal end to end: money that goes back, and what is unclear.
load helper
load paying
load paypal

# Money that came too late: its capture was lost, then found when the places
# were another's.
pay_too_late() {
  go_to_paypal 10
  choose approve
  pass_time 700
  # Nobody takes it before the time is over: the order seems not approved.
  sql_write "UPDATE payment_attempt SET state = 'failed', settled_at = $(now)
      WHERE gateway_reference = '$ORDER';
    UPDATE booking SET state = 'expired', person_key = NULL, ended_at = $(now)
      WHERE reference = '$REFERENCE';
    UPDATE booking_item SET is_live = 0 WHERE booking_id =
      (SELECT id FROM booking WHERE reference = '$REFERENCE');
    UPDATE tier SET held = 0 WHERE event_id =
      (SELECT id FROM event WHERE slug = '$E')"
  local mine=$REFERENCE
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 10 b@example.org
  pay
  REFERENCE=$mine
  as "person-$BATS_TEST_NUMBER"
  # PayPal took it by itself.
  curl -s -o /dev/null -X POST -d '{}' -H "Authorization: Bearer $(token)" \
    "$PAYPAL/v2/checkout/orders/$ORDER/capture"
}

@test "B3 R77 too late: one refund, on its way until PayPal confirms it" {
  pay_too_late
  control behave on=refund do=pending
  assert_equal "$(hook $DONE)" 200
  assert_equal "$(state)$(attempts)" expiredcaptured
  pass_time 40
  sweep
  assert_equal "$(refunds)" "15000 started"
  get "/tickets/$REFERENCE"
  assert_text "\$150.00 is on its way back to you"
  assert_equal "$(ledger)" "1|0|0"
  run late
  assert_output --partial "refund on its way"
  control settle "refund=$(control moves | jq -r '.refunds[0].id')" \
    status=COMPLETED
  pass_time 40
  sweep
  sweep
  assert_equal "$(refunds)" "15000 refunded"
  assert_equal "$(moved)" "1|1"
  assert_equal "$(ledger)" "1|1|0"
  get "/tickets/$REFERENCE"
  assert_text "\$150.00 was given back to you"
}

@test "R77 I6 lost answers to a refund: asked again, given back once" {
  pay_too_late
  control behave on=refund do=503-before
  control behave on=refund do=close-after
  hook $DONE
  for _ in 1 2 3; do
    pass_time 40
    sweep
  done
  assert_equal "$(refunds)" "15000 refunded"
  assert_equal "$(moved)" "1|1"
  assert_equal "$(ledger)" "1|1|0"
}

@test "R77 a refund that PayPal refuses is for a person to see" {
  pay_too_late
  control behave on=refund do=issue-REFUND_NOT_ALLOWED
  hook $DONE
  pass_time 40
  sweep
  assert_equal "$(refunds)" "15000 failed"
  run late
  assert_output --partial "refund refused"
  get "/tickets/$REFERENCE"
  assert_text "by hand"
  run "$BUILD/campuspass" --data "$DATA" check
  assert_failure
  assert_output --partial "I5: money is not what the tickets are worth"
  # Given back by hand, so that the books are sound for the next test.
  sql_write "UPDATE refund SET state = 'started', settled_at = NULL
    WHERE state = 'failed'"
  pass_time 40
  sweep
  assert_equal "$(refunds)" "15000 refunded"
}

@test "reconcile asks about all that is unclear" {
  go_to_paypal
  choose approve
  control behave on=capture do=close-after
  get "$BACK"
  pass_time 15
  run "$BUILD/campuspass" --data "$DATA" reconcile
  assert_success
  assert_equal "$(state)" confirmed
  assert_equal "$(moved)" "1|0"
}

@test "no secret of PayPal's is in the log" {
  run grep -E "secret|A21AA|Bearer" "$DATA/log/campuspass.log"
  refute_output
}

@test "I5 I6 I7 at the end the books are sound" {
  assert_sound
}
