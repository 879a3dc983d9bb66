/*
 * What an order says, read field by field (R17, R18, R19).
 */
#include "tap.h"

#include "booking/order.h"

static struct arena arena = ARENA_EMPTY;

static struct error *must_fail(struct error *error)
{
	static struct error none = {.message = "(no error)"};

	ok(error_is(error, INVALID_BOOKING_ERROR), "InvalidBookingError");
	return error ? error : &none;
}

static void is_field(
    const struct error *error, const char *name, const char *value)
{
	is_text(error_field_value(error, name), value, name);
}

/* ---- quantity ---- */

static void test_good_quantities(void)
{
	static const struct {
		const char *text;
		int64_t quantity;
	} rows[] = {
	    {"1", 1},
	    {" 2 ", 2},
	    {"\t3\n", 3},
	    {"007", 7},
	    {"1000", 1000},
	    {"9223372036854775807", INT64_MAX},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t quantity = -1;

		ok(!order_read_quantity(rows[i].text, &quantity),
		    "good quantity %zu", i);
		is_number(quantity, rows[i].quantity, "its value");
	}
}

static void test_bad_quantities(void)
{
	static const struct {
		const char *text;
		const char *reason;
		bool has_cause;
		enum error_kind cause;
	} rows[] = {
	    {"two", "must be a whole number", true, VALUE_ERROR},
	    {"2.5", "must be a whole number", true, VALUE_ERROR},
	    {"2.0", "must be a whole number", true, VALUE_ERROR},
	    {"1e3", "must be a whole number", true, VALUE_ERROR},
	    {"0x10", "must be a whole number", true, VALUE_ERROR},
	    {"1_0", "must be a whole number", true, VALUE_ERROR},
	    {"1 0", "must be a whole number", true, VALUE_ERROR},
	    {"true", "must be a whole number", true, VALUE_ERROR},
	    {"-", "must be a whole number", true, VALUE_ERROR},
	    {"", "must be a whole number", true, VALUE_ERROR},
	    {"   ", "must be a whole number", true, VALUE_ERROR},
	    {NULL, NULL, true, KEY_ERROR},
	    {"0", "must be at least 1", false, TICKETING_ERROR},
	    {"-1", "must be at least 1", false, TICKETING_ERROR},
	    {"-9223372036854775808", "must be at least 1", false,
		TICKETING_ERROR},
	    {"9223372036854775808", "is too big", true, OVERFLOW_ERROR},
	    {"99999999999999999999999999", "is too big", true, OVERFLOW_ERROR},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t quantity;
		const struct error *error =
		    must_fail(order_read_quantity(rows[i].text, &quantity));

		is_field(error, "field", "quantity");
		is_field(error, "value", rows[i].text ? rows[i].text : "");
		if (rows[i].reason)
			is_field(error, "reason", rows[i].reason);
		ok((error->cause != NULL) == rows[i].has_cause,
		    "\"%s\" %s a cause",
		    rows[i].text ? rows[i].text : "(missing)",
		    rows[i].has_cause ? "has" : "has not");
		if (error->cause && rows[i].has_cause)
			is_text(error_kind_name(error->cause->kind),
			    error_kind_name(rows[i].cause), "which one");
		error_reset();
	}
}

/* ---- email ---- */

static void test_emails(void)
{
	static const char *const bad[] = {"", " ", "nobody", "@", "a@",
	    "@b.org", "a@@b.org", "a@b@c.org", "a b@c.org", "a@b..org",
	    "a@.org", "a@b.org,c@d.org", "\"a\"@b.org", "<a@b.org>",
	    "a@b.org\nBcc: x"};
	const char *email = NULL;
	const struct error *error;

	ok(!order_read_email(&arena, "  A.B+c@Example.ORG \n", &email),
	    "an address with blanks around");
	is_text(email, "a.b+c@example.org", "stripped and lowered");
	ok(!order_read_email(&arena, "o'neill@sub.example.co", &email),
	    "an apostrophe is fine");
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		error = must_fail(order_read_email(&arena, bad[i], &email));
		is_field(error, "field", "email");
		is_field(error, "value", bad[i]);
		ok(*error_field_value(error, "reason") != '\0', "a reason");
	}
	error = must_fail(order_read_email(&arena, NULL, &email));
	ok(error_is(error->cause, KEY_ERROR), "a missing one: KeyError");
	error = must_fail(order_read_email(&arena, "nobody", &email));
	is_field(error, "reason", "must contain @");
}

/* ---- tier ---- */

static void test_tiers(void)
{
	static const struct tier tiers[] = {
	    {.id = 1, .slug = "general", .name = "VIP"},
	    {.id = 2, .slug = "vip", .name = "Very Important"},
	    {.id = 3, .slug = "premium", .name = "Premium (with GPU access)"},
	};
	const struct event event = {
	    .title = "E", .tiers = {.items = tiers, .count = COUNT_OF(tiers)}};
	const struct tier *tier = NULL;
	const struct error *error;

	ok(!order_find_tier(&event, "vip", &tier) && tier->id == 2,
	    "an id wins over a name");
	ok(!order_find_tier(&event, "very important", &tier) && tier->id == 2,
	    "a name in any case");
	ok(!order_find_tier(&event, "Premium (with GPU access)", &tier) &&
		tier->id == 3,
	    "a name with signs");
	error = must_fail(order_find_tier(&event, "balcony", &tier));
	is_field(error, "field", "tier_name");
	is_field(error, "value", "balcony");
	ok(error_is(error->cause, KEY_ERROR), "caused by KeyError");
	error = must_fail(order_find_tier(&event, "", &tier));
	ok(error_is(error->cause, KEY_ERROR), "none: KeyError");
	error = must_fail(order_find_tier(&event, NULL, &tier));
	ok(error_is(error->cause, KEY_ERROR), "missing: KeyError");
}

/* ---- the digest ---- */

static void test_digest(void)
{
	const struct order order = {.event = "e",
	    .tier = "t",
	    .quantity = 2,
	    .email = "a@b.org",
	    .name = "N"};
	const char *digest = order_digest(&arena, &order);
	struct order other = order;

	is_text(order_digest(&arena, &other), digest, "the same order");
	other.quantity = 3;
	ok(!text_equal(order_digest(&arena, &other), digest), "quantity");
	other = order;
	other.tier = "u";
	ok(!text_equal(order_digest(&arena, &other), digest), "tier");
	other = order;
	other.email = "b@b.org";
	ok(!text_equal(order_digest(&arena, &other), digest), "email");
	other = order;
	other.name = "M";
	ok(!text_equal(order_digest(&arena, &other), digest), "name");
	other = order;
	other.event = "f";
	ok(!text_equal(order_digest(&arena, &other), digest), "event");
}

int main(void)
{
	test_good_quantities();
	test_bad_quantities();
	test_emails();
	test_tiers();
	test_digest();
	arena_close(&arena);
	return done_testing();
}
