#include "tap.h"
#include "views/view.h"

static struct arena arena;

/* What VIEW_TEXT, VIEW_ATTR, VIEW_URL and VIEW_PLAIN print of a value. */
#define PRINTED(macro, value)                                                  \
	({                                                                     \
		struct out out_ = {.arena = &arena};                           \
		macro(&out_, value);                                           \
		out_string(&out_);                                             \
	})

static void test_strings(void)
{
	static const struct {
		const char *text;
		const char *escaped;
	} rows[] = {
	    {NULL, ""},
	    {"", ""},
	    {"plain", "plain"},
	    {"<b>", "&lt;b&gt;"},
	    {"a & b", "a &amp; b"},
	    {"&amp;", "&amp;amp;"},
	    {"\"'", "&quot;&#39;"},
	    {"\xc3\xa9<\xe2\x82\xac", "\xc3\xa9&lt;\xe2\x82\xac"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *name = rows[i].text ? rows[i].text : "(NULL)";

		is_text(
		    PRINTED(VIEW_TEXT, rows[i].text), rows[i].escaped, name);
		is_text(
		    PRINTED(VIEW_ATTR, rows[i].text), rows[i].escaped, name);
		is_text(PRINTED(VIEW_PLAIN, rows[i].text),
		    rows[i].text ? rows[i].text : "", name);
	}
}

static void test_types(void)
{
	struct url url = {"/?a=1&b=2"};
	struct money money = money_of(1500, "USD");
	struct when when = {
	    .at = 1795890600, .zone = "Europe/Berlin", .style = WHEN_TIME};
	int64_t id = INT64_MAX;
	size_t size = SIZE_MAX;
	char letters[] = "a<b";

	is_text(PRINTED(VIEW_TEXT, ((struct html){"<b>"})), "<b>", "markup");
	is_text(PRINTED(VIEW_TEXT, ((struct html){NULL})), "", "no markup");
	is_text(PRINTED(VIEW_TEXT, url), "/?a=1&amp;b=2", "url as text");
	is_text(PRINTED(VIEW_ATTR, url), "/?a=1&amp;b=2", "url as attribute");
	is_text(PRINTED(VIEW_URL, url), "/?a=1&amp;b=2", "url as address");
	is_text(PRINTED(VIEW_PLAIN, url), "/?a=1&b=2", "url as it is");
	is_text(PRINTED(VIEW_TEXT, money), "$15.00", "money as text");
	is_text(PRINTED(VIEW_ATTR, money), "15.00", "money as attribute");
	is_text(PRINTED(VIEW_PLAIN, money), "$15.00", "money as it is");
	is_text(PRINTED(VIEW_TEXT, when), "19:30", "moment as text");
	is_text(PRINTED(VIEW_ATTR, when), "2026-11-28T19:30:00+01:00",
	    "moment as attribute");
	is_text(PRINTED(VIEW_PLAIN, when), "19:30", "moment as it is");
	is_text(PRINTED(VIEW_TEXT, id), "9223372036854775807", "int64_t");
	is_text(PRINTED(VIEW_ATTR, size), "18446744073709551615", "size_t");
	is_text(PRINTED(VIEW_PLAIN, -7), "-7", "int");
	is_text(PRINTED(VIEW_TEXT, letters), "a&lt;b", "char []");
}

static void test_has(void)
{
	const char *none = NULL;
	const char *empty = "";
	const char *text = "0";
	int64_t zero = 0;
	size_t size = 1;
	bool is_open = true;

	ok(!VIEW_HAS(none), "NULL");
	ok(!VIEW_HAS(empty), "empty string");
	ok(VIEW_HAS(text), "a string");
	ok(!VIEW_HAS(zero), "0");
	ok(VIEW_HAS(-1), "-1");
	ok(VIEW_HAS(size), "1");
	ok(VIEW_HAS(is_open), "true");
	ok(!VIEW_HAS(((struct html){""})), "no markup");
	ok(VIEW_HAS(((struct html){"x"})), "markup");
	ok(!VIEW_HAS(((struct url){NULL})), "no address");
	ok(VIEW_HAS(((struct url){"/"})), "an address");
}

static void test_each(void)
{
	static const char *const names[] = {"a", "b", "c"};
	const struct {
		const char *const *items;
		size_t count;
	} list = {names, COUNT_OF(names)}, none = {NULL, 0};
	struct out out = {.arena = &arena};

	VIEW_EACH(name, list)
	{
		VIEW_TEXT(&out, *name);
	}
	VIEW_EACH(name, none)
	{
		VIEW_TEXT(&out, *name);
	}
	is_text(out_string(&out), "abc", "each, and none");
}

static void test_local(void)
{
	is_text(url_local(&arena, "/").text, "/", "a root");
	is_text(url_local(&arena, "/a/{}/b?c={}", "x", "1").text, "/a/x/b?c=1",
	    "two values");
	is_text(url_local(&arena, "/{}", "Aa0-._~").text, "/Aa0-._~",
	    "unreserved characters stay");
	is_text(url_local(&arena, "/{}", "a/b ?&#%\"<\xc3\xa9").text,
	    "/a%2Fb%20%3F%26%23%25%22%3C%C3%A9", "others are encoded");
	is_text(url_local(&arena, "/{}/", (const char *)NULL).text, "//",
	    "NULL is empty");
	is_text(url_with(&arena, (struct url){"/a"}, "b", "1&2").text,
	    "/a?b=1%262", "a first parameter");
	is_text(url_with(&arena, (struct url){"/a?b=1"}, "c", "2").text,
	    "/a?b=1&c=2", "another parameter");
}

static void test_outside(void)
{
	static const struct {
		const char *address;
		bool is_url;
	} rows[] = {
	    {"https://example.org/a?b=c#d", true},
	    {"http://example.org", true},
	    {"HTTPS://EXAMPLE.ORG", true},
	    {"mailto:a@example.org", true},
	    {"geo:52.5,13.4", true},
	    {NULL, false},
	    {"", false},
	    {"https://", false},
	    {"javascript:alert(1)", false},
	    {" javascript:alert(1)", false},
	    {"java\nscript:alert(1)", false},
	    {"data:text/html,x", false},
	    {"//example.org", false},
	    {"/local", false},
	    {"example.org", false},
	    {"https://example.org/a b", false},
	    {"https://example.org/\x01", false},
	    {"https://example.org/\t", false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct url url = url_outside(&arena, rows[i].address);

		is_text(url.text, rows[i].is_url ? rows[i].address : NULL,
		    rows[i].address ? rows[i].address : "(NULL)");
		ok(url_is_set(url) == rows[i].is_url, "url_is_set");
	}
}

/* R4: what stands in `next` may lead nowhere else. */
static void test_inside(void)
{
	static const struct {
		const char *path;
		bool is_url;
	} rows[] = {
	    {"/", true},
	    {"/account?done=save#x", true},
	    {"/my/a%20b", true},
	    {"/x//y", true},
	    {"", false},
	    {"account", false},
	    {"//evil.example", false},
	    {"///evil.example", false},
	    {"/\\evil.example", false},
	    {"/x\\y", false},
	    {"\\\\evil.example", false},
	    {"https://evil.example/", false},
	    {"javascript:alert(1)", false},
	    {" /account", false},
	    {"/\t/evil.example", false},
	    {"/x\r\nSet-Cookie: a=b", false},
	    {"/x y", false},
	    {"/\xc3\xa4", false},
	    {"/\x7f", false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_text(url_inside(&arena, rows[i].path).text,
		    rows[i].is_url ? rows[i].path : NULL,
		    rows[i].is_url ? "R4 a local path" : "R4 no local path");
}

int main(void)
{
	test_strings();
	test_types();
	test_has();
	test_each();
	test_local();
	test_outside();
	test_inside();
	arena_close(&arena);
	return done_testing();
}
