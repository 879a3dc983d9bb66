/*
 * checkout: from a hold to a confirmed booking (R23-R31, R63, R65). Free
 * bookings need the terms alone; paid ones a way to pay.
 */
#include "checkout.h"

#include "base/clock.h"
#include "booking/hold.h"
#include "booking/payment.h"
#include "checkout_return.h"
#include "programs.h"
#include "store/booking_store.h"
#include "web/page.h"

/*
 * Why the buyer is back from the gateway without tickets. What the address
 * says is anybody's: another end of the last attempt is not told here.
 */
static struct error *retell_decline(
    struct request *request, const struct booking *booking)
{
	struct error *error = payment_retell(&request->shop, booking);

	if (error_is(error, PAYMENT_DECLINED_ERROR) || !page_can_show(error))
		return error;
	return NULL;
}

/* A hold that is over says so; a paid one leads to its tickets. */
static struct error *show_checkout(struct request *request)
{
	struct booking booking;
	struct error *error = NULL;
	struct form form;

	TRY(booking_store_find(request->shop.db, request->shop.arena,
	    request_param(request, "reference"), &request->viewer, &booking));
	if (booking.state == BOOKING_CONFIRMED ||
	    booking.state == BOOKING_CANCELLED) {
		checkout_go(request, "/tickets/{}");
		return NULL;
	}
	if (booking.state != BOOKING_PAYING)
		error = hold_check_live(&booking, clock_now());
	if (!error && *request_query(request, "declined") &&
	    booking.state == BOOKING_HELD)
		error = retell_decline(request, &booking);
	if (error && !page_take_error(request, NULL, error))
		return error;
	checkout_start_form(request, &form);
	return checkout_show(request, &form, error);
}

static struct error *release(struct request *request)
{
	struct form form;
	struct error *error = hold_release(&request->shop,
	    request_param(request, "reference"), &request->viewer);

	checkout_start_form(request, &form);
	if (error)
		return checkout_show_error(request, &form, error);
	checkout_go(request, "/tickets/{}");
	return NULL;
}

static struct error *extend(struct request *request)
{
	struct form form;
	struct error *error = hold_extend(&request->shop,
	    request_param(request, "reference"), &request->viewer);

	checkout_start_form(request, &form);
	if (error)
		return checkout_show_error(request, &form, error);
	checkout_go(request, "/checkout/{}");
	return NULL;
}

static const struct route routes[] = {
    {METHOD_GET, "/checkout/return/{token}", checkout_come_back, ACCESS_ANYONE,
	OWNER_NOTHING, .leaves_work = true},
    {METHOD_GET, "/checkout/cancel/{token}", checkout_give_up, ACCESS_ANYONE,
	OWNER_NOTHING, .leaves_work = true},
    {METHOD_POST, "/checkout/hook/{gateway}", checkout_take_notice,
	ACCESS_ANYONE, OWNER_NOTHING, CSRF_NONE, BODY_ANY, .leaves_work = true},
    {METHOD_GET, "/checkout/campuspay/{order}", checkout_show_approval,
	ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_POST, "/checkout/campuspay/{order}", checkout_answer_approval,
	ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/checkout/{reference}", show_checkout, ACCESS_ANYONE,
	OWNER_VIEWER},
    {METHOD_POST, "/checkout/{reference}", checkout_take_payment, ACCESS_ANYONE,
	OWNER_VIEWER},
    {METHOD_POST, "/checkout/{reference}/release", release, ACCESS_ANYONE,
	OWNER_VIEWER},
    {METHOD_POST, "/checkout/{reference}/extend", extend, ACCESS_ANYONE,
	OWNER_VIEWER},
};

const struct program checkout_program = {
    .name = "checkout",
    .face = &page_face,
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .calls_gateways = true,
};
