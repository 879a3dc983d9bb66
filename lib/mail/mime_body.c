/*
 * Bodies of mails: two alternatives, and what is attached; see mime.h.
 */
#include "mail/mime_parts.h"

#include "base/text.h"
#include <ctype.h>
#include <sodium.h>
#include <string.h>

enum {
	BASE64_BYTES = 57 /* that make a line of 76 */
};

static bool is_line_end(const char *text)
{
	return *text == '\0' || *text == '\n' ||
	    (*text == '\r' && text[1] == '\n');
}

/*
 * Must it be escaped? Beside what RFC 2045 wants: what programs on the way
 * take for something else, a dot alone or From at the start of a line.
 */
static bool is_escaped(const char *at, bool is_line_start)
{
	unsigned char c = (unsigned char)*at;

	if (c == ' ' || c == '\t')
		return is_line_end(at + 1);
	if (is_line_start && (c == '.' || text_starts_with(at, "From ")))
		return true;
	return c < '!' || c > '~' || c == '=';
}

void mime_put_quoted(struct out *out, const char *text)
{
	size_t column = 0;

	for (const char *at = text; *at; at++) {
		bool is_escape;

		if (is_line_end(at)) {
			OUT_LITERAL(out, "\r\n");
			at += *at == '\r';
			column = 0;
			continue;
		}
		is_escape = is_escaped(at, column == 0);
		if (column + (is_escape ? 3 : 1) >= MIME_LINE) {
			OUT_LITERAL(out, "=\r\n");
			column = 0;
			is_escape = is_escaped(at, true);
		}
		if (is_escape)
			out_format(out, "=%02X", (unsigned)(unsigned char)*at);
		else
			out_char(out, *at);
		column += is_escape ? 3 : 1;
	}
	if (column > 0)
		OUT_LITERAL(out, "\r\n");
}

void mime_put_base64(struct out *out, const char *bytes, size_t length)
{
	char line[MIME_LINE + 1];

	for (size_t at = 0; at < length; at += BASE64_BYTES) {
		size_t size =
		    length - at < BASE64_BYTES ? length - at : BASE64_BYTES;

		sodium_bin2base64(line, sizeof(line),
		    (const unsigned char *)bytes + at, size,
		    sodium_base64_VARIANT_ORIGINAL);
		out_format(out, "%s\r\n", line);
	}
}

static void put_text_part(struct out *out, const char *type, const char *text)
{
	out_format(out,
	    "Content-Type: %s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
	    type);
	mime_put_quoted(out, text);
}

static void put_attachment(
    struct out *out, const struct mail_attachment *attachment)
{
	out_format(out,
	    "Content-Type: %s\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "Content-Disposition: attachment; filename=\"",
	    attachment->type);
	for (const char *at = attachment->name; *at; at++)
		out_char(out,
		    isalnum((unsigned char)*at) || strchr("._-", *at) ? *at
								      : '_');
	OUT_LITERAL(out, "\"\r\n\r\n");
	mime_put_base64(out, attachment->bytes, attachment->length);
}

/* No line of quoted-printable or base64 holds "=_" (RFC 2045, 6.7). */
static void put_alternatives(
    struct out *out, const struct mime_message *message)
{
	out_format(out,
	    "Content-Type: multipart/alternative;\r\n"
	    " boundary=\"=_alternative_%s\"\r\n\r\n",
	    message->id);
	out_format(out, "--=_alternative_%s\r\n", message->id);
	put_text_part(out, "text/plain", message->text);
	out_format(out, "--=_alternative_%s\r\n", message->id);
	put_text_part(out, "text/html", message->html);
	out_format(out, "--=_alternative_%s--\r\n", message->id);
}

void mime_put_body(struct out *out, const struct mime_message *message)
{
	if (message->attachments.count == 0) {
		put_alternatives(out, message);
		return;
	}
	out_format(out,
	    "Content-Type: multipart/mixed;\r\n"
	    " boundary=\"=_mixed_%s\"\r\n\r\n--=_mixed_%s\r\n",
	    message->id, message->id);
	put_alternatives(out, message);
	for (size_t i = 0; i < message->attachments.count; i++) {
		out_format(out, "--=_mixed_%s\r\n", message->id);
		put_attachment(out, &message->attachments.items[i]);
	}
	out_format(out, "--=_mixed_%s--\r\n", message->id);
}
