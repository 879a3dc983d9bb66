#include "document/csv.h"
#include "tap.h"

#include <string.h>

static struct arena arena;

/* A text with an escape for readers: its cells, rows between bars. */
static const char *show(const struct csv_table *table)
{
	struct out out = {.arena = &arena};

	for (size_t i = 0; i < table->count; i++) {
		if (i > 0)
			out_char(&out, '|');
		for (size_t j = 0; j < table->rows[i].count; j++)
			out_format(&out, "<%s>", table->rows[i].cells[j]);
	}
	return out_string(&out);
}

static void test_read(void)
{
	static const struct {
		const char *text;
		const char *cells;
	} rows[] = {
	    {"", ""},
	    {"\n\n\r\n", ""},
	    {"a", "<a>"},
	    {"a,b\n", "<a><b>"},
	    {"a,b\r\nc,d\r\n", "<a><b>|<c><d>"},
	    {"a,b\nc,d", "<a><b>|<c><d>"},
	    {"a\n\nb\n", "<a>|<b>"},
	    {",", "<><>"},
	    {"a,\n,b\n", "<a><>|<><b>"},
	    {" a , b \n", "< a >< b >"},
	    {"\"a\",\"b\"\n", "<a><b>"},
	    {"\"a,b\",\"c\nd\"\r\n", "<a,b><c\nd>"},
	    {"\"a\r\nb\"", "<a\r\nb>"},
	    {"\"say \"\"x\"\"\",\"\"\"\"\n", "<say \"x\"><\">"},
	    {"\"\",\"\"\n", "<><>"},
	    {"\xef\xbb\xbf"
	     "a,b\n",
		"<a><b>"},
	    {"\xef\xbb\xbf\"a\"\n", "<a>"},
	    {"a\rb,c\n", "<a\rb><c>"},
	    {"a,b;c\n", "<a><b;c>"},
	    {"a\nb;c\n", "<a>|<b;c>"},
	    {"\xc3\xbc,\xe6\x98\xa5\n", "<\xc3\xbc><\xe6\x98\xa5>"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct csv_table table;
		struct error *error = csv_read(
		    &arena, rows[i].text, strlen(rows[i].text), &table);

		ok(!error, "text %zu is read", i);
		if (!error)
			is_text(show(&table), rows[i].cells, "its cells");
	}
}

static void test_lines(void)
{
	static const char text[] = "a\n\n\"b\nb\r\nb\"\r\nc\n";
	static const int64_t lines[] = {1, 3, 6};
	struct csv_table table;
	struct error *error = csv_read(&arena, text, strlen(text), &table);

	ok(!error, "it is read");
	is_number((int64_t)table.count, 3, "three rows");
	for (size_t i = 0; i < table.count && i < COUNT_OF(lines); i++)
		is_number(table.rows[i].line, lines[i], "where it begins");
}

static void test_refuse(void)
{
	static const struct {
		const char *text;
		size_t length; /* 0: up to the NUL */
		const char *line;
		const char *word; /* of the message */
	} rows[] = {
	    {"a;b;c\n", 0, "1", "semicolons"},
	    {"\xef\xbb\xbf"
	     "a;b\n",
		0, "1", "semicolons"},
	    {"a,\"b", 0, "1", "left open"},
	    {"a\nb,\"c\nd\n", 0, "2", "left open"},
	    {"\"", 0, "1", "left open"},
	    {"\"\"\"", 0, "1", "left open"},
	    {"\"a\"b\n", 0, "1", "behind a closing quote"},
	    {"\"a\nb\" ,c\n", 0, "2", "behind a closing quote"},
	    {"\"a\"\rb\n", 0, "1", "behind a closing quote"},
	    {"a\nb\"c\n", 0, "2", "within a cell"},
	    {"a,b\nc,\xff\n", 0, "2", "UTF-8"},
	    {"a,b\n\n\"\nc\",\xed\xa0\x80\n", 0, "4", "UTF-8"},
	    {"a,\xc3", 0, "1", "UTF-8"},
	    {"a\nb\n\0\n", 6, "3", "NUL"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		size_t length =
		    rows[i].length ? rows[i].length : strlen(rows[i].text);
		struct csv_table table;
		struct error *error =
		    csv_read(&arena, rows[i].text, length, &table);

		ok(error_is(error, VALIDATION_ERROR), "text %zu is refused", i);
		if (!error)
			continue;
		ok(strstr(error->message, rows[i].word) != NULL, "%s",
		    error->message);
		ok(error->field_count > 0 && error->fields[0].is_number &&
			text_equal(error->fields[0].name, "line"),
		    "has its line as a number");
		is_text(error_field_value(error, "line"), rows[i].line,
		    rows[i].word);
	}
}

/* `count` times the piece. */
static const char *repeat(const char *piece, size_t count)
{
	struct out out = {.arena = &arena};

	for (size_t i = 0; i < count; i++)
		out_text(&out, piece);
	return out_string(&out);
}

static void test_limits(void)
{
	static const struct {
		const char *piece;
		size_t count;
		const char *last;
		bool is_read;
	} rows[] = {
	    {"a,", CSV_CELLS_MOST - 1, "b\n", true},
	    {"a,", CSV_CELLS_MOST, "b\n", false},
	    {"a\n", CSV_ROWS_MOST - 1, "b", true},
	    {"a\n", CSV_ROWS_MOST - 1, "b\n", true},
	    {"a\n", CSV_ROWS_MOST, "b\n", false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *text = arena_format(&arena, "%s%s",
		    repeat(rows[i].piece, rows[i].count), rows[i].last);
		struct csv_table table;
		struct error *error =
		    csv_read(&arena, text, strlen(text), &table);

		ok(!error == rows[i].is_read, "limit %zu: %s", i,
		    error ? error->message : "read");
	}
}

static void test_write(void)
{
	static const struct {
		const char *cell;
		const char *text;
	} rows[] = {
	    {"", ""},
	    {"a b", "a b"},
	    {"a,b", "\"a,b\""},
	    {"a\"b", "\"a\"\"b\""},
	    {"a\nb", "\"a\nb\""},
	    {"a\rb", "\"a\rb\""},
	    {"=1+1", "'=1+1"},
	    {"+1", "'+1"},
	    {"-", "'-"},
	    {"-1", "-1"},
	    {"-45.00", "-45.00"},
	    {"-.5", "'-.5"},
	    {"-1.", "'-1."},
	    {"--1", "'--1"},
	    {"-1+1", "'-1+1"},
	    {"-1.5-A1", "'-1.5-A1"},
	    {"@x", "'@x"},
	    {"\tx", "'\tx"},
	    {"\rx", "\"'\rx\""},
	    {"=a,\"b\"", "\"'=a,\"\"b\"\"\""},
	    {"'", "'"},
	    {"'a'", "'a'"},
	    {"a=b", "a=b"},
	    {"a;=1+1;b", "a;'=1+1;b"},
	    {"a;-1;b", "a;'-1;b"},
	    {"a;-1", "a;-1"},
	    {"a; b", "a; b"},
	    {"a\n=1", "\"a\n'=1\""},
	    {"a\t@b", "a\t'@b"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *const cells[] = {rows[i].cell, "end"};
		struct out out = {.arena = &arena};

		csv_write_row(&out, cells, COUNT_OF(cells));
		is_text(out_string(&out),
		    arena_format(&arena, "%s,end\r\n", rows[i].text),
		    arena_format(&arena, "cell %zu", i));
	}
}

/* What is written reads back as it was, also what looks defused already. */
static void test_round_trip(void)
{
	static const char *const cells[] = {"=1", "+1", "-1", "@", "\tx", "\rx",
	    "'=1", "''=1", "'", "''", "'+", "'a", "\"", "\"\"", ",", "\n",
	    "\r\n", "a\nb", ";", " a ", "\xc3\xbc", "-", "=\"x\"", "'-'",
	    "a;=1", "a;'=1", "=;=;'=", "a\n=1\r\n@", "\t\t="};

	for (size_t i = 0; i < COUNT_OF(cells); i++) {
		const char *const row[] = {cells[i], "end"};
		struct out out = {.arena = &arena};
		struct csv_table table;
		struct error *error;

		csv_write_row(&out, row, COUNT_OF(row));
		error = csv_read(&arena, out_string(&out), out.length, &table);
		if (!ok(!error && table.count == 1 && table.rows[0].count == 2,
			"cell %zu comes back as one", i))
			continue;
		is_text(csv_plain(&arena, table.rows[0].cells[0]), cells[i],
		    "as it was");
	}
}

int main(void)
{
	test_read();
	test_lines();
	test_refuse();
	error_reset();
	test_limits();
	test_write();
	test_round_trip();
	error_reset();
	arena_close(&arena);
	return done_testing();
}
