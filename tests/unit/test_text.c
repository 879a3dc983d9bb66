#include "base/slug.h"
#include "base/text.h"
#include "tap.h"

#include <string.h>

static struct arena arena;

static void test_compare(void)
{
	ok(text_equal("a", "a"), "equal");
	ok(!text_equal("a", "b"), "not equal");
	ok(text_equal(NULL, NULL), "two NULLs");
	ok(!text_equal(NULL, ""), "NULL and empty");
	ok(!text_equal("", NULL), "empty and NULL");
	ok(text_is_empty(NULL), "NULL is empty");
	ok(text_is_empty(""), "\"\" is empty");
	ok(!text_is_empty(" "), "a blank is not empty");
	ok(text_starts_with("abc", "ab"), "prefix");
	ok(text_starts_with("abc", ""), "empty prefix");
	ok(!text_starts_with("a", "ab"), "prefix longer than the text");
}

static void test_utf8(void)
{
	static const struct {
		const char *bytes;
		bool is_utf8;
		const char *name;
	} rows[] = {
	    {"", true, "empty"},
	    {"plain", true, "ASCII"},
	    {"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x8e\xab", true, "2, 3, 4 bytes"},
	    {"\xc2\x80", true, "U+0080"},
	    {"\xdf\xbf", true, "U+07FF"},
	    {"\xe0\xa0\x80", true, "U+0800"},
	    {"\xed\x9f\xbf", true, "U+D7FF"},
	    {"\xee\x80\x80", true, "U+E000"},
	    {"\xef\xbf\xbf", true, "U+FFFF"},
	    {"\xf0\x90\x80\x80", true, "U+10000"},
	    {"\xf4\x8f\xbf\xbf", true, "U+10FFFF"},
	    {"\x80", false, "a continuation alone"},
	    {"\xc0\x80", false, "overlong NUL"},
	    {"\xc1\xbf", false, "overlong, 2 bytes"},
	    {"\xe0\x9f\xbf", false, "overlong, 3 bytes"},
	    {"\xf0\x8f\xbf\xbf", false, "overlong, 4 bytes"},
	    {"\xed\xa0\x80", false, "surrogate"},
	    {"\xed\xbf\xbf", false, "last surrogate"},
	    {"\xf4\x90\x80\x80", false, "beyond U+10FFFF"},
	    {"\xf5\x80\x80\x80", false, "0xf5"},
	    {"\xff", false, "0xff"},
	    {"\xc3", false, "cut, 2 bytes"},
	    {"\xe2\x82", false, "cut, 3 bytes"},
	    {"\xf0\x9f\x8e", false, "cut, 4 bytes"},
	    {"\xe2\x82z", false, "third byte no continuation"},
	    {"\xc3z", false, "second byte no continuation"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		ok(text_is_utf8(rows[i].bytes, strlen(rows[i].bytes)) ==
			rows[i].is_utf8,
		    "UTF-8: %s", rows[i].name);
	ok(text_is_utf8("a\0b", 3), "UTF-8: a NUL inside");
	is_number((int64_t)text_length("\xc3\xa4\xe2\x82\xac "
				       "a\xf0\x9f\x8e\xab"),
	    5, "characters");
}

static void test_control(void)
{
	static const struct {
		const char *text;
		bool has;
	} rows[] = {
	    {"", false},
	    {"tab\tlf\ncr\r", false},
	    {"\xc3\xa4\xc2\xa0", false},
	    {"\x01", true},
	    {"a\x1b[0m", true},
	    {"\x7f", true},
	    {"\xc2\x85", true},
	    {"\xc2\x9f", true},
	    {"Ada \xe2\x80\xae", true},
	    {"\xe2\x80\xaa", true},
	    {"\xe2\x81\xa6"
	     "Ada",
		true},
	    {"\xe2\x81\xa9", true},
	    /* Marks that only say a direction are part of names. */
	    {"\xe2\x80\x8f\xe2\x80\xaf\xe2\x80\xa9\xe2\x81\xa5", false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		ok(text_has_control(rows[i].text) == rows[i].has,
		    "control characters, row %zu", i);
}

static void test_copies(void)
{
	is_text(text_trim(&arena, " \t\r\n a b \n"), "a b", "trim");
	is_text(text_trim(&arena, "a"), "a", "nothing to trim");
	is_text(text_trim(&arena, " \t "), "", "all trimmed");
	is_text(text_trim(&arena, ""), "", "trim of nothing");
	is_text(
	    text_lower(&arena, "AZaz[@\xc3\x84"), "azaz[@\xc3\x84", "lower");
}

static void test_numbers(void)
{
	static const struct {
		const char *text;
		enum number_verdict verdict;
		int64_t value;
	} rows[] = {
	    {"0", NUMBER_OK, 0},
	    {"42", NUMBER_OK, 42},
	    {" \t42\r\n", NUMBER_OK, 42},
	    {"+42", NUMBER_OK, 42},
	    {"-42", NUMBER_OK, -42},
	    {"-0", NUMBER_OK, 0},
	    {"0000000000000000000000000042", NUMBER_OK, 42},
	    {"9223372036854775807", NUMBER_OK, INT64_MAX},
	    {"-9223372036854775808", NUMBER_OK, INT64_MIN},
	    {"9223372036854775808", NUMBER_OVERFLOW, 0},
	    {"-9223372036854775809", NUMBER_OVERFLOW, 0},
	    {"99999999999999999999999", NUMBER_OVERFLOW, 0},
	    {"99999999999999999999999x", NUMBER_MALFORMED, 0},
	    {NULL, NUMBER_EMPTY, 0},
	    {"", NUMBER_EMPTY, 0},
	    {" \n", NUMBER_EMPTY, 0},
	    {"abc", NUMBER_MALFORMED, 0},
	    {"2.9", NUMBER_MALFORMED, 0},
	    {"2.", NUMBER_MALFORMED, 0},
	    {"1_0", NUMBER_MALFORMED, 0},
	    {"1e3", NUMBER_MALFORMED, 0},
	    {"0x10", NUMBER_MALFORMED, 0},
	    {"1 0", NUMBER_MALFORMED, 0},
	    {"+", NUMBER_MALFORMED, 0},
	    {"- 4", NUMBER_MALFORMED, 0},
	    {"+-4", NUMBER_MALFORMED, 0},
	    {"\xd9\xa1", NUMBER_MALFORMED, 0},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *name = rows[i].text ? rows[i].text : "(NULL)";
		int64_t value = -1;

		is_number(
		    text_number(rows[i].text, &value), rows[i].verdict, name);
		if (rows[i].verdict == NUMBER_OK)
			is_number(value, rows[i].value, name);
		else
			is_number(value, -1, "the result is left alone");
	}
}

static void test_slugs(void)
{
	static const struct {
		const char *title;
		const char *slug;
	} rows[] = {
	    {"Hip-Hop Bash", "hip-hop-bash"},
	    {"Rock Night Live!", "rock-night-live"},
	    {"  --a  --  b--  ", "a-b"},
	    {"2026", "2026"},
	    {"", "event"},
	    {"!!!", "event"},
	    {"ä", "a"},
	    {"Café Nuit", "cafe-nuit"},
	    {"Öffentliche Übung", "offentliche-ubung"},
	    {"Łódź, Žižkov", "lodz-zizkov"},
	    {"e\xcc\x81te\xcd\xaf!", "ete"},
	    {"a\xcd\xb0z", "a-z"},
	    {"2 × 3 ÷ 4", "2-3-4"},
	    {"東京 2026", "2026"},
	    {"東京", "event"},
	};
	char title[201];
	char *slug;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		slug = slug_make(&arena, rows[i].title);
		is_text(slug, rows[i].slug, rows[i].title);
		ok(slug_is_valid(slug), "which is a slug");
	}
	for (size_t i = 0; i < sizeof(title); i++)
		title[i] = i % 80 == 79 ? ' ' : 'a';
	title[sizeof(title) - 1] = '\0';
	slug = slug_make(&arena, title);
	ok(slug_is_valid(slug), "a long title's slug is cut");
	is_number((int64_t)strlen(slug), 79, "before a hyphen");
	ok(!slug_is_valid(""), "empty is no slug");
	ok(!slug_is_valid("-a"), "no hyphen in front");
	ok(!slug_is_valid("a-"), "no hyphen behind");
	ok(!slug_is_valid("a--b"), "no two hyphens");
	ok(!slug_is_valid("A"), "no capitals");
	ok(!slug_is_valid("a/b"), "no slash");
	ok(!slug_is_valid(title), "not longer than 80");
}

static void test_emails(void)
{
	static const struct {
		const char *text;
		const char *email;  /* NULL when refused */
		const char *reason; /* why */
	} rows[] = {
	    {"ann@example.org", "ann@example.org", NULL},
	    {" Ann@Example.ORG\n", "ann@example.org", NULL},
	    {"o'neil+tag@a-b.example", "o'neil+tag@a-b.example", NULL},
	    {"ann@localhost", "ann@localhost", NULL},
	    {"j\xc3\xb6rg@m\xc3\xbcnchen.de", "j\xc3\xb6rg@m\xc3\xbcnchen.de",
		NULL},
	    {NULL, NULL, "must not be empty"},
	    {" ", NULL, "must not be empty"},
	    {"ann", NULL, "must contain @"},
	    {"@example.org", NULL, "must have a name before the @"},
	    {"a@b@c", NULL, "must contain @ only once"},
	    {"a@", NULL, "must have a domain like example.org after the @"},
	    {"a@.org", NULL, "must have a domain like example.org after the @"},
	    {"a@b..c", NULL, "must have a domain like example.org after the @"},
	    {"a@b.", NULL, "must have a domain like example.org after the @"},
	    {"a@b_c", NULL, "must have a domain like example.org after the @"},
	    {"a b@c.d", NULL,
		"must not contain blanks, quotes, commas or brackets"},
	    {"a@c.d, e@f.g", NULL, "must contain @ only once"},
	    {"a,b@c.d", NULL,
		"must not contain blanks, quotes, commas or brackets"},
	    {"<a@c.d>", NULL,
		"must not contain blanks, quotes, commas or brackets"},
	    {"\"a\"@c.d", NULL,
		"must not contain blanks, quotes, commas or brackets"},
	    {"a\r\nBcc: x@c.d", NULL,
		"must not contain blanks, quotes, commas or brackets"},
	    {"a\x01@c.d", NULL,
		"must not contain blanks, quotes, commas or brackets"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *reason = NULL;
		char *email = NULL;
		bool is_email =
		    text_email(&arena, rows[i].text, &email, &reason);

		ok(is_email == (rows[i].email != NULL), "email, row %zu", i);
		is_text(email, rows[i].email, "the address");
		is_text(reason, rows[i].reason, "the reason");
	}
}

static void test_email_length(void)
{
	enum {
		LIMIT = 254
	};
	char text[LIMIT + 2];
	const char *reason = NULL;
	char *email = NULL;

	memset(text, 'a', sizeof(text));
	text[10] = '@';
	text[LIMIT] = '\0';
	ok(text_email(&arena, text, &email, &reason), "254 bytes");
	text[LIMIT] = 'a';
	text[LIMIT + 1] = '\0';
	ok(!text_email(&arena, text, &email, &reason), "255 bytes");
	is_text(reason, "must have at most 254 characters", "the reason");
}

static void test_links(void)
{
	static const char *const links[] = {"http://x", "HTTPS://X", "WWW.x",
	    "a@b", "see shop.example", "x.de", "1.io"};
	static const char *const texts[] = {"", ".", "e.g. this", "19.30",
	    "Come. Please", "wait...now", "7:30 and/or 8", "ü.😀"};

	for (size_t i = 0; i < COUNT_OF(links); i++)
		ok(text_has_link(links[i]), "R46 \"%s\" is a link", links[i]);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		ok(!text_has_link(texts[i]), "R46 \"%s\" is none", texts[i]);
}

static void test_decimals(void)
{
	static const char *const wrong[] = {"", "nan", "inf", "-inf", "0x10",
	    "90.1", "-91", "1e400", "1,5", "5 ", " 5", "+-1", "e", "."};
	static const struct {
		const char *text;
		double value;
	} right[] = {{"52.520008", 52.520008}, {"-90", -90}, {"+.5", 0.5},
	    {"-1e-5", -1e-5}, {"0", 0}};
	double value;

	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		ok(!text_decimal(wrong[i], 90, &value),
		    "no decimal number within 90: \"%s\"", wrong[i]);
	for (size_t i = 0; i < COUNT_OF(right); i++)
		ok(text_decimal(right[i].text, 90, &value) &&
			value >= right[i].value && value <= right[i].value,
		    "a decimal number: %s", right[i].text);
}

int main(void)
{
	test_compare();
	test_utf8();
	test_control();
	test_copies();
	test_numbers();
	test_decimals();
	test_slugs();
	test_emails();
	test_email_length();
	test_links();
	arena_close(&arena);
	return done_testing();
}
