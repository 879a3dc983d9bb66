#include "booking/order.h"

#include "base/text.h"
#include "base/token.h"
#include "booking/event.h"
#include <inttypes.h>

struct error *order_refuse(const char *field, const char *label,
    const char *value, const char *reason, const struct error *cause)
{
	return fail_with(INVALID_BOOKING_ERROR, cause,
	    FIELDS(error_text("field", "Field", field),
		error_text("value", "Value", value),
		error_text("reason", "Reason", reason)),
	    "%s %s", label, reason);
}

struct error *order_read_email(
    struct arena *arena, const char *text, const char **email)
{
	const char *reason;
	char *result;

	if (!text)
		return order_refuse("email", "Email", "", "is required",
		    fail(KEY_ERROR, "'email' is missing"));
	if (!text_email(arena, text, &result, &reason))
		return order_refuse("email", "Email", text, reason, NULL);
	*email = result;
	return NULL;
}

/* The cause of a quantity that is not a number. */
static const struct error *number_cause(
    const char *text, enum number_verdict verdict)
{
	if (!text)
		return fail(KEY_ERROR, "'quantity' is missing");
	if (verdict == NUMBER_OVERFLOW)
		return fail(
		    OVERFLOW_ERROR, "'%s' is too big for a number", text);
	return fail(VALUE_ERROR, "'%s' is not a whole number", text);
}

struct error *order_read_quantity(const char *text, int64_t *quantity)
{
	enum number_verdict verdict =
	    text ? text_number(text, quantity) : NUMBER_EMPTY;

	if (verdict == NUMBER_OVERFLOW)
		return order_refuse("quantity", "Quantity", text, "is too big",
		    number_cause(text, verdict));
	if (verdict != NUMBER_OK)
		return order_refuse("quantity", "Quantity", text ? text : "",
		    "must be a whole number", number_cause(text, verdict));
	if (*quantity < 1)
		return order_refuse(
		    "quantity", "Quantity", text, "must be at least 1", NULL);
	return NULL;
}

struct error *order_find_tier(
    const struct event *event, const char *text, const struct tier **tier)
{
	*tier = text_is_empty(text) ? NULL : event_find_tier(event, text);
	if (*tier)
		return NULL;
	if (text_is_empty(text))
		return order_refuse("tier_name", "Ticket type", "",
		    "must be chosen",
		    fail(KEY_ERROR, "'tier_name' is missing"));
	return order_refuse("tier_name", "Ticket type", text,
	    "does not exist for this event",
	    fail(KEY_ERROR, "no ticket type '%s'", text));
}

const char *order_digest(struct arena *arena, const struct order *order)
{
	struct out out = {.arena = arena};

	out_format(&out, "%s\n%s\n%" PRId64 "\n%s\n%s", order->event,
	    order->tier, order->quantity, order->email, order->name);
	for (size_t i = 0; i < order->seat_count; i++)
		out_format(&out, "\n%s", order->seats[i]);
	for (size_t i = 0; i < order->place_count; i++)
		out_format(&out, "\n+%s %" PRId64, order->places[i].tier,
		    order->places[i].quantity);
	if (order->is_gift)
		out_text(&out, "\n\ngift");
	return token_hash(arena, out_string(&out));
}
