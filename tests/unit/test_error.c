#include "base/error.h"
#include "tap.h"

#include <string.h>

static void test_kinds(void)
{
	static const struct {
		enum error_kind kind;
		const char *name;
		enum error_kind parent;
	} rows[] = {
	    {TICKETING_ERROR, "TicketingError", TICKETING_ERROR},
	    {INVALID_BOOKING_ERROR, "InvalidBookingError", VALIDATION_ERROR},
	    {SOLD_OUT_ERROR, "SoldOutError", AVAILABILITY_ERROR},
	    {HOLD_EXPIRED_ERROR, "HoldExpiredError", AVAILABILITY_ERROR},
	    {PAYMENT_DECLINED_ERROR, "PaymentDeclinedError", PAYMENT_ERROR},
	    {PAYMENT_OUTAGE_ERROR, "PaymentOutageError", PAYMENT_ERROR},
	    {BUSY_ERROR, "BusyError", STORAGE_ERROR},
	    {KEY_ERROR, "KeyError", TICKETING_ERROR},
	    {CONNECTION_ERROR, "ConnectionError", TICKETING_ERROR},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		is_text(
		    error_kind_name(rows[i].kind), rows[i].name, rows[i].name);
		is_number(error_kind_parent(rows[i].kind), rows[i].parent,
		    "its parent");
	}
	for (int kind = 0; kind < ERROR_KIND_COUNT; kind++)
		ok(!text_is_empty(error_kind_name((enum error_kind)kind)),
		    "kind %d has a name", kind);
}

static void test_is(void)
{
	struct error *error = fail(SOLD_OUT_ERROR, "none left");

	ok(error_is(error, SOLD_OUT_ERROR), "is its own kind");
	ok(error_is(error, AVAILABILITY_ERROR), "is its parent's kind");
	ok(error_is(error, TICKETING_ERROR), "is of the root's kind");
	ok(!error_is(error, DUPLICATE_BOOKING_ERROR), "is no sibling");
	ok(!error_is(error, PAYMENT_ERROR), "is no other branch");
	ok(!error_is(fail(AVAILABILITY_ERROR, "x"), SOLD_OUT_ERROR),
	    "a parent is no child");
	ok(!error_is(NULL, TICKETING_ERROR), "success is no error");
}

static void test_details(void)
{
	char name[] = "VIP";
	struct error *cause = fail(VALUE_ERROR, "why");
	int line = __LINE__ + 1;
	struct error *error = fail_with(SOLD_OUT_ERROR, cause,
	    FIELDS(error_text("tier_name", "Ticket type", name),
		error_number("remaining", "Left", -3),
		error_text("empty", "Empty", NULL)),
	    "%d left", 0);

	name[0] = 'X';
	is_text(error->message, "0 left", "message");
	is_number((int64_t)error->field_count, 3, "fields");
	is_text(error_field_value(error, "tier_name"), "VIP", "is copied");
	is_text(error->fields[0].label, "Ticket type", "label");
	is_text(error_field_value(error, "remaining"), "-3", "digits");
	is_number(error->fields[1].number, -3, "number");
	ok(error->fields[1].is_number, "is a number");
	ok(!error->fields[0].is_number, "is no number");
	is_text(error_field_value(error, "empty"), "", "NULL is empty");
	is_text(error_field_value(error, "absent"), NULL, "no such field");
	ok(error->cause == cause, "cause");
	is_text(error->file, __FILE__, "file");
	ok(error->line >= line && error->line <= line + 5, "line");
	error_reset();
}

static struct error *pass(struct error *error)
{
	TRY(error);
	return fail(STATE_ERROR, "went on");
}

static void test_try(void)
{
	struct error *error = fail(ACCESS_ERROR, "no");

	ok(pass(error) == error, "TRY passes an error on");
	ok(error_is(pass(NULL), STATE_ERROR), "TRY goes on after success");
	error_reset();
}

static void test_long_texts(void)
{
	enum {
		LENGTH = 9000
	};
	char ascii[LENGTH + 1];
	char euros[LENGTH + 1];
	struct error *error;

	memset(ascii, 'a', LENGTH);
	ascii[LENGTH] = '\0';
	for (int i = 0; i < LENGTH; i += 3)
		memcpy(euros + i, "€", 3);
	euros[LENGTH] = '\0';
	error = fail_with(VALIDATION_ERROR, NULL,
	    FIELDS(error_text("a", "A", ascii), error_text("e", "E", euros)),
	    "%s", euros);
	is_number((int64_t)strlen(error->fields[0].value), 4096, "cut");
	is_number((int64_t)strlen(error->fields[1].value), 4095,
	    "cut between characters");
	is_number((int64_t)strlen(error->message), 4095, "message cut");
	error_reset();
}

static void test_full_pool(void)
{
	enum {
		MANY = 20000
	};
	struct error *error = NULL;
	int depth = 0;

	for (int i = 0; i < MANY; i++)
		error = fail_with(
		    BUSY_ERROR, error, NO_FIELDS, "error number %d", i);
	ok(error_is(error, STORAGE_ERROR), "a full pool keeps the kind");
	is_text(error->message, "Too many errors at once.", "says so");
	for (const struct error *at = error; at; at = at->cause)
		depth++;
	is_number(depth, 1, "no ring of causes");
	error_reset();
	is_text(fail(BUSY_ERROR, "new")->message, "new", "reset empties it");
	error_reset();
}

int main(void)
{
	test_kinds();
	test_is();
	test_details();
	test_try();
	test_long_texts();
	test_full_pool();
	return done_testing();
}
