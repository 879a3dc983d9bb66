/*
 * /api/v1: tickets - one's own, and the verdict about a code (R41).
 */
#include "api_v1.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/cancel.h"
#include "booking/ticket.h"
#include "document/pass.h"
#include "store/limit.h"
#include "store/ticket_store.h"

static const char *const status_words[] = {
    "active", "used", "expired", "cancelled", "refunded"};

/* ---- lists ---- */

static struct error *answer_tickets(struct request *request,
    struct api_ticket_filter *filter, enum v1_reader reader)
{
	const struct shop *shop = &request->shop;
	struct api_ticket_list list;
	struct v1_page page;
	json_t *shown;

	TRY(v1_read_page(request, &page));
	TRY(v1_read_word(request, "status", status_words,
	    COUNT_OF(status_words), &filter->status));
	filter->offset = page.offset;
	filter->limit = page.limit;
	TRY(api_store_tickets(
	    shop->db, shop->arena, filter, clock_now(), &list));
	TRY(v1_show_tickets(shop, &list, reader, &shown));
	v1_answer_list(request, "tickets", shown, &page, list.total);
	return NULL;
}

struct error *v1_list_tickets(struct request *request)
{
	struct api_ticket_filter filter = {.user_id = request->viewer.user_id};

	json_begin(request);
	return answer_tickets(request, &filter, V1_BUYER);
}

/* The staff's: of an event that they run. */
struct error *v1_list_event_tickets(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct api_ticket_filter filter = {.user_id = 0};
	struct event event;

	json_begin(request);
	TRY(api_find_event(
	    request, request_param(request, "id"), EVENTS_ALL, &event));
	TRY(event_store_find_managed(shop->db, shop->arena, event.slug,
	    &request->viewer, clock_now(), &event));
	filter.event_id = event.id;
	return answer_tickets(request, &filter, V1_STAFF);
}

/* ---- one's own ---- */

static struct error *find_own(
    const struct request *request, struct api_ticket *ticket)
{
	const struct shop *shop = &request->shop;
	int64_t id;

	if (text_number(request_param(request, "id"), &id) != NUMBER_OK)
		return fail(NOT_FOUND_ERROR, "Ticket not found");
	TRY(api_store_ticket(shop->db, shop->arena, id, clock_now(), ticket));
	if (ticket->user_id != request->viewer.user_id)
		return fail(NOT_FOUND_ERROR, "Ticket not found");
	return NULL;
}

struct error *v1_show_ticket(struct request *request)
{
	struct api_ticket ticket;
	json_t *tree;

	json_begin(request);
	TRY(find_own(request, &ticket));
	TRY(v1_show_a_ticket(&request->shop, &ticket, V1_BUYER, &tree));
	json_answer_tagged(request, tree);
	return NULL;
}

static struct error *check_active(const struct ticket *ticket)
{
	const char *status = ticket_status_word(ticket->status);

	if (ticket->status == TICKET_ACTIVE)
		return NULL;
	return fail_with(VALIDATION_ERROR, NULL,
	    FIELDS(error_text("status", "Status", status)),
	    "Cannot cancel ticket with status: %s", status);
}

struct error *v1_cancel_ticket(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct cancellation cancellation;
	struct api_ticket ticket;
	json_t *tree;

	json_begin(request);
	TRY(find_own(request, &ticket));
	TRY(check_active(&ticket.ticket));
	/* Whatever comes back is right: nobody was shown a sum before. */
	TRY(cancel_do(shop, ticket.reference, ticket.ticket.code,
	    &request->viewer, 0, &cancellation));
	TRY(find_own(request, &ticket));
	TRY(v1_show_a_ticket(shop, &ticket, V1_BUYER, &tree));
	json_answer(request,
	    json_pack("{s:o, s:o}", "ticket", tree, "refund_amount",
		json_money(cancellation.quote.refund)));
	return NULL;
}

/* ---- is a code valid? ---- */

/* Codes cannot be guessed; trying must cost something all the same. */
static struct error *take_validation(const struct request *request)
{
	static const struct limit_rate rate = {
	    .name = "validations of a network",
	    .burst = 300,
	    .seconds = MINUTE,
	    .count = 300};

	if (request->viewer.role > ROLE_USER)
		return NULL;
	return limit_take(request->shop.config, &rate,
	    limit_network(request->shop.arena, request->remote), clock_now());
}

/* Staff of its event see the ticket, everybody else null. */
static struct error *show_to_staff(
    const struct request *request, int64_t ticket_id, json_t **tree)
{
	const struct shop *shop = &request->shop;
	struct api_ticket ticket;
	struct event event;
	struct error *error;

	*tree = json_null();
	if (!ticket_id || request->viewer.role <= ROLE_USER)
		return NULL;
	TRY(api_store_ticket(
	    shop->db, shop->arena, ticket_id, clock_now(), &ticket));
	TRY(event_store_find_id(shop->db, shop->arena, ticket.ticket.event_id,
	    EVENTS_ALL, clock_now(), &event));
	error = event_store_find_door(shop->db, shop->arena, event.slug,
	    &request->viewer, clock_now(), &event);
	if (error_is(error, NOT_FOUND_ERROR))
		return NULL;
	TRY(error);
	return v1_show_a_ticket(shop, &ticket, V1_STAFF, tree);
}

struct error *v1_validate_ticket(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct ticket ticket = {.id = 0};
	bool is_old = false;
	const char *reason;
	struct pass pass;
	json_t *tree;

	json_begin(request);
	TRY(take_validation(request));
	if (pass_read(shop->arena, shop->config, request_param(request, "code"),
		&pass))
		TRY(ticket_store_find(
		    shop->db, shop->arena, pass.code, &ticket, &is_old));
	reason = ticket_judge(shop->arena, &ticket, is_old, clock_now());
	TRY(show_to_staff(request, ticket.id, &tree));
	json_answer(request,
	    json_pack("{s:b, s:o, s:o}", "valid", reason == NULL, "reason",
		json_text_or_null(reason), "ticket", tree));
	return NULL;
}
