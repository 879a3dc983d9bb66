#include "store/proof_store.h"

#include "base/out.h"
#include "store/db.h"

/* What has been found so far. */
struct proof {
	struct db *db;
	struct arena *arena;
	struct out findings;
};

/* A statement whose rows are what must not be: each is a finding. */
#define PROVE(proof, words, literal)                                           \
	do {                                                                   \
		struct db_rows rows;                                           \
		TRY(db_query(                                                  \
		    (proof)->db, (proof)->arena, &rows, literal, NO_PARAMS));  \
		report((proof), (words), &rows);                               \
	} while (0)

static void report(
    struct proof *proof, const char *words, const struct db_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		out_format(&proof->findings, "%s: %s\n", words,
		    row_text(db_row_at(rows, i), 0));
}

static struct error *check_tiers(struct proof *proof)
{
	PROVE(proof, "I1: more sold and held than there is",
	    "SELECT e.slug || '/' || t.slug || ' ' || (t.sold + t.held) ||"
	    " ' of ' || t.capacity FROM tier t JOIN event e"
	    " ON e.id = t.event_id WHERE t.sold + t.held > t.capacity"
	    " /* scan: proves every tier */");
	PROVE(proof, "I1: sold is not the number of valid tickets",
	    "SELECT e.slug || '/' || t.slug || ' says ' || t.sold ||"
	    " ', tickets ' || (SELECT count(*) FROM ticket k"
	    "   WHERE k.event_id = t.event_id AND k.tier_id = t.id"
	    "   AND k.status IN ('active', 'used', 'expired'))"
	    " FROM tier t JOIN event e ON e.id = t.event_id"
	    " WHERE t.sold <> (SELECT count(*) FROM ticket k"
	    "   WHERE k.event_id = t.event_id AND k.tier_id = t.id"
	    "   AND k.status IN ('active', 'used', 'expired'))"
	    " /* scan: proves every tier */");
	PROVE(proof, "I1: held is not what bookings hold, tier",
	    "SELECT t.id || ' says ' || t.held || ', bookings ' ||"
	    " coalesce(h.held, 0) FROM tier t LEFT JOIN (SELECT i.tier_id,"
	    "   sum(i.quantity) AS held FROM booking_item i JOIN booking b"
	    "   ON b.id = i.booking_id WHERE b.state IN ('held', 'paying')"
	    "   AND i.is_live = 1 GROUP BY i.tier_id) h ON h.tier_id = t.id"
	    " WHERE t.held <> coalesce(h.held, 0)"
	    " /* scan: proves every tier */");
	return NULL;
}

static struct error *check_bookings(struct proof *proof)
{
	PROVE(proof, "I2: a seat in several live bookings, seat",
	    "SELECT i.seat_id || '' FROM booking_item i WHERE i.is_live = 1"
	    " AND i.seat_id IS NOT NULL GROUP BY i.seat_id"
	    " HAVING count(*) > 1");
	PROVE(proof, "total is not the sum of the items",
	    "SELECT b.reference FROM booking b LEFT JOIN (SELECT booking_id,"
	    "   sum(quantity * price) AS total, sum(quantity) AS quantity"
	    "   FROM booking_item GROUP BY booking_id) i ON i.booking_id = b.id"
	    " WHERE (b.total <> coalesce(i.total, -1)"
	    "   AND b.changes_id IS NULL)"
	    " OR b.quantity <> coalesce(i.quantity, -1)"
	    " /* scan: proves every booking */");
	PROVE(proof, "confirmed without a ticket for each place",
	    "SELECT b.reference FROM booking b WHERE b.state = 'confirmed'"
	    " AND b.changes_id IS NULL AND b.quantity <> (SELECT count(*) FROM ticket k"
	    "   WHERE k.booking_id = b.id) /* scan: proves every booking */");
	PROVE(proof, "I12: confirmed without a mail",
	    "SELECT b.reference FROM booking b WHERE b.state = 'confirmed'"
	    " AND b.email <> '' AND b.changes_id IS NULL"
	    " AND NOT EXISTS (SELECT 1 FROM outbox o"
	    "   WHERE o.booking_id = b.id AND o.kind = 'confirmed')"
	    " /* scan: proves every booking */");
	return NULL;
}

static struct error *check_ledger(struct proof *proof)
{
	PROVE(proof, "I7: an entry that does not add up to zero",
	    "SELECT entry FROM ledger GROUP BY entry, currency"
	    " HAVING sum(amount) <> 0 /* scan: proves every entry */");
	PROVE(proof, "I7: captured but not in the ledger, attempt",
	    "SELECT a.idempotency_key FROM payment_attempt a"
	    " WHERE a.state = 'captured' AND a.amount <> coalesce(("
	    "SELECT sum(l.amount) FROM ledger l"
	    " WHERE l.payment_attempt_id = a.id AND l.kind = 'charge'"
	    " AND l.account LIKE 'gateway:%'), 0)"
	    " /* scan: proves every attempt */");
	PROVE(proof, "I6: more refunded than captured, attempt",
	    "SELECT a.idempotency_key FROM payment_attempt a JOIN (SELECT"
	    "   payment_attempt_id, sum(amount) AS amount FROM refund"
	    "   WHERE state <> 'failed' GROUP BY payment_attempt_id) r"
	    " ON r.payment_attempt_id = a.id WHERE r.amount > a.amount"
	    " OR a.state <> 'captured' /* scan: proves every refund */");
	PROVE(proof, "I7: refunded but not in the ledger, refund",
	    "SELECT r.idempotency_key FROM refund r WHERE r.state = 'refunded'"
	    " AND r.amount <> coalesce((SELECT sum(l.amount) FROM ledger l"
	    "   WHERE l.refund_id = r.id AND l.account = 'refunds'), 0)"
	    " /* scan: proves every refund */");
	PROVE(proof, "I6: captured twice, and not refunded",
	    "SELECT b.reference FROM booking b WHERE 1 < ("
	    "SELECT count(*) FROM payment_attempt a WHERE a.booking_id = b.id"
	    "   AND a.state = 'captured' AND a.amount > coalesce(("
	    "     SELECT sum(r.amount) FROM refund r"
	    "     WHERE r.payment_attempt_id = a.id"
	    "     AND r.state <> 'failed'), 0))"
	    " /* scan: proves every booking */");
	return NULL;
}

/*
 * SQL: what came in, less what went back, for booking `r` and for changes of
 * its seats.
 */
#define MONEY_IN                                                               \
	"coalesce((SELECT sum(a.amount - coalesce((SELECT sum(f.amount)"       \
	" FROM refund f WHERE f.payment_attempt_id = a.id"                     \
	" AND f.state <> 'failed'), 0))"                                       \
	" FROM booking b JOIN payment_attempt a ON a.booking_id = b.id"        \
	" WHERE (b.id = r.id OR b.changes_id = r.id)"                          \
	" AND a.state = 'captured'), 0)"
/* SQL: what its tickets are worth, and what we keep of those cancelled. */
#define TICKETS_WORTH                                                          \
	"coalesce((SELECT sum(k.price - k.refunded + k.kept) FROM ticket k"    \
	" WHERE k.booking_id = r.id), 0)"

static struct error *check_money(struct proof *proof)
{
	PROVE(proof, "I5: money is not what the tickets are worth",
	    "SELECT r.reference || ' has ' || " MONEY_IN
	    " || ', tickets ' || " TICKETS_WORTH " FROM booking r"
	    " WHERE r.changes_id IS NULL"
	    " AND r.state NOT IN ('held', 'paying')"
	    " AND " MONEY_IN " <> " TICKETS_WORTH
	    " /* scan: proves every booking */");
	return NULL;
}

struct error *proof_store_check(
    struct db *db, struct arena *arena, const char **findings)
{
	struct proof proof = {
	    .db = db, .arena = arena, .findings = {.arena = arena}};

	TRY(check_tiers(&proof));
	TRY(check_bookings(&proof));
	TRY(check_ledger(&proof));
	TRY(check_money(&proof));
	*findings = out_string(&proof.findings);
	return NULL;
}
