#include "store/upkeep_store.h"

/* ---- looking ---- */

/* The first column of all rows as names. */
static void take_names(
    struct arena *arena, const struct db_rows *rows, struct name_list *list)
{
	const char **names = arena_array(arena, rows->count, sizeof(*names));

	for (size_t i = 0; i < rows->count; i++)
		names[i] = row_text(db_row_at(rows, i), 0);
	*list = (struct name_list){.items = names, .count = rows->count};
}

struct error *upkeep_store_gateways(
    struct db *db, struct arena *arena, struct name_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT DISTINCT gateway FROM payment_attempt"
	    " ORDER BY gateway /* scan: seldom */",
	    NO_PARAMS));
	take_names(arena, &rows, list);
	return NULL;
}

struct error *upkeep_store_mails(struct db *db, struct arena *arena,
    int64_t since, int64_t *waiting, int64_t *failed)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT coalesce(sum(state = 'waiting' AND created_at <= $1), 0),"
	    " coalesce(sum(state = 'failed'), 0) FROM outbox"
	    " /* scan: seldom */",
	    PARAMS(integer(since))));
	*waiting = row_integer(db_row_at(&rows, 0), 0);
	*failed = row_integer(db_row_at(&rows, 0), 1);
	return NULL;
}

struct error *upkeep_store_admins(struct db *db, struct arena *arena,
    int64_t *count, struct name_list *unprotected)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT count(*) FROM user WHERE role = 'admin'"
	    " AND disabled_at IS NULL",
	    NO_PARAMS));
	*count = row_integer(db_row_at(&rows, 0), 0);
	TRY(db_query(db, arena, &rows,
	    "SELECT username FROM user WHERE role = 'admin'"
	    " AND disabled_at IS NULL AND two_factor_at IS NULL ORDER BY id",
	    NO_PARAMS));
	take_names(arena, &rows, unprotected);
	return NULL;
}

/* ---- forgetting ---- */

struct error *upkeep_store_past_events(
    struct db *db, struct arena *arena, int64_t before, struct id_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id FROM event WHERE ends_at <= $1 ORDER BY id"
	    " /* scan: drafts too, seldom */",
	    PARAMS(integer(before))));
	*list = rows_ids(arena, &rows);
	return NULL;
}

struct error *upkeep_store_named_bookings(struct db *db, struct arena *arena,
    int64_t event_id, int64_t most, struct id_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT b.id FROM booking b WHERE b.event_id = $1"
	    " AND b.state NOT IN ('held', 'paying')"
	    " AND (b.name <> '' OR b.email IS NOT NULL"
	    "   OR b.browser IS NOT NULL OR b.note <> '' OR b.metadata <> '{}'"
	    "   OR EXISTS (SELECT 1 FROM ticket t WHERE t.booking_id = b.id"
	    "     AND (t.holder_name <> '' OR t.holder_email IS NOT NULL))"
	    "   OR EXISTS (SELECT 1 FROM outbox o WHERE o.booking_id = b.id)"
	    "   OR EXISTS (SELECT 1 FROM journal j WHERE j.booking_id = b.id"
	    "     AND (j.name <> '' OR j.email IS NOT NULL)))"
	    " AND NOT EXISTS (SELECT 1 FROM refund r"
	    "   WHERE r.booking_id = b.id AND r.settled_at IS NULL)"
	    " AND NOT EXISTS (SELECT 1 FROM payment_attempt a"
	    "   WHERE a.booking_id = b.id AND (a.settled_at IS NULL"
	    "     OR a.ask_again_at IS NOT NULL))"
	    " LIMIT $2",
	    PARAMS(integer(event_id), integer(most))));
	*list = rows_ids(arena, &rows);
	return NULL;
}

struct error *upkeep_store_erase_holders(struct db *db, int64_t booking_id)
{
	return db_run(db, NULL,
	    "UPDATE ticket SET holder_name = '', holder_email = NULL"
	    " WHERE booking_id = $1",
	    PARAMS(integer(booking_id)));
}

static struct error *erase_queue(
    struct db *db, int64_t event_id, int64_t *changed)
{
	return db_run(db, changed,
	    "UPDATE queue_entry SET name = '', email = NULL,"
	    " person_key = NULL, browser = NULL"
	    " WHERE event_id = $1 AND booking_id IS NULL"
	    " AND (name <> '' OR email IS NOT NULL OR browser IS NOT NULL)"
	    " /* scan: of no state, seldom */",
	    PARAMS(integer(event_id)));
}

static struct error *erase_journal(
    struct db *db, int64_t event_id, int64_t *changed)
{
	return db_run(db, changed,
	    "UPDATE journal SET name = '', email = NULL"
	    " WHERE event_id = $1 AND booking_id IS NULL"
	    " AND (name <> '' OR email IS NOT NULL)",
	    PARAMS(integer(event_id)));
}

/* A ticket's code names nobody; what is no ticket's may be anything. */
static struct error *erase_scans(
    struct db *db, int64_t event_id, int64_t *changed)
{
	return db_run(db, changed,
	    "UPDATE scan SET undone_why = '',"
	    " reason = CASE outcome WHEN 'admitted' THEN '' ELSE reason END,"
	    " code = CASE WHEN ticket_id IS NULL THEN '' ELSE code END"
	    " WHERE event_id = $1 AND (undone_why <> ''"
	    "   OR (outcome = 'admitted' AND reason <> '')"
	    "   OR (ticket_id IS NULL AND code <> ''))",
	    PARAMS(integer(event_id)));
}

struct error *upkeep_store_erase_event(
    struct db *db, int64_t event_id, int64_t *changed)
{
	int64_t entries, lines, scans;

	TRY(erase_queue(db, event_id, &entries));
	TRY(erase_journal(db, event_id, &lines));
	TRY(erase_scans(db, event_id, &scans));
	*changed = entries + lines + scans;
	return NULL;
}

struct error *upkeep_store_erase_mails(
    struct db *db, int64_t before, int64_t *changed)
{
	return db_run(db, changed,
	    "DELETE FROM outbox WHERE booking_id IS NULL"
	    " AND state <> 'waiting' AND created_at <= $1",
	    PARAMS(integer(before)));
}
