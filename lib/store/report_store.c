#include "store/report_store.h"

/*
 * SQL: what a line of the ledger (l) and a ticket (k) are in a report, with
 * the scope as $1 to $4. The time's index leads: see the tests of plans.
 */
#define MONEY                                                                  \
	" l.currency, 0 AS bookings, 0 AS tickets,"                            \
	" CASE WHEN l.account = 'sales' THEN -l.amount ELSE 0 END AS gross,"   \
	" CASE WHEN l.account = 'refunds' THEN l.amount ELSE 0 END AS refunds"
#define FROM_LEDGER                                                            \
	" FROM ledger l JOIN booking b ON b.id = l.booking_id"                 \
	" JOIN event e ON e.id = b.event_id"                                   \
	" WHERE l.created_at >= $1 AND l.created_at < $2"                      \
	" AND ($3 = 0 OR e.id = $3) AND ($4 = 0 OR e.owner_id = $4)"
#define VALID "CASE WHEN k.status IN ('active', 'used', 'expired')"
#define TICKETS                                                                \
	" count(DISTINCT " VALID " THEN k.booking_id END) AS bookings,"        \
	" sum(" VALID " THEN 1 ELSE 0 END) AS tickets"
#define FROM_TICKET                                                            \
	" FROM ticket k JOIN event e ON e.id = k.event_id"                     \
	" WHERE k.created_at >= $1 AND k.created_at < $2"                      \
	" AND ($3 = 0 OR e.id = $3) AND ($4 = 0 OR e.owner_id = $4)"
#define SUMS " sum(m.bookings), sum(m.tickets), sum(m.gross), sum(m.refunds)"

static struct db_params params_of(
    struct db_value params[4], const struct report_scope *scope)
{
	params[0] = integer(scope->from);
	params[1] = integer(scope->to);
	params[2] = integer(scope->event_id);
	params[3] = integer(scope->owner_id);
	return (struct db_params){.items = params, .count = 4};
}

/* key, name, currency, bookings, tickets, gross, refunds */
static struct report_sum_list read_sums(
    struct arena *arena, const struct db_rows *rows)
{
	struct report_sum *sums =
	    arena_array(arena, rows->count, sizeof(*sums));

	for (size_t i = 0; i < rows->count; i++) {
		struct db_row row = db_row_at(rows, i);

		sums[i] = (struct report_sum){
		    .key = row_text(row, 0),
		    .name = row_text(row, 1),
		    .currency = row_text(row, 2),
		    .bookings = row_integer(row, 3),
		    .tickets = row_integer(row, 4),
		    .gross = row_integer(row, 5),
		    .refunds = row_integer(row, 6),
		};
	}
	return (struct report_sum_list){.items = sums, .count = rows->count};
}

struct error *report_store_total(struct db *db, struct arena *arena,
    const struct report_scope *scope, struct report_sum_list *list)
{
	struct db_value params[4];
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT '', '', m.currency," SUMS " FROM (SELECT" MONEY FROM_LEDGER
	    " UNION ALL SELECT e.currency," TICKETS ", 0, 0" FROM_TICKET
	    " GROUP BY e.currency) m GROUP BY m.currency ORDER BY m.currency",
	    params_of(params, scope)));
	*list = read_sums(arena, &rows);
	return NULL;
}

struct error *report_store_events(struct db *db, struct arena *arena,
    const struct report_scope *scope, struct report_sum_list *list)
{
	struct db_value params[4];
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT v.slug, v.title, m.currency," SUMS
	    " FROM (SELECT e.id AS event_id," MONEY FROM_LEDGER
	    " UNION ALL SELECT e.id, e.currency," TICKETS ", 0, 0" FROM_TICKET
	    " GROUP BY e.id, e.currency) m JOIN event v ON v.id = m.event_id"
	    " GROUP BY v.id, v.slug, v.title, v.starts_at, m.currency"
	    " ORDER BY v.starts_at, v.id, m.currency",
	    params_of(params, scope)));
	*list = read_sums(arena, &rows);
	return NULL;
}

struct error *report_store_gateways(struct db *db, struct arena *arena,
    const struct report_scope *scope, struct report_sum_list *list)
{
	struct db_value params[4];
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT substr(l.account, 9), substr(l.account, 9), l.currency,"
	    " 0, 0,"
	    " sum(CASE WHEN l.kind = 'charge' THEN l.amount ELSE 0 END),"
	    " -sum(CASE WHEN l.kind = 'refund' THEN l.amount ELSE 0"
	    " END)" FROM_LEDGER " AND l.account LIKE 'gateway:%'"
	    " GROUP BY l.account, l.currency ORDER BY l.account, l.currency",
	    params_of(params, scope)));
	*list = read_sums(arena, &rows);
	return NULL;
}

struct error *report_store_tiers(struct db *db, struct arena *arena,
    const struct report_scope *scope, struct report_sum_list *list)
{
	struct db_value params[4];
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT m.title, t.name, m.currency," SUMS
	    " FROM (SELECT k.tier_id, e.title, e.id AS event_id, e.starts_at,"
	    " e.currency," TICKETS ", sum(k.price + k.kept) AS gross,"
	    " sum(k.refunded) AS refunds" FROM_TICKET
	    " GROUP BY k.tier_id, e.title, e.id, e.starts_at, e.currency) m"
	    " JOIN tier t ON t.id = m.tier_id"
	    " GROUP BY m.event_id, m.title, t.id, t.name, t.position, m.starts_at,"
	    " m.currency ORDER BY m.starts_at, m.event_id, t.position, t.id",
	    params_of(params, scope)));
	*list = read_sums(arena, &rows);
	return NULL;
}
