#include "mail/mime.h"

#include "base/clock.h"
#include "base/text.h"
#include "mail/mime_parts.h"
#include <ctype.h>
#include <sodium.h>
#include <string.h>

/* Line breaks in the middle of a header: RFC 5322, 2.2.3. */
#define FOLD "\r\n "

enum {
	LINE = MIME_LINE,
	WORD = 60,       /* longest word, or quoted name, left as it is */
	WORD_FRAME = 12, /* of =?UTF-8?B?...?= */
};

/* ---- values of headers ---- */

/* Controls of Unicode, and its line breaks, are blanks to us. */
static bool is_blank(const char *text, size_t size)
{
	const unsigned char *bytes = (const unsigned char *)text;

	if (size == 1)
		return bytes[0] <= ' ' || bytes[0] == 0x7f;
	if (size == 2)
		return bytes[0] == 0xc2 && bytes[1] < 0xa0;
	return size == 3 && bytes[0] == 0xe2 && bytes[1] == 0x80 &&
	    (bytes[2] == 0xa8 || bytes[2] == 0xa9);
}

const char *mime_line(struct arena *arena, const char *text)
{
	bool is_utf8 = text && text_is_utf8(text, strlen(text));
	struct out out = {.arena = arena};
	bool is_gap = false;

	while (text && *text) {
		size_t size = is_utf8 ? text_character_size(text) : 1;
		bool is_odd = !is_utf8 && (unsigned char)*text >= 0x80;

		if (is_blank(text, size)) {
			is_gap = out.length > 0;
		} else {
			if (is_gap)
				out_char(&out, ' ');
			out_bytes(&out, is_odd ? "?" : text, size);
			is_gap = false;
		}
		text += size;
	}
	return out_string(&out);
}

/* Can a cleaned value stand as it is? "=?" would begin an encoded word. */
static bool is_plain(const char *text)
{
	size_t word = 0;

	for (const char *at = text; *at; at++) {
		word = *at == ' ' ? 0 : word + 1;
		if ((unsigned char)*at >= 0x80 || word > WORD)
			return false;
	}
	return !strstr(text, "=?");
}

/* Bytes of as many whole characters as fit. */
static size_t fitting(const char *text, size_t room)
{
	size_t length = 0;

	while (text[length]) {
		size_t size = text_character_size(text + length);

		if (length + size > room)
			break;
		length += size;
	}
	return length;
}

/*
 * Encoded words (RFC 2047, 2), each with whole characters, from a column of
 * the line on. Returns the column behind them.
 */
static size_t put_encoded(struct out *out, const char *text, size_t column)
{
	char word[LINE + 1];

	while (*text) {
		size_t taken = column + WORD_FRAME < LINE
		    ? (LINE - WORD_FRAME - column) / 4 * 3
		    : 0;

		taken = fitting(text, taken);
		if (taken == 0) {
			OUT_LITERAL(out, FOLD);
			column = 1;
			continue;
		}
		sodium_bin2base64(word, sizeof(word),
		    (const unsigned char *)text, taken,
		    sodium_base64_VARIANT_ORIGINAL);
		out_format(out, "=?UTF-8?B?%s?=", word);
		column += WORD_FRAME + strlen(word);
		text += taken;
		if (*text)
			column = LINE;
	}
	return column;
}

/* Words with blanks between, in lines. */
static void put_words(struct out *out, const char *text, size_t column)
{
	while (*text) {
		size_t length = strcspn(text, " ");

		if (column + 1 + length > LINE) {
			OUT_LITERAL(out, FOLD);
			column = 1;
		} else {
			out_char(out, ' ');
			column++;
		}
		out_bytes(out, text, length);
		column += length;
		text += length + (text[length] == ' ');
	}
}

void mime_put_text(
    struct arena *arena, struct out *out, const char *name, const char *text)
{
	size_t column = strlen(name) + 1;

	out_format(out, "%s:", name);
	text = mime_line(arena, text);
	if (is_plain(text)) {
		put_words(out, text, column);
	} else {
		out_char(out, ' ');
		put_encoded(out, text, column + 1);
	}
	OUT_LITERAL(out, "\r\n");
}

/* ---- people ---- */

/*
 * Does a cleaned name stand in quotes as it is? What would have to be escaped
 * there is encoded as well: not every reader undoes it.
 */
static bool is_quotable(const char *name)
{
	return is_plain(name) && strlen(name) <= WORD && !strpbrk(name, "\"\\");
}

/* RFC 5322, 3.2.3: dot-atom; characters beyond ASCII as RFC 6532 has it. */
static bool is_dot_atom(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '.' &&
		    (i == 0 || i + 1 == length || text[i + 1] == '.'))
			return false;
		if (c < 0x80 && !isalnum(c) &&
		    !strchr(".!#$%&'*+-/=?^_`{|}~", c))
			return false;
	}
	return length > 0;
}

static struct error *check_address(struct arena *arena, const char *address)
{
	const char *reason;
	char *checked;

	if (!text_email(arena, address, &checked, &reason))
		return fail(VALIDATION_ERROR, "The address %s", reason);
	if (!text_is_utf8(address, strlen(address)) ||
	    !text_equal(mime_line(arena, address), address))
		return fail(VALIDATION_ERROR,
		    "The address holds what no mail can be sent to");
	return NULL;
}

static void put_address(struct out *out, const char *address)
{
	size_t length = (size_t)(strrchr(address, '@') - address);

	out_char(out, '<');
	if (is_dot_atom(address, length))
		out_bytes(out, address, length);
	else
		out_format(out, "\"%.*s\"", (int)length, address);
	out_format(out, "%s>", address + length);
}

struct error *mime_put_person(struct arena *arena, struct out *out,
    const char *name, const struct mime_person *person)
{
	size_t column = strlen(name) + 2;
	const char *shown = mime_line(arena, person->name);

	TRY(check_address(arena, person->address));
	out_format(out, "%s: ", name);
	if (*shown && is_quotable(shown)) {
		out_format(out, "\"%s\"", shown);
		column += strlen(shown) + 2;
	} else {
		column = put_encoded(out, shown, column);
	}
	if (*shown)
		out_text(out,
		    column + strlen(person->address) + 5 > LINE ? FOLD : " ");
	put_address(out, person->address);
	OUT_LITERAL(out, "\r\n");
	return NULL;
}

/* ---- the message ---- */

/* Sat, 28 Nov 2026 18:30:00 +0000: HTTP's date with a zone for mail. */
static void put_date(struct arena *arena, struct out *out, int64_t date)
{
	char *text = clock_http_date(arena, date);

	text[strlen(text) - strlen("GMT")] = '\0';
	out_format(out, "Date: %s+0000\r\n", text);
}

/* The sender's domain makes it unique to us. */
static void put_id(struct out *out, const struct mime_message *message)
{
	const char *domain = strrchr(message->from.address, '@') + 1;

	if (!is_dot_atom(domain, strlen(domain)) || !is_plain(domain))
		domain = "localhost";
	out_format(out, "Message-ID: <%s@%s>\r\n", message->id, domain);
}

static void put_unsubscribe(struct out *out, const char *address)
{
	if (text_is_empty(address) || strpbrk(address, " <>\r\n\t"))
		return;
	out_format(out,
	    "List-Unsubscribe:\r\n <%s>\r\n"
	    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
	    address);
}

struct error *mime_write(
    struct arena *arena, const struct mime_message *message, struct out *out)
{
	TRY(mime_put_person(arena, out, "From", &message->from));
	TRY(mime_put_person(arena, out, "To", &message->to));
	if (!text_is_empty(message->reply_to.address))
		TRY(mime_put_person(
		    arena, out, "Reply-To", &message->reply_to));
	mime_put_text(arena, out, "Subject", message->subject);
	put_date(arena, out, message->date);
	put_id(out, message);
	OUT_LITERAL(out,
	    "MIME-Version: 1.0\r\n"
	    "Auto-Submitted: auto-generated\r\n");
	put_unsubscribe(out, message->unsubscribe);
	mime_put_body(out, message);
	return NULL;
}

char *mime_local(struct arena *arena, const struct out *out)
{
	struct out local = {.arena = arena};

	for (size_t i = 0; i < out->length; i++)
		if (out->data[i] != '\r')
			out_char(&local, out->data[i]);
	return arena_copy(arena, out_string(&local));
}
