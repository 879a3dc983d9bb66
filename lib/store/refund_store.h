/*
 * Refund store: money on its way back, and money that came late.
 *
 * Invariants
 * - A refund is committed before its gateway is called and settled once:
 *   started -> refunded or failed. Until then it is on its way (R77). One by
 *   hand waits for the staff instead; one that failed becomes so.
 * - Its lines of the ledger are written when the gateway confirms it, in the
 *   same transaction.
 *
 * Writes run within a TRANSACTION.
 */
#ifndef STORE_REFUND_STORE_H
#define STORE_REFUND_STORE_H

#include "model/booking.h"
#include "model/viewer.h"
#include "store/db.h"

/* Add a refund on its way; its id is set. */
MUST_CHECK struct error *refund_store_add(
    struct db *db, struct arena *arena, struct refund *refund);

struct refund_list {
	const struct refund *items;
	size_t count;
};

/* Those on their way at a gateway that nobody asked about since `before`. */
MUST_CHECK struct error *refund_store_open(struct db *db, struct arena *arena,
    int64_t before, struct refund_list *list);

/* The refunds of a booking and of changes of its seats, oldest first. */
MUST_CHECK struct error *refund_store_of_booking(struct db *db,
    struct arena *arena, int64_t booking_id, struct refund_list *list);

/* The gateway was asked, and the refund is still on its way. */
MUST_CHECK struct error *refund_store_asked(
    struct db *db, int64_t refund_id, int64_t now);

/* It is settled: done, or refused for good. *settled if it was not before. */
MUST_CHECK struct error *refund_store_settle(
    struct db *db, int64_t refund_id, bool is_done, int64_t now, bool *settled);

/* Those that a form of the staff has started already. */
MUST_CHECK struct error *refund_store_by_form(struct db *db,
    struct arena *arena, const char *form_key, struct refund_list *list);

/*
 * The staff gave it back: one by hand, or one that its gateway refused.
 * *settled is false for others, and for the second time.
 */
MUST_CHECK struct error *refund_store_settle_by_hand(
    struct db *db, int64_t refund_id, int64_t now, bool *settled);

/* Write the two lines of a refund; the attempt's gateway has paid it. */
MUST_CHECK struct error *ledger_refund(struct db *db,
    const struct payment_attempt *attempt, const struct refund *refund,
    int64_t now);

/* ---- for the staff ---- */

/*
 * What the staff have to give back themselves: what is by hand, and what a
 * gateway refused not longer ago than REFUSED_FOR. SQL says which of `r` may
 * be due; the index refund_due has the same words.
 */
#define REFUND_IS_DUE                                                          \
	"(r.state = 'failed' OR (r.state = 'started' AND r.is_by_hand = 1))"

enum {
	REFUSED_FOR = 90 * 24 * 3600, /* seconds */
	/* On its way for longer at a gateway, a refund needs somebody. */
	REFUND_IS_SLOW = 2 * 24 * 3600,
};

struct due_refund {
	int64_t since;
	const char *reference; /* the booking's */
	const char *event;     /* title */
	const char *timezone;  /* of the event */
	const char *name;      /* the buyer's; may be "" */
	const char *email;     /* "" none */
	struct money amount;
	const char *reason; /* why it is given back */
	bool is_refused;    /* by its gateway */
};

struct due_refund_list {
	const struct due_refund *items;
	size_t count;
};

/* Those of events that the viewer runs, oldest first, at most `limit`. */
MUST_CHECK struct error *refund_store_due(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t now, int64_t limit,
    struct due_refund_list *list);

/* ---- late money ---- */

/* What became of money that came late. */
enum late_fate {
	LATE_KEPT,       /* nothing goes back: the booking's state tells */
	LATE_ON_ITS_WAY, /* back, at the gateway */
	LATE_BY_HAND,    /* the staff have to give it back */
	LATE_REFUSED,    /* the gateway did not give it back */
	LATE_REFUNDED,
};

/* Money that came after its booking had ended (B3). */
struct late_money {
	int64_t id; /* the journal's */
	int64_t came_at;
	const char *reference; /* the booking's */
	const char *slug;      /* the event's */
	const char *event;     /* its title */
	const char *timezone;  /* of the event */
	struct money total;    /* what was paid */
	enum booking_state state;
	const char *name;  /* the buyer's; may be "" */
	const char *email; /* "" none */
	enum late_fate fate;
	int64_t open_since; /* a refund is on its way; 0 none */
};

struct late_money_list {
	const struct late_money *items;
	size_t count;
};

/*
 * That of events which the viewer runs, newest first: what came before the
 * one with the id `before` (0: from the newest), at most `limit`.
 */
MUST_CHECK struct error *late_money_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t before, int64_t limit,
    struct late_money_list *list);

#endif
