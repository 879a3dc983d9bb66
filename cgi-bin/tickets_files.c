/*
 * Tickets as files: PDF (R40), the picture of a code (R39), a calendar (R43).
 */
#include "base/clock.h"
#include "base/text.h"
#include "booking/paper.h"
#include "booking/ticket.h"
#include "document/qr.h"
#include "tickets.h"

enum {
	PNG_SCALE = 8 /* pixels a module */
};

/* Slugs, references and codes are safe in a file's name. */
static void offer_file(struct request *request, const struct own *own,
    const char *type, const char *suffix)
{
	request->response.content_type = type;
	request_header(request, "Content-Disposition",
	    arena_format(request->shop.arena,
		"attachment; filename=\"%s-%s%s\"", own->event.slug,
		own->ticket ? own->ticket->code : own->booking.reference,
		suffix));
}

/* ---- PDF ---- */

static struct error *write_pdf(struct request *request, const char *code)
{
	struct own own;

	TRY(tickets_find(request, code, &own));
	TRY(paper_write_tickets(&request->shop, &own.booking, &own.event,
	    own.ticket, &request->viewer, clock_now(),
	    &request->response.body));
	offer_file(request, &own, "application/pdf", ".pdf");
	return NULL;
}

struct error *tickets_booking_pdf(struct request *request)
{
	return write_pdf(request, NULL);
}

struct error *tickets_ticket_pdf(struct request *request)
{
	return write_pdf(request, request_param(request, "code"));
}

/* ---- calendar ---- */

static struct error *write_calendar(struct request *request, const char *code)
{
	struct own own;

	TRY(tickets_find(request, code, &own));
	if (own.booking.state != BOOKING_CONFIRMED &&
	    own.booking.state != BOOKING_CANCELLED)
		return fail(STATE_ERROR, "This booking is not confirmed");
	paper_write_booking_calendar(&request->shop, &own.booking, &own.event,
	    own.ticket, paper_changes(&own.booking, own.ticket),
	    &request->response.body);
	offer_file(request, &own, "text/calendar; charset=utf-8", ".ics");
	return NULL;
}

struct error *tickets_booking_calendar(struct request *request)
{
	return write_calendar(request, NULL);
}

struct error *tickets_ticket_calendar(struct request *request)
{
	return write_calendar(request, request_param(request, "code"));
}

/* ---- codes ---- */

/* A ticket that admits nobody has no code to scan. */
static struct error *find_pass(
    struct request *request, const char **pass, const char **code)
{
	struct own own;

	TRY(tickets_find(request, request_param(request, "code"), &own));
	if (!ticket_is_valid(own.ticket))
		return fail(STATE_ERROR, "This ticket admits nobody any more");
	*code = own.ticket->code;
	*pass = paper_pass(&request->shop, own.ticket);
	return NULL;
}

struct error *tickets_code_png(struct request *request)
{
	const char *pass, *code;

	TRY(find_pass(request, &pass, &code));
	request->response.content_type = "image/png";
	return qr_write_png(
	    request->shop.arena, &request->response.body, pass, PNG_SCALE);
}

struct error *tickets_code_svg(struct request *request)
{
	struct arena *arena = request->shop.arena;
	const char *pass, *code;

	TRY(find_pass(request, &pass, &code));
	request->response.content_type = "image/svg+xml";
	return qr_write_svg(arena, &request->response.body, pass,
	    arena_format(arena, "QR code of ticket %s", code));
}
