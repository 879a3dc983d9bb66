#include "base/out.h"
#include "tap.h"

#include <string.h>

static void test_empty(void)
{
	struct out out = {.data = NULL};

	is_text(out_string(&out), "", "nothing written is an empty string");
	out_text(&out, NULL);
	ok(out.data == NULL, "NULL writes nothing");
	out_bytes(&out, NULL, 0);
	is_text(out.data, "", "no bytes make an empty string");
	out_close(&out);
	ok(out.data == NULL, "a closed buffer is empty again");
}

static void test_pieces(struct out *out)
{
	out_text(out, "text ");
	out_bytes(out, "bytesX", 5);
	out_char(out, ' ');
	OUT_LITERAL(out, "literal ");
	out_format(out, "%s-%03d", "format", 7);
	is_text(out_string(out), "text bytes literal format-007", "all pieces");
	is_number((int64_t)out->length, 29, "their length");
	out_clear(out);
	is_text(out_string(out), "", "cleared");
	OUT_LITERAL(out, "again");
	is_text(out_string(out), "again", "used again");
	out_clear(out);
}

static void test_integers(void)
{
	static const struct {
		int64_t number;
		const char *text;
	} rows[] = {
	    {0, "0"},
	    {7, "7"},
	    {-7, "-7"},
	    {1000, "1000"},
	    {INT64_MAX, "9223372036854775807"},
	    {INT64_MIN, "-9223372036854775808"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct out out = {.data = NULL};

		out_integer(&out, rows[i].number);
		is_text(out_string(&out), rows[i].text, rows[i].text);
		out_close(&out);
	}
}

static void test_growth(struct out *out)
{
	enum {
		LINES = 10000,
		LINE_LENGTH = 10
	};
	bool is_right = true;

	for (int i = 0; i < LINES; i++)
		out_format(out, "line %04d\n", i);
	is_number((int64_t)out->length, LINES * LINE_LENGTH, "long text");
	for (int i = 0; i < LINES; i++) {
		char line[32];

		snprintf(line, sizeof(line), "line %04d\n", i);
		is_right = is_right &&
		    memcmp(out->data + i * LINE_LENGTH, line, LINE_LENGTH) == 0;
	}
	ok(is_right, "every line of it");
	ok(out->data[out->length] == '\0', "a NUL behind it");
	out_clear(out);
}

static void test_reserve(struct out *out)
{
	char *room;

	OUT_LITERAL(out, "ab");
	room = out_reserve(out, 1000);
	memset(room, 'c', 3);
	out->length += 3;
	is_text(out_string(out), "abccc", "fewer bytes used than reserved");
	room = out_reserve(out, 0);
	ok(room == out->data + out->length, "room for none");
	out_clear(out);
}

int main(void)
{
	struct arena arena = ARENA_EMPTY;
	struct out heap = {.data = NULL};
	struct out inside = {.arena = &arena};

	test_empty();
	test_integers();
	test_pieces(&heap);
	test_growth(&heap);
	test_reserve(&heap);
	test_pieces(&inside);
	test_growth(&inside);
	test_reserve(&inside);
	out_close(&heap);
	out_close(&inside);
	arena_close(&arena);
	return done_testing();
}
