/*
 * CSV and what an import makes of it: any bytes are read or refused with a
 * line; what was read is written and reads back the same; an import names a
 * line and a column, or a reason.
 *
 * The first byte chooses whether the columns' names are put before the rest,
 * so that the fuzzer need not find them.
 */
#include "fuzz.h"

#include "base/out.h"
#include "base/text.h"
#include "booking/import.h"
#include "booking/seats.h"
#include "document/csv.h"
#include <stdlib.h>
#include <string.h>

static const char header[] =
    "event,title,type,venue,start,end,tier,tier_title,price,capacity,rows\n";

static void check_row(const struct csv_row *row, int64_t line_before)
{
	require(row->line > line_before);
	require(row->count >= 1 && row->count <= CSV_CELLS_MOST);
	for (size_t i = 0; i < row->count; i++)
		require(text_is_utf8(row->cells[i], strlen(row->cells[i])));
}

/* Written behind a first line of its own, for that one has more rules. */
static void check_round_trip(struct arena *arena, const struct csv_table *table)
{
	static const char *const first[] = {"a", "b"};
	struct out out = {.arena = arena};
	struct csv_table again;

	csv_write_row(&out, first, 2);
	for (size_t i = 0; i < table->count; i++)
		csv_write_row(&out, table->rows[i].cells, table->rows[i].count);
	if (table->count >= CSV_ROWS_MOST / 2)
		return;
	require(!csv_read(arena, out_string(&out), out.length, &again));
	require(again.count == table->count + 1);
	for (size_t i = 0; i < table->count; i++) {
		const struct csv_row *row = &table->rows[i];

		require(again.rows[i + 1].count == row->count);
		for (size_t j = 0; j < row->count; j++)
			require(text_equal(
			    csv_plain(arena, again.rows[i + 1].cells[j]),
			    row->cells[j]));
	}
}

static void check_csv(struct arena *arena, const char *text, size_t length)
{
	struct csv_table table;
	struct error *error = csv_read(arena, text, length, &table);
	int64_t line = 0;

	if (error) {
		require(error_is(error, VALIDATION_ERROR));
		require(error_field_value(error, "line") != NULL);
		return;
	}
	for (size_t i = 0; i < table.count; i++) {
		check_row(&table.rows[i], line);
		line = table.rows[i].line;
	}
	check_round_trip(arena, &table);
}

static void check_seats(struct arena *arena, const char *text)
{
	struct seat_range_list list;
	int64_t seats = 0;

	if (seats_parse(arena, text, &list))
		return;
	for (size_t i = 0; i < list.count; i++) {
		const struct seat_range *range = &list.items[i];

		require(range->first >= 1 && range->last >= range->first);
		require(*range->row && strlen(range->row) <= SEATS_ROW_LONGEST);
		seats += range->last - range->first + 1;
	}
	require(seats == list.seats && seats <= SEATS_MOST);
}

/*
 * A last line that no column takes, so that nothing reaches a database: there
 * is none.
 */
static void check_import(
    struct arena *arena, const char *start, const char *text, size_t length)
{
	static const struct config config = {
	    .timezone = "Europe/Berlin", .currency = "EUR"};
	static struct import_report report;
	struct shop shop = {.arena = arena, .config = &config};
	struct out out = {.arena = arena};
	struct error *error;

	out_text(&out, start);
	out_bytes(&out, text, length);
	out_text(&out, "\n\x01\n");
	error = import_events(&shop, out_string(&out), out.length, &report);
	require(error_is(error, VALIDATION_ERROR));
	require(report.problem_count <= IMPORT_PROBLEMS_MOST);
	for (size_t i = 0; i < report.problem_count; i++)
		require(report.problems[i].line >= 1 &&
		    report.problems[i].column && *report.problems[i].message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	char *exact;

	if (size == 0)
		return 0;
	/* Of its exact size, so that ASan sees its end. */
	exact = malloc(size);
	require(exact != NULL);
	memcpy(exact, data, size);
	check_csv(&arena, exact + 1, size - 1);
	check_seats(&arena, arena_copy_bytes(&arena, exact + 1, size - 1));
	check_import(&arena, exact[0] & 1 ? header : "", exact + 1, size - 1);
	free(exact);
	error_reset();
	arena_reset(&arena);
	return 0;
}
