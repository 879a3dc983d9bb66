/*
 * viewc: any bytes compile or are refused with a line and a reason, and what
 * compiles is C whose strings are closed and whose braces match.
 *
 * The first byte chooses between .html and .txt, and whether a view directive
 * is put before the rest, so that the fuzzer need not find one.
 */
#include "fuzz.h"

#include "views/place.c"
#include "views/viewc_code.c"
#include "views/viewc_compile.c"
#include "views/viewc_directive.c"

#include <stdint.h>

/* Behind the string that begins at `at`. */
static const char *skip_string(const char *at)
{
	for (at++; *at != '"'; at++) {
		require(*at && *at != '\n');
		if (*at == '\\')
			at++;
		require(*at != '\0');
	}
	return at + 1;
}

static void check_code(const char *at)
{
	size_t depth = 0;

	while (*at) {
		if (*at == '"') {
			at = skip_string(at);
			continue;
		}
		if (*at == '{')
			depth++;
		if (*at == '}')
			require(depth-- > 0);
		require((unsigned char)*at < 0x80);
		at++;
	}
	require(depth == 0);
}

/* What is compiled, in memory of its exact size, so that ASan sees the end. */
static char *make_source(
    const uint8_t *data, size_t size, const char *start, size_t *length)
{
	char *source;

	*length = strlen(start) + size;
	source = malloc(*length + 1);
	require(source != NULL);
	memcpy(source, start, strlen(start));
	memcpy(source + strlen(start), data, size);
	source[*length] = '\0';
	return source;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {"lib/fuzz.html", "fuzz.txt"};
	static const char *const starts[] = {
	    "{{ view fuzz }}\n", "{{ layout fuzz }}", "", "{{ view fuzz }}"};
	struct fault fault = {.line = 0};
	char *code = NULL;
	size_t code_length;
	size_t length;
	char *source;
	FILE *file;

	if (size == 0)
		return 0;
	source =
	    make_source(data + 1, size - 1, starts[data[0] >> 1 & 3], &length);
	file = open_memstream(&code, &code_length);
	require(file != NULL);
	if (viewc_compile(paths[data[0] & 1], source, length, file, &fault)) {
		require(fclose(file) == 0);
		check_code(code);
	} else {
		require(fclose(file) == 0);
		require(fault.line > 0 && fault.message[0]);
	}
	free(code);
	free(source);
	return 0;
}
