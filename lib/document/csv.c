#include "document/csv.h"

#include "base/text.h"
#include <inttypes.h>
#include <string.h>

/* What a spreadsheet takes for the beginning of a formula. */
static const char formula_starts[] = "=+-@\t\r";

/* ---- reading ---- */

struct reader {
	struct arena *arena;
	const char *at, *end;
	int64_t line;
	const char *cells[CSV_CELLS_MOST]; /* of the row under way */
	size_t cell_count;
};

static struct error *refuse(int64_t line, const char *reason)
{
	return fail_with(VALIDATION_ERROR, NULL,
	    FIELDS(error_number("line", "Line", line),
		error_text("reason", "Reason", reason)),
	    "line %" PRId64 ": %s", line, reason);
}

static bool is_at(const struct reader *reader, char character)
{
	return reader->at < reader->end && *reader->at == character;
}

static bool is_at_line_end(const struct reader *reader)
{
	return reader->at == reader->end || is_at(reader, '\n') ||
	    (is_at(reader, '\r') && reader->end - reader->at > 1 &&
		reader->at[1] == '\n');
}

static struct error *add_cell(struct reader *reader, const char *cell)
{
	if (reader->cell_count == CSV_CELLS_MOST)
		return refuse(reader->line, "there are too many columns");
	reader->cells[reader->cell_count++] = cell;
	return NULL;
}

static struct error *read_quoted(struct reader *reader)
{
	struct out out = {.arena = reader->arena};
	int64_t begin = reader->line;

	reader->at++;
	for (;; reader->at++) {
		if (reader->at == reader->end)
			return refuse(begin, "a quote is left open");
		if (is_at(reader, '"')) {
			reader->at++;
			if (!is_at(reader, '"'))
				break;
		}
		reader->line += *reader->at == '\n';
		out_char(&out, *reader->at);
	}
	if (!is_at(reader, ',') && !is_at_line_end(reader))
		return refuse(
		    reader->line, "there is text behind a closing quote");
	return add_cell(reader, out_string(&out));
}

static struct error *read_bare(struct reader *reader)
{
	const char *start = reader->at;

	while (!is_at(reader, ',') && !is_at_line_end(reader)) {
		if (is_at(reader, '"'))
			return refuse(reader->line,
			    "a quote stands within a cell without quotes");
		reader->at++;
	}
	return add_cell(reader,
	    arena_copy_bytes(
		reader->arena, start, (size_t)(reader->at - start)));
}

static struct error *read_row(struct reader *reader, struct csv_row *row)
{
	const char **cells;

	row->line = reader->line;
	reader->cell_count = 0;
	for (;;) {
		TRY(is_at(reader, '"') ? read_quoted(reader)
				       : read_bare(reader));
		if (!is_at(reader, ','))
			break;
		reader->at++;
	}
	if (is_at(reader, '\r'))
		reader->at++;
	if (is_at(reader, '\n'))
		reader->at++;
	reader->line++;
	cells = arena_array(reader->arena, reader->cell_count, sizeof(*cells));
	memcpy(cells, reader->cells, reader->cell_count * sizeof(*cells));
	row->cells = cells;
	row->count = reader->cell_count;
	return NULL;
}

static bool is_blank(const struct csv_row *row)
{
	return row->count == 1 && row->cells[0][0] == '\0';
}

/* No character of UTF-8 goes over the end of a line. */
static struct error *check_line(const char *text, size_t length, int64_t line)
{
	if (memchr(text, '\0', length))
		return refuse(line, "the file has NUL characters");
	if (!text_is_utf8(text, length))
		return refuse(line, "the file is not encoded as UTF-8");
	if (line > CSV_ROWS_MOST)
		return refuse(line, "there are too many lines");
	return NULL;
}

static struct error *check_lines(const char *text, size_t length)
{
	const char *end = text + length;

	for (int64_t line = 1; text < end; line++) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t size = (size_t)((stop ? stop : end) - text);

		TRY(check_line(text, size, line));
		text += size + 1;
	}
	return NULL;
}

static struct error *check_text(const char *text, size_t length)
{
	const char *line_end = memchr(text, '\n', length);
	size_t first = line_end ? (size_t)(line_end - text) : length;

	TRY(check_lines(text, length));
	if (memchr(text, ';', first) && !memchr(text, ',', first))
		return refuse(1,
		    "the columns are separated by semicolons; save the file "
		    "with commas");
	return NULL;
}

struct error *csv_read(struct arena *arena, const char *text, size_t length,
    struct csv_table *table)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct reader reader = {.arena = arena, .line = 1};
	struct csv_row *rows;
	size_t most = 1;

	*table = (struct csv_table){.count = 0};
	if (length >= 3 && memcmp(text, mark, 3) == 0) {
		text += 3;
		length -= 3;
	}
	TRY(check_text(text, length));
	for (size_t i = 0; i < length; i++)
		most += text[i] == '\n';
	rows = arena_array(arena, most, sizeof(*rows));
	reader.at = text;
	reader.end = text + length;
	while (reader.at < reader.end) {
		TRY(read_row(&reader, &rows[table->count]));
		table->count += !is_blank(&rows[table->count]);
	}
	table->rows = rows;
	return NULL;
}

/* A sum below zero, "-45.00", is no formula: programs add it up. */
static bool is_negative_number(const char *cell)
{
	static const char digits[] = "0123456789";
	size_t whole;

	if (*cell++ != '-')
		return false;
	whole = strspn(cell, digits);
	cell += whole;
	if (whole > 0 && *cell == '.' && cell[1])
		cell += 1 + strspn(cell + 1, digits);
	return whole > 0 && *cell == '\0';
}

/*
 * Does it begin like a formula, apostrophes in front or not? Those with some
 * get one more, so that taking one off always gives what was written.
 */
static bool is_formula(const char *text)
{
	text += strspn(text, "'");
	return *text && strchr(formula_starts, *text) &&
	    !is_negative_number(text);
}

/* Would a formula in CELL at AT be run, by those who split at semicolons? */
static bool is_danger(const char *cell, const char *at)
{
	return (at == cell || strchr(";\t\r\n", at[-1])) && is_formula(at);
}

const char *csv_plain(struct arena *arena, const char *cell)
{
	struct out out = {.arena = arena};

	if (!strchr(cell, '\''))
		return cell;
	for (const char *at = cell; *at; at++)
		if (*at != '\'' || !is_danger(cell, at))
			out_char(&out, *at);
	return out_string(&out);
}

/* ---- writing ---- */

static void write_cell(struct out *out, const char *cell)
{
	bool needs_quotes = strpbrk(cell, ",\"\r\n") != NULL;

	if (needs_quotes)
		out_char(out, '"');
	for (const char *at = cell; *at; at++) {
		if (is_danger(cell, at))
			out_char(out, '\'');
		if (*at == '"')
			out_char(out, '"');
		out_char(out, *at);
	}
	if (needs_quotes)
		out_char(out, '"');
}

void csv_write_row(struct out *out, const char *const *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			out_char(out, ',');
		write_cell(out, cells[i]);
	}
	OUT_LITERAL(out, "\r\n");
}
