/*
 * TAP: what the unit tests print, read by any TAP harness (prove).
 *
 * A test program calls ok(), is_text() and is_number() as often as it likes
 * and ends with return done_testing();
 */
#ifndef UNIT_TAP_H
#define UNIT_TAP_H

#include "base/compiler.h"
#include "base/text.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static struct {
	int run;    /* how many checks so far */
	int failed; /* how many of them failed */
} tap;

/* One check; the format names it. Returns whether it passed. */
PRINTF_LIKE(2, 3)
static inline bool ok(bool passed, const char *format, ...)
{
	va_list list;

	tap.run++;
	if (!passed)
		tap.failed++;
	printf("%sok %d - ", passed ? "" : "not ", tap.run);
	va_start(list, format);
	vprintf(format, list);
	va_end(list);
	printf("\n");
	fflush(stdout);
	return passed;
}

/* Are two strings (or two NULLs) equal? */
static inline void is_text(
    const char *got, const char *expected, const char *name)
{
	if (ok(text_equal(got, expected), "%s", name))
		return;
	printf("#      got: %s\n", got ? got : "(NULL)");
	printf("# expected: %s\n", expected ? expected : "(NULL)");
}

/* Are two numbers equal? */
static inline void is_number(int64_t got, int64_t expected, const char *name)
{
	if (ok(got == expected, "%s", name))
		return;
	printf("#      got: %" PRId64 "\n", got);
	printf("# expected: %" PRId64 "\n", expected);
}

/* Print the plan; the result is main's. */
static inline int done_testing(void)
{
	printf("1..%d\n", tap.run);
	return tap.failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
