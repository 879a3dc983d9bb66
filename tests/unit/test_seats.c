#include "base/out.h"
#include "booking/seats.h"
#include "tap.h"

#include <string.h>

static struct arena arena;

static const char *show(const struct seat_range_list *list)
{
	struct out out = {.arena = &arena};

	for (size_t i = 0; i < list->count; i++)
		out_format(&out, "%s%s%" PRId64 "-%" PRId64, i ? " " : "",
		    list->items[i].row, list->items[i].first,
		    list->items[i].last);
	return out_string(&out);
}

static void test_parse(void)
{
	static const struct {
		const char *text;
		const char *ranges;
		int64_t seats;
	} rows[] = {
	    {"", "", 0},
	    {" \t;; ", "", 0},
	    {"A1", "A1-1", 1},
	    {"A1-A10", "A1-10", 10},
	    {"A1-A10;B1-B5", "A1-10 B1-5", 15},
	    {"A1-A10 B1-B5\tC7", "A1-10 B1-5 C7-7", 16},
	    {" A1 ; A2 ", "A1-1 A2-2", 2},
	    {"AA1-AA2 A1-A2", "AA1-2 A1-2", 4},
	    {"A11-A20 A1-A10", "A11-20 A1-10", 20},
	    {"A5-A5", "A5-5", 1},
	    {"A007", "A7-7", 1},
	    {"BALCONY1", "BALCONY1-1", 1},
	    {"A1-A20000", "A1-20000", SEATS_MOST},
	    {"A20000", "A20000-20000", 1},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct seat_range_list list;
		struct error *error = seats_parse(&arena, rows[i].text, &list);

		if (!ok(!error, "parses \"%s\"", rows[i].text))
			continue;
		is_text(show(&list), rows[i].ranges, "the ranges");
		is_number(list.seats, rows[i].seats, "the seats");
	}
}

static void test_refuse(void)
{
	static const struct {
		const char *text;
		const char *message;
	} rows[] = {
	    {"A", "\"A\" must look like A1-A10"},
	    {"1", "\"1\" must look like A1-A10"},
	    {"A1-", "\"A1-\" must look like A1-A10"},
	    {"-A1", "\"-A1\" must look like A1-A10"},
	    {"A1-10", "\"A1-10\" must look like A1-A10"},
	    {"A1-B2", "\"A1-B2\" must look like A1-A10"},
	    {"A1-a2", "\"A1-a2\" must look like A1-A10"},
	    {"A2-A1", "\"A2-A1\" must look like A1-A10"},
	    {"A0", "\"A0\" must look like A1-A10"},
	    {"A-1", "\"A-1\" must look like A1-A10"},
	    {"A+1", "\"A+1\" must look like A1-A10"},
	    {"A1x", "\"A1x\" must look like A1-A10"},
	    {"A1-A2-A3", "\"A1-A2-A3\" must look like A1-A10"},
	    {"A1,A2", "\"A1,A2\" must look like A1-A10"},
	    {"A20001",
		"there are too many seats: at most 20000, \"A20001\" is over "
		"that"},
	    {"A9223372036854775808",
		"\"A9223372036854775808\" must look like A1-A10"},
	    {"ABCDEFGHI1", "\"ABCDEFGHI1\" must look like A1-A10"},
	    {"\xc3\x84"
	     "1",
		"\"\xc3\x84"
		"1\" must look like A1-A10"},
	    {"B1 A1-A10 A5-A6", "\"A5-A6\" names a seat twice"},
	    {"A5-A6 A1-A10", "\"A1-A10\" names a seat twice"},
	    {"A1-A10 A10-A11", "\"A10-A11\" names a seat twice"},
	    {"A1 A1", "\"A1\" names a seat twice"},
	    {"A1-A20000 B1",
		"there are too many seats: at most 20000, \"B1\" is over that"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct seat_range_list list;
		struct error *error = seats_parse(&arena, rows[i].text, &list);

		ok(error_is(error, VALIDATION_ERROR), "refuses \"%s\"",
		    rows[i].text);
		if (error)
			is_text(error->message, rows[i].message, "the message");
	}
}

/* The text itself stays as it was. */
static void test_const(void)
{
	char text[] = "A1 B2;C3";
	struct seat_range_list list;
	struct error *error = seats_parse(&arena, text, &list);

	ok(!error && strcmp(text, "A1 B2;C3") == 0, "the text is left alone");
}

/* ---- the seats of all tiers in one text ---- */

static const struct tier tiers[] = {
    {.id = 1, .slug = "vip", .name = "VIP"},
    {.id = 2, .slug = "front-row", .name = "Front Row"},
};
static const struct tier_list two = {.items = tiers, .count = 2};

/* "A1:0 A2:0! B1:1": seat, tier, and a mark if it is accessible. */
static const char *plan_text(const struct seat_plan *plan)
{
	struct out out = {.arena = &arena};

	for (size_t i = 0; i < plan->count; i++)
		out_format(&out, "%s%s%d:%zu%s", i ? " " : "",
		    plan->items[i].row, (int)plan->items[i].number,
		    plan->items[i].tier,
		    plan->items[i].is_accessible ? "!" : "");
	return out_string(&out);
}

static void test_plan(void)
{
	static const struct {
		const char *text;
		const char *plan;
	} rows[] = {
	    {"A1-A2 VIP; B1 Front Row", "A1:0 A2:0 B1:1"},
	    {"A1-A2 vip\nB1 front-row", "A1:0 A2:0 B1:1"},
	    {"B1 A1 front row", "A1:1 B1:1"},
	    {"A1-A3 VIP; A2 accessible", "A1:0 A2:0! A3:0"},
	    {"A1-A2 VIP; C3 accessible", "A1:0 A2:0 C3:0!"},
	    {"A1 VIP; C1-C2 Front Row Accessible; C3", "A1:0 C1:1! C2:1! C3:1"},
	    {"A1-A2 VIP; A2-A3 accessible", "A1:0 A2:0! A3:0!"},
	    {"A1 VIP; A1-A3 accessible; A2-A4 accessible; A5",
		"A1:0! A2:0! A3:0! A4:0! A5:0"},
	    {" ; A10 VIP ;\n\n A9 ;", "A9:0 A10:0"},
	    {"Z1 AA1 VIP", "Z1:0 AA1:0"},
	    {"", ""},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct seat_plan plan;
		struct error *error = seats_plan(
		    &arena, rows[i].text, &two, SEATS_NO_TIER, &plan);

		ok(!error, "plans \"%s\"", rows[i].text);
		if (!error)
			is_text(plan_text(&plan), rows[i].plan, "its seats");
	}
}

static void test_plan_refuse(void)
{
	static const struct {
		const char *text;
		const char *message;
	} rows[] = {
	    {"A1-A3", "\"A1-A3\" does not say of which ticket type"},
	    {"A1 Royal", "There is no ticket type \"Royal\""},
	    {"VIP", "\"VIP\" must look like A1-A10"},
	    {"accessible", "\"accessible\" must begin with seats, like A1-A10"},
	    {"A1-A3 VIP; A3 Front Row", "A3 is named twice"},
	    {"A1 VIP A2", "There is no ticket type \"VIP A2\""},
	    {"A1 accessible VIP",
		"\"A1 accessible VIP\": \"accessible\" must stand last"},
	    {"A1-A1000000 VIP",
		"there are too many seats: at most 20000, \"A1-A1000000\" is "
		"over that"},
	    {"A1-A15000 VIP; B1-B15000 accessible",
		"there are too many seats: at most 20000, \"B1-B15000 "
		"accessible\" is over that"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct seat_plan plan;
		struct error *error = seats_plan(
		    &arena, rows[i].text, &two, SEATS_NO_TIER, &plan);

		ok(error_is(error, VALIDATION_ERROR), "refuses \"%s\"",
		    rows[i].text);
		if (error)
			is_text(
			    error->message, rows[i].message, "and says why");
	}
}

int main(void)
{
	test_plan();
	test_plan_refuse();
	test_parse();
	test_refuse();
	test_const();
	error_reset();
	arena_close(&arena);
	return done_testing();
}
