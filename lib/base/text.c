#include "base/text.h"

#include "base/out.h"

#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

static const char blanks[] = " \t\r\n";

/* ctype.h asks the locale and takes no plain char; these do neither. */

static bool is_digit(char character)
{
	return character >= '0' && character <= '9';
}

static bool is_upper(char character)
{
	return character >= 'A' && character <= 'Z';
}

static bool is_letter(char character)
{
	return is_upper(character) || (character >= 'a' && character <= 'z');
}

static char lower(char character)
{
	return is_upper(character) ? (char)(character + ('a' - 'A'))
				   : character;
}

bool text_equal(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(a, b) == 0;
}

bool text_is_empty(const char *text)
{
	return !text || !*text;
}

bool text_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* RFC 3629, section 4: by first byte, the rest's count and second's range. */
struct utf8_row {
	unsigned char first; /* from here up to the next row's */
	unsigned char more;  /* bytes that follow; 0: never a first byte */
	unsigned char low;   /* least second byte */
	unsigned char high;  /* greatest second byte */
};

static const struct utf8_row utf8_rows[] = {
    {.first = 0xf5, .more = 0},
    {.first = 0xf4, .more = 3, .low = 0x80, .high = 0x8f},
    {.first = 0xf1, .more = 3, .low = 0x80, .high = 0xbf},
    {.first = 0xf0, .more = 3, .low = 0x90, .high = 0xbf},
    {.first = 0xee, .more = 2, .low = 0x80, .high = 0xbf},
    {.first = 0xed, .more = 2, .low = 0x80, .high = 0x9f},
    {.first = 0xe1, .more = 2, .low = 0x80, .high = 0xbf},
    {.first = 0xe0, .more = 2, .low = 0xa0, .high = 0xbf},
    {.first = 0xc2, .more = 1, .low = 0x80, .high = 0xbf},
    {.first = 0x80, .more = 0},
};

/* Length of the character at `bytes`; 0 when it is malformed. */
static size_t utf8_step(const unsigned char *bytes, size_t length)
{
	const struct utf8_row *row = utf8_rows;

	if (bytes[0] < 0x80)
		return 1;
	while (row->first > bytes[0])
		row++;
	if (row->more == 0 || row->more >= length)
		return 0;
	if (bytes[1] < row->low || bytes[1] > row->high)
		return 0;
	for (size_t i = 2; i <= row->more; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	return (size_t)row->more + 1;
}

bool text_is_utf8(const char *bytes, size_t length)
{
	const unsigned char *at = (const unsigned char *)bytes;

	while (length > 0) {
		size_t step = utf8_step(at, length);

		if (step == 0)
			return false;
		at += step;
		length -= step;
	}
	return true;
}

size_t text_length(const char *text)
{
	size_t length = 0;

	for (; *text; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			length++;
	return length;
}

size_t text_character_size(const char *text)
{
	size_t size = *text != '\0';

	while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
		size++;
	return size;
}

/* U+202A to U+202E, U+2066 to U+2069. */
static bool is_turn(const unsigned char *at)
{
	if (at[0] != 0xe2)
		return false;
	return (at[1] == 0x80 && at[2] >= 0xaa && at[2] <= 0xae) ||
	    (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9);
}

bool text_has_control(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	for (; *at; at++) {
		if (*at == '\t' || *at == '\n' || *at == '\r')
			continue;
		if (*at < 0x20 || *at == 0x7f)
			return true;
		/* U+0080 to U+009F are controls, too. */
		if (*at == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0)
			return true;
		if (is_turn(at))
			return true;
	}
	return false;
}

char *text_trim(struct arena *arena, const char *text)
{
	const char *start = text + strspn(text, blanks);
	size_t length = strlen(start);

	while (length > 0 && strchr(blanks, start[length - 1]))
		length--;
	return arena_copy_bytes(arena, start, length);
}

char *text_lower(struct arena *arena, const char *text)
{
	char *copy = arena_copy_bytes(arena, text, strlen(text));

	for (char *at = copy; *at; at++)
		*at = lower(*at);
	return copy;
}

/* The value of digits and a sign; false when it is beyond int64_t. */
static bool add_digits(
    const char *digits, size_t length, bool is_negative, int64_t *result)
{
	/* The negative side has one value more. */
	const uint64_t limit = (uint64_t)INT64_MAX + (is_negative ? 1 : 0);
	uint64_t value = 0;

	for (size_t i = 0; i < length; i++) {
		uint64_t digit = (uint64_t)(digits[i] - '0');

		if (value > (limit - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*result = (int64_t)(is_negative ? 0 - value : value);
	return true;
}

/* The C library's tables; the process's own locale stays "C". */
static locale_t unicode(void)
{
	static locale_t locale;

	if (!locale)
		locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
	return locale;
}

static bool is_ascii(const char *text)
{
	while (*text > 0)
		text++;
	return *text == '\0';
}

char *text_fold(struct arena *arena, const char *text)
{
	struct out out = {.arena = arena};
	locale_t before;
	mbstate_t in = {0}, put = {0};
	const char *end = text + strlen(text);

	/* Needs no tables, which a process of one page would load. */
	if (is_ascii(text))
		return text_lower(arena, text);
	before = unicode() ? uselocale(unicode()) : NULL;
	while (before && text < end) {
		char bytes[MB_LEN_MAX];
		wchar_t wide;
		size_t read = mbrtowc(&wide, text, (size_t)(end - text), &in);
		size_t written;

		if (read == 0 || read > (size_t)(end - text))
			break;
		written = wcrtomb(bytes, (wchar_t)towlower((wint_t)wide), &put);
		if (written == (size_t)-1)
			break;
		out_bytes(&out, bytes, written);
		text += read;
	}
	if (before)
		uselocale(before);
	out_text(&out, text);
	return arena_copy(arena, out_string(&out));
}

enum number_verdict text_number(const char *text, int64_t *result)
{
	const char *at = text ? text + strspn(text, blanks) : "";
	const char *rest;
	bool is_negative = *at == '-';
	size_t length;

	if (!*at)
		return NUMBER_EMPTY;
	if (*at == '-' || *at == '+')
		at++;
	length = strspn(at, "0123456789");
	rest = at + length;
	rest += strspn(rest, blanks);
	if (length == 0 || *rest)
		return NUMBER_MALFORMED;
	if (!add_digits(at, length, is_negative, result))
		return NUMBER_OVERFLOW;
	return NUMBER_OK;
}

bool text_decimal(const char *text, double most, double *result)
{
	char *end;

	/* strtod() takes more. */
	if (*text == '\0' || text[strspn(text, "0123456789.+-eE")] != '\0')
		return false;
	*result = strtod(text, &end);
	return *end == '\0' && *result >= -most && *result <= most;
}

/* Labels of letters, digits, hyphens or non-ASCII, none of them empty. */
static bool is_domain(const char *text)
{
	bool is_label_empty = true;

	for (; *text; text++) {
		char character = *text;

		if (character == '.' && is_label_empty)
			return false;
		is_label_empty = character == '.';
		if (is_label_empty || character == '-')
			continue;
		if ((unsigned char)character < 0x80 && !is_letter(character) &&
		    !is_digit(character))
			return false;
	}
	return !is_label_empty;
}

/* Why a trimmed and lowered address is not one; NULL when it is. */
static const char *email_fault(const char *email)
{
	const char *at = strchr(email, '@');

	if (!*email)
		return "must not be empty";
	if (strlen(email) > EMAIL_LONGEST)
		return "must have at most 254 characters";
	if (!at)
		return "must contain @";
	if (strchr(at + 1, '@'))
		return "must contain @ only once";
	if (at == email)
		return "must have a name before the @";
	/* RFC 5322, 3.2.3: these stand only in quotes, which few servers take.
	 */
	if (text_has_control(email) || strpbrk(email, " \t\r\n\"(),:;<>[\\]"))
		return "must not contain blanks, quotes, commas or brackets";
	if (!is_domain(at + 1))
		return "must have a domain like example.org after the @";
	return NULL;
}

bool text_email(
    struct arena *arena, const char *text, char **result, const char **reason)
{
	char *email = text_lower(arena, text_trim(arena, text ? text : ""));
	const char *fault = email_fault(email);

	if (fault) {
		*reason = fault;
		return false;
	}
	*result = email;
	return true;
}

bool text_has_link(const char *text)
{
	if (strchr(text, '@') || strstr(text, "://") ||
	    strcasestr(text, "www."))
		return true;
	for (const char *dot = strchr(text, '.'); dot;
	     dot = strchr(dot + 1, '.'))
		if (dot > text && !strchr(" \t\r\n.", dot[-1]) &&
		    is_letter(dot[1]) && is_letter(dot[2]))
			return true;
	return false;
}
