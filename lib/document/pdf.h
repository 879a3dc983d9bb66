/*
 * Pdf: tickets to print, one A4 page each (R40).
 *
 * The upper half is the ticket: event, time, place, holder, seat, code and QR
 * code; folded at the line it is A5. The lower half has the booking, how to
 * use the ticket and the terms. A ticket that admits nobody any more carries
 * its status as a stamp, and no QR code.
 *
 * Long texts shrink, and are cut with an ellipsis only where even the smallest
 * letters do not fit: names and titles of 300 characters do. What characters
 * come out is told in canvas.h.
 */
#ifndef DOCUMENT_PDF_H
#define DOCUMENT_PDF_H

#include "base/arena.h"
#include "base/error.h"
#include "base/money.h"
#include "base/out.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One page. Texts that are not there are "" or NULL. */
struct sheet_ticket {
	const char *code;   /* "TKT-..." */
	const char *pass;   /* the QR code's text, see pass.h */
	const char *holder; /* who may come in */
	const char *tier;   /* "VIP" */
	const char *seat;   /* "A7"; "" in general admission */
	const char *status; /* "Active", "Refunded": a word for people */
	bool is_void;       /* cancelled, refunded: stamp, no QR code */
	struct money price; /* paid for it */
};

/* The tickets of a booking. */
struct ticket_sheet {
	const char *font_directory; /* DATA/fonts, looked into first */
	const char *site;           /* "CampusPass" */
	const char *organiser;      /* who sells */
	const char *contact;        /* email for questions */
	const char *title;          /* of the event */
	const char *timezone;       /* IANA name */
	int64_t doors_at;           /* epoch seconds; 0: not told */
	int64_t starts_at;          /* epoch seconds */
	int64_t ends_at;            /* epoch seconds */
	const char *venue;          /* "City Jazz Club"; "" when online */
	const char *address;        /* postal, or the address of the meeting */
	const char *reference;      /* of the booking */
	const char *buyer;          /* who booked */
	const char *booking_status; /* "Confirmed": a word for people */
	struct money total;         /* of the tickets here */
	const char *terms;          /* plain text, in small print */
	const char *terms_url;      /* where they stand as a page */
	int64_t made_at;            /* epoch seconds: on the page's foot */
	const struct sheet_ticket *tickets;
	size_t ticket_count;
};

/*
 * Append the file: at least one page, for no ticket at all is a programming
 * error. CONFIGURATION_ERROR without fonts, STORAGE_ERROR when libhpdf fails,
 * VALIDATION_ERROR for a pass that no QR code holds.
 */
MUST_CHECK struct error *pdf_write_tickets(
    struct arena *arena, struct out *out, const struct ticket_sheet *sheet);

#endif
