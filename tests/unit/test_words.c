#include "base/words.h"
#include "tap.h"

static struct arena arena;

/* The words of what was typed, with a bar between. */
static const char *joined(const char *typed)
{
	struct words words = words_read(&arena, typed);
	const char *all = "";

	for (size_t i = 0; i < words.count; i++)
		all = arena_format(
		    &arena, "%s%s%s", all, i ? "|" : "", words.items[i]);
	return all;
}

static void test_reading(void)
{
	static const struct {
		const char *typed;
		const char *words;
	} rows[] = {
	    {"", ""},
	    {" \t\r\n", ""},
	    {"jazz", "jazz"},
	    {"  late\tjazz\n", "late|jazz"},
	    {"\"late jazz\" club", "late jazz|club"},
	    {"club \" late jazz \"", "club|late jazz"},
	    {"\"late jazz", "late|jazz"},
	    {"late \"jazz", "late|jazz"},
	    {"12\" late", "12\"|late"},
	    {"\"late 12\" jazz\" club", "late 12|jazz\"|club"},
	    {"\"a\"b\" c", "a\"b|c"},
	    {"a\"b c\"d", "a\"b|c\"d"},
	    {"\"", ""},
	    {"\"\"", ""},
	    {"\" \" a", "a"},
	    {"a b c d", "a|b|c|d"},
	    {"\xe2\x82\xac \xc3\xa4", "\xe2\x82\xac|\xc3\xa4"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_text(joined(rows[i].typed), rows[i].words, rows[i].typed);
}

static void test_finding(void)
{
	struct words none = words_read(&arena, " ");
	struct words two = words_read(&arena, "jazz late");
	struct words phrase = words_read(&arena, "\"jazz late\"");

	ok(words_are_in(&none, ""), "no words are in any text");
	ok(words_are_in(&two, "latest jazz"), "in any order, within words");
	ok(!words_are_in(&two, "jazz"), "not without one of them");
	ok(!words_are_in(&phrase, "jazz, late"), "a phrase as it is");
	ok(words_are_in(&phrase, "all jazz lately"), "a phrase");
}

int main(void)
{
	test_reading();
	test_finding();
	arena_close(&arena);
	return done_testing();
}
