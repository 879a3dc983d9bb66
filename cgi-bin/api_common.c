/*
 * What several families of calls share: finding the event that is named, the
 * buyer's name, where a hold is paid.
 */
#include "api.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/checkout.h"
#include "booking/order.h"
#include "payment/gateway.h"

struct error *api_find_event(struct request *request, const char *name,
    enum event_scope scope, struct event *event)
{
	const struct shop *shop = &request->shop;
	int64_t id;

	if (text_number(name, &id) == NUMBER_OK) {
		struct error *error = event_store_find_id(
		    shop->db, shop->arena, id, scope, clock_now(), event);

		if (!error_is(error, NOT_FOUND_ERROR))
			return error;
	}
	return event_store_find(
	    shop->db, shop->arena, name, scope, clock_now(), event);
}

struct error *api_open_payment(
    struct request *request, struct booking *booking, const char **approve)
{
	const struct gateway *gateway = gateway_at(request->shop.config, 0);
	const struct payment payment = {
	    .gateway = gateway ? gateway->name : "", .token = ""};

	*approve = "";
	if (!gateway || gateway->charge || booking->total.minor == 0)
		return NULL;
	return checkout_pay(&request->shop, booking->reference,
	    &request->viewer, &payment, booking, approve);
}

const char *api_address_of(const struct request *request, const char *folder,
    const struct booking *booking)
{
	return arena_format(request->shop.arena, "%s/%s/%s",
	    request->shop.config->base_url, folder, booking->reference);
}

struct error *api_read_quantity(
    struct arena *arena, const json_t *value, int64_t *quantity)
{
	const char *text = json_show(arena, value);

	if (json_is_string(value))
		text = json_string_value(value);
	else if (!json_is_number(value))
		return order_refuse("quantity", "Quantity", text,
		    "must be a whole number",
		    fail(TYPE_ERROR, "'quantity' is not a number"));
	return order_read_quantity(text, quantity);
}
