/*
 * /api/v1: the door (R42). A program at the door scans as the pages do.
 */
#include "api_v1.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/door.h"
#include "document/pass.h"
#include "store/scan_store.h"
#include "store/ticket_store.h"
#include "web/once.h"

/*
 * The event whose door it is: named, or the ticket's own. A code that is
 * nobody's, without an event, is no scan: there is no door to record it at.
 */
static struct error *find_event(
    struct request *request, const char *name, struct event *event)
{
	const struct shop *shop = &request->shop;
	struct ticket ticket = {.id = 0};
	struct pass pass;
	bool is_old;

	if (*name)
		return api_find_event(request, name, EVENTS_ALL, event);
	if (pass_read(shop->arena, shop->config, request_param(request, "code"),
		&pass))
		TRY(ticket_store_find(
		    shop->db, shop->arena, pass.code, &ticket, &is_old));
	if (!ticket.id)
		return fail(VALIDATION_ERROR, "Ticket not found");
	return event_store_find_id(shop->db, shop->arena, ticket.event_id,
	    EVENTS_ALL, clock_now(), event);
}

static struct error *read_scan(struct request *request, const json_t *body,
    struct scan_request *scan, const char **event)
{
	struct arena *arena = request->shop.arena;
	const char *type;

	*scan = (struct scan_request){
	    .code = request_param(request, "code"),
	    .override = "",
	    .client_key = "",
	};
	if (*request->idempotency_key)
		scan->client_key = once_key(request, "scan");
	TRY(v1_read_name(arena, body, "scanType", "check_in", &type));
	if (!scan_read_type(type, &scan->type))
		return v1_refuse(
		    "scanType", type, "must be check_in, check_out or access");
	TRY(v1_read_name(arena, body, "location", "", &scan->location));
	return v1_read_name(arena, body, "eventId", "", event);
}

static json_t *show_scan(const struct scan *scan)
{
	return json_pack("{s:I, s:I, s:o, s:o, s:s, s:o, s:{}}", "id",
	    (json_int_t)scan->id, "ticketId", (json_int_t)scan->ticket_id,
	    "scannedAt", json_moment(scan->scanned_at), "scanLocation",
	    json_text_or_null(scan->location), "scanType",
	    scan_type_word(scan->type), "scannerUserId",
	    json_integer(scan->user_id), "metadata");
}

/* Whoever works at this door sees the ticket. */
static struct error *answer_scan(
    struct request *request, const struct scan_answer *answer)
{
	const struct shop *shop = &request->shop;
	struct api_ticket ticket;
	json_t *tree;

	if (answer->scan.verdict != SCAN_ADMITTED)
		return fail_with(VALIDATION_ERROR, NULL,
		    FIELDS(error_text("verdict", "Verdict",
			scan_verdict_word(answer->scan.verdict))),
		    "%s", answer->scan.reason);
	TRY(api_store_ticket(shop->db, shop->arena, answer->scan.ticket_id,
	    clock_now(), &ticket));
	TRY(v1_show_a_scanned_ticket(shop, &ticket, &tree));
	json_answer(request,
	    json_pack("{s:o, s:o}", "scan", show_scan(&answer->scan), "ticket",
		tree));
	return NULL;
}

struct error *v1_scan_ticket(struct request *request)
{
	struct scan_request scan;
	struct scan_answer answer;
	const char *event_name = "";
	struct event event;
	json_t *body;

	json_begin(request);
	TRY(json_read_body(request, &body));
	TRY(read_scan(request, body, &scan, &event_name));
	TRY(find_event(request, event_name, &event));
	TRY(door_scan(
	    &request->shop, event.slug, &request->viewer, &scan, &answer));
	return answer_scan(request, &answer);
}
