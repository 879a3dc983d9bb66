/*
 * Parts of letters, shared by the files lib/mail/letter*.c alone.
 *
 * letter.c has the table of kinds, letter_views.c fills what views show,
 * letter_files.c makes what is attached.
 */
#ifndef MAIL_LETTER_PARTS_H
#define MAIL_LETTER_PARTS_H

#include "booking/shop.h"
#include "document/json.h"
#include "mail/mime.h"
#include "model/booking.h"
#include "model/mail.h"
#include "views/views.h"

/* What comes with a letter, as bits. */
enum letter_file {
	FILE_PDF = 1,      /* the tickets that it shows, if any */
	FILE_CALENDAR = 2, /* the visit, cancelled if it is */
	FILE_IF_MOVED = 4, /* these alone when time or place are others */
};

/* A kind of letter, with a pair of views of one of these types. */
struct letter_kind {
	const char *name;
	const char *title; /* "Your tickets": the subject begins with it */
	/* " at ": the site's name follows; NULL: a colon and the event's */
	const char *site_after;
	unsigned states;  /* of the booking, that it is good for; 0: any */
	unsigned files;   /* enum letter_file */
	const char *path; /* of its link; {} is replaced; NULL: the tickets */
	void (*booking_text)(struct out *, const struct mail_booking_view *);
	void (*booking_html)(struct out *, const struct mail_booking_view *);
	void (*event_text)(struct out *, const struct mail_event_view *);
	void (*event_html)(struct out *, const struct mail_event_view *);
	void (*events_text)(struct out *, const struct mail_events_view *);
	void (*events_html)(struct out *, const struct mail_events_view *);
	void (*account_text)(struct out *, const struct mail_account_view *);
	void (*account_html)(struct out *, const struct mail_account_view *);
};

/* What a letter is made of. */
struct letter_source {
	const struct shop *shop;
	const struct mail *mail;
	const struct letter_kind *kind;
	const json_t *snapshot;
	const json_t *event; /* within it; NULL: none */
	const char *subject;
	struct mail_attachment_list files;
};

/* A text of the snapshot on one line. */
NONNULL_RESULT const char *letter_text(
    const struct letter_source *source, const json_t *object, const char *key);

/* Somebody's name; "" for one that a mail program would make a link of. */
NONNULL_RESULT const char *letter_person(
    const struct letter_source *source, const json_t *object, const char *key);

/* An amount of the snapshot, in its currency. */
struct money letter_money(
    const struct letter_source *source, const json_t *object, const char *key);

/* A path of the site as an absolute address. */
struct url letter_address(const struct letter_source *source, struct url path);

/* Write text and HTML by the kind's views. */
void letter_render(
    const struct letter_source *source, struct out *text, struct out *html);

/*
 * Make what the kind's letters come with. A file that cannot be made is left
 * out, and the log says why: the letter itself matters more.
 */
struct mail_attachment_list letter_files(const struct letter_source *source);

#endif
