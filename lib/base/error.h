/*
 * Errors: a value with a kind, a message, labelled fields and a cause.
 *
 * A function that can fail returns `struct error *`; NULL is success. Results
 * come back through out-parameters, which hold nothing useful after an error.
 * TRY(call) passes an error up; fail(...) raises one.
 *
 * Invariants
 * - Kinds form a tree (error_kinds in error.c); error_is() walks it.
 * - `message` and `fields` are safe to show to a customer. What is not (SQL,
 *   paths, a gateway's body) belongs in the log: see log.h.
 * - Errors and their texts live in a pool of error.c that error_reset()
 *   empties after each request. Nobody frees one.
 * - Programming errors and lack of memory are not errors of this kind: they
 *   end the process (die()).
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/compiler.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every kind; its public name and parent stand in error.c's table. */
enum error_kind {
	TICKETING_ERROR,       /* root of all that a customer may see */
	VALIDATION_ERROR,      /* the input is wrong; fields say where */
	INVALID_BOOKING_ERROR, /* fields: field, value, reason */
	AVAILABILITY_ERROR,    /* right input, but not available */
	SOLD_OUT_ERROR,        /* event_name, tier_name, requested, remaining */
	DUPLICATE_BOOKING_ERROR, /* fields: email, event_name */
	SEAT_TAKEN_ERROR,        /* fields: event_name, seats */
	BOOKING_CLOSED_ERROR, /* nothing sells now; fields: event_name, reason
			       */
	HOLD_EXPIRED_ERROR,   /* the hold's time is over */
	UNFINISHED_BOOKING_ERROR, /* the person has a live hold: reference */
	STATE_ERROR,              /* a thing in this state cannot do that */
	PAYMENT_ERROR,            /* the gateway failed; see the cause */
	PAYMENT_DECLINED_ERROR,   /* fields: gateway_name, reason */
	PAYMENT_PENDING_ERROR,    /* no answer yet: the gateway will be asked */
	PAYMENT_OUTAGE_ERROR,     /* not begun; gateway_name, retry_after */
	ACCESS_ERROR,             /* not allowed */
	LOGIN_ERROR,              /* not allowed to somebody unknown: sign in */
	NOT_FOUND_ERROR,          /* no such thing, or not for this viewer */
	RATE_LIMIT_ERROR,         /* too often; fields: retry_after */
	REQUEST_ERROR,            /* HTTP that does not parse */
	METHOD_ERROR,             /* known path, other method; fields: allow */
	LENGTH_ERROR,             /* a body that does not say its length */
	TOO_LARGE_ERROR,          /* a body over the limit */
	MEDIA_TYPE_ERROR,         /* a body of another type than the route's */
	STORAGE_ERROR,            /* the database failed; detail in the log */
	BUSY_ERROR,               /* waited too long for the database */
	CONFLICT_ERROR,           /* a UNIQUE rule refused a row */
	CONFIGURATION_ERROR,      /* the installation is not right */
	/* Causes: what lay under an error, by the names clients know. */
	KEY_ERROR,        /* a field or a tier is missing */
	VALUE_ERROR,      /* a text that does not parse */
	TYPE_ERROR,       /* null or a list where text belongs */
	OVERFLOW_ERROR,   /* a number too big */
	CONNECTION_ERROR, /* the other side was not reached */
	ERROR_KIND_COUNT
};

/* One labelled detail of an error. */
struct error_field {
	const char *name;  /* for programs: "tier_name" */
	const char *label; /* for people: "Ticket type" */
	const char *value; /* text; the digits where is_number */
	int64_t number;    /* the number where is_number */
	bool is_number;    /* JSON shows a number, not a string */
};

/* A list of details, as made by FIELDS(). */
struct error_fields {
	const struct error_field *items;
	size_t count;
};

struct error {
	enum error_kind kind;             /* what happened */
	const char *message;              /* a sentence for a customer */
	const struct error_field *fields; /* labelled details, in order */
	size_t field_count;               /* how many */
	const struct error *cause;        /* what lay under it, or NULL */
	const char *file;                 /* where it was raised: for the log */
	int line;
};

/* ---- raising and passing on ---- */

/* Raise an error without details: return fail(NOT_FOUND_ERROR, "..."); */
#define fail(kind, ...) fail_with((kind), NULL, NO_FIELDS, __VA_ARGS__)

/* Raise with details and a cause (NULL for none). */
#define fail_with(kind, cause, fields, ...)                                    \
	error_raised(error_raise(                                              \
	    __FILE__, __LINE__, (kind), (cause), (fields), __VA_ARGS__))

/* A mistake in one field of a form or body: VALIDATION_ERROR that names it. */
#define fail_field(field, ...)                                                 \
	fail_with(VALIDATION_ERROR, NULL,                                      \
	    FIELDS(error_text("field", "Field", (field))), __VA_ARGS__)

/* Pass an error on to the caller. */
#define TRY(call)                                                              \
	do {                                                                   \
		struct error *try_error = (call);                              \
		if (try_error)                                                 \
			return try_error;                                      \
	} while (0)

#define NO_FIELDS ((struct error_fields){.items = NULL})

/* FIELDS(error_text("email", "Email", x), error_number(...)) */
#define FIELDS(...)                                                            \
	((struct error_fields){                                                \
	    .items = (const struct error_field[]){__VA_ARGS__},                \
	    .count = sizeof((const struct error_field[]){__VA_ARGS__}) /       \
		sizeof(struct error_field)})

/* Details for FIELDS(); texts are copied when the error is raised. */
struct error_field error_text(
    const char *name, const char *label, const char *value);
struct error_field error_number(
    const char *name, const char *label, int64_t number);

/*
 * Make an error in the pool; texts and fields are copied (cut, if the pool
 * is full: raising never fails). Use fail() and fail_with().
 */
NONNULL_RESULT struct error *error_raise(const char *file, int line,
    enum error_kind kind, const struct error *cause, struct error_fields fields,
    const char *format, ...) PRINTF_LIKE(6, 7);

/*
 * The same error. clang's analyzer does not believe NONNULL_RESULT of a
 * function that it does not see, and TRY() would lead it astray; this it sees.
 */
NONNULL_RESULT static inline struct error *error_raised(struct error *error)
{
	if (!error)
		__builtin_unreachable();
	return error;
}

/* Empty the pool: after each request. No error may be used any more. */
void error_reset(void);

/* ---- looking at errors ---- */

/* Is the error (NULL: no) of this kind or of a kind below it? */
bool error_is(const struct error *error, enum error_kind kind);

/* "SoldOutError" */
NONNULL_RESULT const char *error_kind_name(enum error_kind kind);

/* The kind above; TICKETING_ERROR is its own parent. */
enum error_kind error_kind_parent(enum error_kind kind);

/* The value of a field by name, or NULL. */
const char *error_field_value(const struct error *error, const char *name);

/* ---- programming errors ---- */

/* Say why on the log and end the process; the server starts another. */
NORETURN void die_at(const char *file, int line, const char *format, ...)
    PRINTF_LIKE(3, 4);
#define die(...) die_at(__FILE__, __LINE__, __VA_ARGS__)

#endif
