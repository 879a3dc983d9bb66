/*
 * Mime: a mail as it travels - headers, text, HTML and attachments.
 *
 * Sources: RFC 5322 (message), RFC 2045-2049 (MIME), RFC 2047 (words in
 * headers that are not ASCII), RFC 3834 (Auto-Submitted), RFC 8058
 * (List-Unsubscribe-Post).
 *
 * Invariants
 * - Every line ends with CRLF and has at most 78 bytes, save for one that
 *   holds an address or a URL longer than that, never over 998.
 * - Everything is ASCII, save an address that is not (RFC 6532).
 * - What stands in a header cannot begin another: line breaks and other
 *   control characters become blanks, runs of blanks become one.
 * - The same message gives the same bytes.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include "base/arena.h"
#include "base/error.h"
#include "base/out.h"
#include <stddef.h>
#include <stdint.h>

/* Somebody in a header. */
struct mime_person {
	const char *name;    /* any text; "" none */
	const char *address; /* as text_email() gives it */
};

/* A file that comes with a mail. */
struct mail_attachment {
	const char *name;  /* "tickets.pdf": ASCII; other bytes become _ */
	const char *type;  /* "application/pdf", with parameters: our own */
	const char *bytes; /* its content */
	size_t length;     /* how many */
};

struct mail_attachment_list {
	const struct mail_attachment *items;
	size_t count;
};

struct mime_message {
	struct mime_person from;
	struct mime_person to;
	struct mime_person reply_to; /* address "": none */
	const char *subject;
	int64_t date;            /* epoch seconds */
	const char *id;          /* left of the Message-ID's @: of our own */
	const char *unsubscribe; /* https address for one click; "" none */
	const char *text;        /* lines end with LF */
	const char *html;        /* the same as HTML */
	struct mail_attachment_list attachments;
};

/*
 * Write a message. VALIDATION_ERROR for an address that cannot stand in a
 * header: such a mail never can be sent.
 */
MUST_CHECK struct error *mime_write(
    struct arena *arena, const struct mime_message *message, struct out *out);

/*
 * A value on one line, as headers show it: valid UTF-8 without controls, with
 * single blanks between its words and none around.
 */
NONNULL_RESULT const char *mime_line(struct arena *arena, const char *text);

/* With this system's line ends, as programs that take mail want it. */
NONNULL_RESULT char *mime_local(struct arena *arena, const struct out *out);

/* ---- parts of it, for tests ---- */

/* A header with any text. */
void mime_put_text(
    struct arena *arena, struct out *out, const char *name, const char *text);

/* A header with a person; the errors of mime_write(). */
MUST_CHECK struct error *mime_put_person(struct arena *arena, struct out *out,
    const char *name, const struct mime_person *person);

/* A text with LF as quoted-printable (RFC 2045, 6.7). */
void mime_put_quoted(struct out *out, const char *text);

/* Bytes in base64, in lines. */
void mime_put_base64(struct out *out, const char *bytes, size_t length);

#endif
