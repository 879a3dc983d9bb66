/*
 * Order: what somebody asks for, read and checked field by field.
 *
 * Each reader refuses with INVALID_BOOKING_ERROR and the fields `field`,
 * `value` and `reason`; where a text did not parse the cause says how
 * (VALUE_ERROR, OVERFLOW_ERROR), where something is missing, KEY_ERROR.
 * A page reads all fields and shows every mistake; a one-call API stops at
 * the first.
 */
#ifndef BOOKING_ORDER_H
#define BOOKING_ORDER_H

#include "base/error.h"
#include "booking/shop.h"
#include "model/event.h"
#include "model/viewer.h"

/* The most places one booking may have, whatever the event says. */
enum {
	ORDER_MOST_PLACES = 1000
};

/* Places of a tier without numbered seats, beside seats. */
struct order_place {
	const char *tier; /* slug */
	int64_t quantity; /* 1 or more */
};

/*
 * A checked order: places of one tier or seats and, where an event has both,
 * places beside them.
 */
struct order {
	const char *event;        /* slug */
	const char *tier;         /* id or display name; checked later */
	int64_t quantity;         /* 1 or more; 0: as many as seats */
	const char *const *seats; /* reserved seating: their names ... */
	size_t seat_count;        /* ... or 0: the best available ones */
	const struct order_place *places; /* beside them, in any order */
	size_t place_count;
	const char *email;           /* from order_read_email(); "" none */
	const char *name;            /* may be "" */
	const struct viewer *viewer; /* who it will belong to */
	const char *source;          /* "page", "api", "counter", "queue" */
	const char *form_key;        /* the form's one-time key; "" none */
	const char *replaces;        /* own hold to give back first; "" none */
	bool is_one_call;            /* paid in the same call: no hold stays */
	bool is_gift;                /* the staff give it: nothing is paid */
};

/* R17: stripped, lowered, an address. */
MUST_CHECK struct error *order_read_email(
    struct arena *arena, const char *text, const char **email);

/* R18: a positive whole number; blanks around it are fine. */
MUST_CHECK struct error *order_read_quantity(
    const char *text, int64_t *quantity);

/* R19: a tier of the event. */
MUST_CHECK struct error *order_find_tier(
    const struct event *event, const char *text, const struct tier **tier);

/* Raise what the readers raise: field, value, reason. */
NONNULL_RESULT struct error *order_refuse(const char *field, const char *label,
    const char *value, const char *reason, const struct error *cause);

/* What an order asks for, hashed: another order gives another digest (I4). */
NONNULL_RESULT const char *order_digest(
    struct arena *arena, const struct order *order);

#endif
