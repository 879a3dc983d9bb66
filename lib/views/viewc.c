/*
 * viewc: compiles a view, HTML or mail text with {{ directives }}, to C.
 *
 *     viewc lib/views/list.html build/views/list.c
 *
 * {{ view NAME }}          makes view_NAME(out, const struct NAME_view *view)
 * {{ view NAME of STRUCT }}   the same with a const struct STRUCT_view *
 * {{ view ... layout LAYOUT PATH }}   calls view_LAYOUT_begin(out, &PATH)
 *                          first, view_LAYOUT_end(out, &PATH) last
 * {{ layout NAME }}        makes view_NAME_begin and view_NAME_end of what
 * {{ content }}            stands before and behind this
 * {{ PATH }}               a hole: a value, escaped for its place
 * {{ each PATH as NAME }} ... {{ end }}   for each of PATH.items, PATH.count
 * {{ if [not] PATH }} {{ else if [not] PATH }} {{ else }} {{ end }}
 * {{ include NAME PATH }}  calls view_NAME(out, &PATH)
 * {{ include NAME }}       the same with what this view shows itself
 * {{ # note }}             nothing
 *
 * The functions of a .txt have names in _text (view_NAME_text). A PATH is
 * names with dots; the first is that of an enclosing each or a member of the
 * view. A line with one directive that is no hole and nothing else leaves
 * nothing; indentation is dropped, save in <pre>, <textarea> and .txt files.
 *
 * place.h knows where in the HTML a hole stands: that picks the macro of
 * view.h, or the hole is refused. What viewc cannot know (is there such a
 * member, may its type stand in an href?) the C compiler says, at the view's
 * own line.
 */
#include "views/viewc_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	PATH_SIZE = 4096 /* of a file's name */
};

/* A whole file with a NUL behind it; NULL: see errno. */
static char *read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "r");
	char *bytes = NULL;
	long size = -1;

	if (!file)
		return NULL;
	if (fseek(file, 0, SEEK_END) == 0)
		size = ftell(file);
	if (size >= 0 && fseek(file, 0, SEEK_SET) == 0)
		bytes = calloc(1, (size_t)size + 1);
	*length = bytes ? fread(bytes, 1, (size_t)size, file) : 0;
	fclose(file);
	return bytes;
}

static int complain(const char *path)
{
	fprintf(stderr, "viewc: %s: %s\n", path, strerror(errno));
	return EXIT_FAILURE;
}

/* Beside the output first: make must never meet half a file. */
static int compile_file(const char *input, const char *output)
{
	char temporary[PATH_SIZE];
	struct fault fault;
	size_t length;
	char *bytes = read_file(input, &length);
	bool is_compiled;
	FILE *code;

	if (!bytes)
		return complain(input);
	snprintf(temporary, sizeof(temporary), "%s.tmp", output);
	code = fopen(temporary, "w");
	if (!code) {
		free(bytes);
		return complain(temporary);
	}
	is_compiled = viewc_compile(input, bytes, length, code, &fault);
	free(bytes);
	if (fclose(code) == 0 && is_compiled && rename(temporary, output) == 0)
		return EXIT_SUCCESS;
	if (is_compiled)
		complain(output);
	else
		fprintf(
		    stderr, "%s:%d: %s\n", input, fault.line, fault.message);
	remove(temporary);
	remove(output);
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: viewc INPUT OUTPUT\n", stderr);
		return EXIT_FAILURE;
	}
	return compile_file(argv[1], argv[2]);
}
