/*
 * Csv: comma-separated values, read and written as RFC 4180 has them.
 *
 * Reading is strict, for what is read becomes events: UTF-8 with or without
 * a byte order mark, commas, quotes doubled inside quoted cells, lines ending
 * in LF or CR LF. A file that uses semicolons is refused with a hint.
 *
 * Writing defuses what a spreadsheet would run as a formula: = + - @ tab or CR
 * where a cell begins get an apostrophe in front, which csv_plain() takes off
 * again; so do they behind a semicolon, a tab or a line's end in it, where a
 * cell begins for a spreadsheet that splits at semicolons, as those of much of
 * Europe do, quotes or not (OWASP, "CSV Injection"). A number below zero stays
 * one.
 */
#ifndef DOCUMENT_CSV_H
#define DOCUMENT_CSV_H

#include "base/arena.h"
#include "base/error.h"
#include "base/out.h"
#include <stddef.h>

enum {
	CSV_ROWS_MOST = 20 * 1000,
	CSV_CELLS_MOST = 64, /* of a row */
};

struct csv_row {
	int64_t line; /* where it begins, from 1 */
	const char *const *cells;
	size_t count;
};

struct csv_table {
	const struct csv_row *rows; /* without blank lines */
	size_t count;
};

/*
 * Read a whole file. VALIDATION_ERROR with the fields `line` and, where it
 * helps, `reason`: a quote left open, text behind a closing quote, NUL, bad
 * UTF-8, semicolons, too many rows or cells.
 */
MUST_CHECK struct error *csv_read(struct arena *arena, const char *text,
    size_t length, struct csv_table *table);

/* A cell without the apostrophes of the writer. */
NONNULL_RESULT const char *csv_plain(struct arena *arena, const char *cell);

/* Append a row of cells, quoted and defused where needed, and CR LF. */
void csv_write_row(struct out *out, const char *const *cells, size_t count);

#endif
