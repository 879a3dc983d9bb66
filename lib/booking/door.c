#include "booking/door.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/door_parts.h"
#include "booking/hook.h"
#include "booking/order.h"
#include "booking/ticket.h"
#include "document/pass.h"
#include "store/event_store.h"
#include "store/scan_store.h"
#include "store/ticket_store.h"
#include <inttypes.h>
#include <string.h>

enum {
	CODE_LONGEST = 256, /* bytes of what a scanner sends */
};

/* ---- checking ---- */

struct error *door_check_text(
    const char *name, const char *label, const char *value)
{
	if (text_has_control(value))
		return order_refuse(name, label, "", "cannot be used", NULL);
	if (text_length(value) > DOOR_LOCATION_LONGEST)
		return order_refuse(name, label, "", "is too long", NULL);
	return NULL;
}

struct error *door_check(
    struct arena *arena, const struct scan_request *request)
{
	if (!*text_trim(arena, request->code))
		return order_refuse("code", "Code", "", "is missing", NULL);
	if (strlen(request->code) > CODE_LONGEST ||
	    text_has_control(text_trim(arena, request->code)))
		return order_refuse("code", "Code", "", "is no ticket", NULL);
	TRY(door_check_text("location", "Place", request->location));
	return door_check_text("override", "Reason", request->override);
}

/* ---- judging ---- */

static bool is_same_day(const struct event *event, int64_t a, int64_t b)
{
	return clock_day_start(a, event->timezone) ==
	    clock_day_start(b, event->timezone);
}

/* In once a check-in is the last move before, or the next move after. */
static const struct scan *find_neighbour(
    const struct scan_list *past, int64_t at)
{
	const struct scan *before = NULL;

	for (size_t i = 0; i < past->count; i++) {
		const struct scan *scan = &past->items[i];

		if (scan->scanned_at > at) {
			if (scan->type == SCAN_CHECK_IN)
				return scan;
			break;
		}
		before = scan;
	}
	return before && before->type == SCAN_CHECK_IN ? before : NULL;
}

static const struct scan *find_admission(
    const struct event *event, const struct scan_list *past, int64_t at)
{
	if (event->door_rule == DOOR_REENTRY)
		return find_neighbour(past, at);
	for (size_t i = past->count; i-- > 0;) {
		const struct scan *scan = &past->items[i];

		if (scan->type != SCAN_CHECK_IN)
			continue;
		if (event->door_rule == DOOR_ONCE ||
		    is_same_day(event, scan->scanned_at, at))
			return scan;
	}
	return NULL;
}

/* Is the last move up to `at` a check-in? */
static bool is_in(const struct scan_list *past, int64_t at)
{
	bool is_in = false;

	for (size_t i = 0; i < past->count; i++)
		if (past->items[i].scanned_at <= at)
			is_in = past->items[i].type == SCAN_CHECK_IN;
	return is_in;
}

static enum scan_verdict judge_time(
    const struct ticket *ticket, const struct scan_request *request, int64_t at)
{
	if (*request->override)
		return SCAN_ADMITTED;
	if (at < ticket->valid_from)
		return SCAN_TOO_EARLY;
	return at > ticket->valid_until ? SCAN_TOO_LATE : SCAN_ADMITTED;
}

/* A live ticket of this event. Fills in the admission in the way. */
static enum scan_verdict judge_live(const struct event *event,
    const struct ticket *ticket, const struct scan_list *past,
    const struct scan_request *request, struct scan *scan)
{
	const struct scan *other;

	if (request->type == SCAN_CHECK_OUT)
		return is_in(past, scan->scanned_at) ? SCAN_ADMITTED
						     : SCAN_NOT_IN;
	if (request->type == SCAN_CHECK_IN) {
		other = find_admission(event, past, scan->scanned_at);
		if (other) {
			scan->other_id = other->id;
			return SCAN_ALREADY_IN;
		}
	}
	return judge_time(ticket, request, scan->scanned_at);
}

/* R41's words for a verdict. */
static const char *say_reason(struct arena *arena, const struct ticket *ticket,
    bool is_old, enum scan_verdict verdict, int64_t at)
{
	switch (verdict) {
	case SCAN_ADMITTED:
	case SCAN_OTHER:
		return "";
	case SCAN_WRONG_EVENT:
		return "Ticket is for another event";
	case SCAN_ALREADY_IN:
		return "Ticket status is used";
	case SCAN_NOT_IN:
		return "Ticket is not checked in";
	case SCAN_TOO_EARLY:
		return "Ticket not yet valid";
	case SCAN_TOO_LATE:
		return "Ticket has expired";
	case SCAN_NOT_FOUND:
	case SCAN_DEAD:
	default:
		return ticket_judge(arena, ticket, is_old, at);
	}
}

static struct error *judge(const struct shop *shop, const struct event *event,
    const struct scan_request *request, struct scan *scan,
    struct ticket *ticket)
{
	struct scan_list past = {.count = 0};
	bool is_old = false;
	struct pass pass;

	*ticket = (struct ticket){.id = 0};
	if (pass_read(shop->arena, shop->config, scan->code, &pass))
		TRY(ticket_store_find(
		    shop->db, shop->arena, pass.code, ticket, &is_old));
	if (ticket->id)
		TRY(scan_store_of_ticket(
		    shop->db, shop->arena, ticket->id, &past));
	scan->ticket_id = ticket->id;
	if (ticket->id == 0)
		scan->verdict = SCAN_NOT_FOUND;
	else if (ticket->event_id != event->id)
		scan->verdict = SCAN_WRONG_EVENT;
	else if (is_old || !ticket_is_valid(ticket))
		scan->verdict = SCAN_DEAD;
	else
		scan->verdict = judge_live(event, ticket, &past, request, scan);
	scan->reason = say_reason(
	    shop->arena, ticket, is_old, scan->verdict, scan->scanned_at);
	return NULL;
}

/* ---- recording ---- */

/* What was done: decided here for one made now, told for others. */
static void decide(const struct scan_request *request, struct scan *scan)
{
	bool is_off_line = request->scanned_at != 0;

	scan->outcome = OUTCOME_REFUSED;
	if (is_off_line && request->refused) {
		scan->reason =
		    *request->refused ? request->refused : scan->reason;
		if (scan->verdict == SCAN_ADMITTED)
			scan->verdict = SCAN_OTHER;
		return;
	}
	if (scan->verdict == SCAN_ADMITTED) {
		scan->outcome = OUTCOME_ADMITTED;
		scan->reason = request->override;
	} else if (is_off_line) {
		scan->outcome = OUTCOME_CONFLICT;
	}
	/* Who is out is out, whatever came here in which order. */
	if (is_off_line && scan->verdict == SCAN_NOT_IN)
		scan->outcome = OUTCOME_ADMITTED;
}

/* Fill in the rest of the answer from what is in the database by now. */
static struct error *complete(const struct shop *shop,
    const struct event *event, struct scan_answer *answer)
{
	struct ticket *ticket = &answer->ticket;
	struct pass pass;
	bool is_old;

	TRY(scan_store_find(
	    shop->db, shop->arena, event->id, answer->scan.id, &answer->scan));
	*ticket = (struct ticket){.id = 0};
	if (answer->scan.ticket_id == 0 ||
	    !pass_read(shop->arena, shop->config, answer->scan.code, &pass))
		return NULL;
	return ticket_store_find(
	    shop->db, shop->arena, pass.code, ticket, &is_old);
}

static const char *make_key(const struct shop *shop, const struct event *event,
    const struct scan_request *request)
{
	if (!*request->client_key)
		return "";
	return arena_format(
	    shop->arena, "%" PRId64 ":%s", event->id, request->client_key);
}

/* The ticket's code, where the text is one of ours; else what was read. */
static const char *tidy_code(const struct shop *shop, const char *text)
{
	struct pass pass;

	if (pass_read(shop->arena, shop->config, text, &pass))
		return pass.code;
	return text_trim(shop->arena, text);
}

/* The same request, made before? One made now only for a moment. */
static struct error *find_repeated(const struct shop *shop,
    const struct scan_request *request, int64_t now, struct scan *scan)
{
	struct scan before = {.id = 0};
	bool is_same;

	if (*scan->client_key)
		TRY(scan_store_find_key(
		    shop->db, shop->arena, scan->client_key, &before));
	if (before.id == 0)
		return NULL;
	is_same = before.type == request->type &&
	    text_equal(before.code, scan->code) &&
	    (!*request->override ||
		text_equal(before.reason, request->override)) &&
	    now - before.recorded_at <= DOOR_REPEAT_SECONDS;
	if (is_same || request->scanned_at != 0)
		*scan = before;
	else
		scan->client_key = "";
	return NULL;
}

/* Would the rule let it in, beside those that it let in? */
static bool is_cleared(
    const struct event *event, const struct scan *scan, struct scan_list fair)
{
	return scan->outcome == OUTCOME_CONFLICT &&
	    scan->verdict == SCAN_ALREADY_IN &&
	    !find_admission(event, &fair, scan->scanned_at);
}

/* Those of a ticket's scans that are no conflicts, and `more`, in order. */
static struct scan_list fair_scans(
    struct arena *arena, const struct scan_list *all, const bool *more)
{
	struct scan *scans = arena_array(arena, all->count, sizeof(*scans));
	struct scan_list list = {.items = scans};

	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].outcome == OUTCOME_ADMITTED || more[i])
			scans[list.count++] = all->items[i];
	return list;
}

struct error *door_settle_in(
    const struct shop *shop, const struct event *event, int64_t ticket_id)
{
	struct scan_list all;
	bool *cleared;

	TRY(scan_store_settle(shop->db, ticket_id));
	TRY(scan_store_of_ticket(shop->db, shop->arena, ticket_id, &all));
	cleared = arena_array(shop->arena, all.count, sizeof(*cleared));
	for (size_t i = 0; i < all.count; i++) {
		const struct scan *scan = &all.items[i];

		cleared[i] = is_cleared(
		    event, scan, fair_scans(shop->arena, &all, cleared));
		if (cleared[i])
			TRY(scan_store_clear(shop->db, scan->id));
	}
	return NULL;
}

static struct error *tell_hooks(const struct shop *shop,
    const struct event *event, const struct scan_answer *answer, int64_t now)
{
	const struct scan *scan = &answer->scan;
	const struct hook_news news = {
	    .type = HOOK_CHECKED_IN,
	    .event_id = event->id,
	    .booking_id = answer->ticket.booking_id,
	    .ticket_id = scan->ticket_id,
	};

	if (scan->outcome == OUTCOME_REFUSED || !scan->ticket_id ||
	    scan->type != SCAN_CHECK_IN)
		return NULL;
	return hook_add_in(shop, &news, now);
}

struct error *door_scan_in(const struct shop *shop, const struct event *event,
    const struct viewer *viewer, const struct scan_request *request,
    struct scan_answer *answer)
{
	int64_t now = clock_now(), at = request->scanned_at;
	struct scan *scan = &answer->scan;

	*answer = (struct scan_answer){.is_repeated = false};
	*scan = (struct scan){
	    .event_id = event->id,
	    .code = tidy_code(shop, request->code),
	    .type = request->type,
	    .location = text_trim(shop->arena, request->location),
	    .user_id = viewer->user_id,
	    .client_key = make_key(shop, event, request),
	    .scanned_at = at > 0 && at < now ? at : now,
	    .recorded_at = now,
	};
	TRY(find_repeated(shop, request, now, scan));
	if (scan->id) {
		answer->is_repeated = true;
		return complete(shop, event, answer);
	}
	TRY(judge(shop, event, request, scan, &answer->ticket));
	decide(request, scan);
	TRY(scan_store_add(shop->db, shop->arena, scan));
	if (scan->outcome != OUTCOME_REFUSED && scan->ticket_id)
		TRY(door_settle_in(shop, event, scan->ticket_id));
	TRY(tell_hooks(shop, event, answer, now));
	return complete(shop, event, answer);
}

struct error *door_scan(const struct shop *shop, const char *event,
    const struct viewer *viewer, const struct scan_request *request,
    struct scan_answer *answer)
{
	struct event found;

	TRY(event_store_find_door(
	    shop->db, shop->arena, event, viewer, clock_now(), &found));
	TRY(door_check(shop->arena, request));
	return TRANSACTION(
	    shop->db, door_scan_in(shop, &found, viewer, request, answer));
}
