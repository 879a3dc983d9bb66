/*
 * A view, line by line.
 */
#include "views/viewc_parts.h"

#include <stdarg.h>
#include <string.h>

bool refuse(struct compiler *c, const char *format, ...)
{
	va_list list;

	c->fault->line = c->line;
	va_start(list, format);
	vsnprintf(c->fault->message, MESSAGE_SIZE, format, list);
	va_end(list);
	return false;
}

/* ---- lines ---- */

static bool read_literal(struct compiler *c, const char *text)
{
	for (; *text; text++) {
		if (c->declared_line == 0 && strchr(BLANKS, *text))
			continue;
		if (c->declared_line == 0)
			return refuse(c, "the view directive must come first");
		if (c->place.state == PLACE_TEXT)
			c->text_line = c->line;
		if (c->is_html && !place_read(&c->place, *text))
			return refuse(c, "unexpected \"%c\" in %s",
			    *text > ' ' ? *text : ' ', place_name(&c->place));
		write_literal(c, *text);
	}
	return true;
}

/* Is this one directive that leaves no line? */
static bool is_alone(const char *line)
{
	const char *close = strstr(line, "}}");

	return strncmp(line, "{{", 2) == 0 && close &&
	    !close[2 + strspn(close + 2, BLANKS)] && is_directive(line + 2);
}

/* The feed is "\n", or "" at the end of the file. */
static bool read_line(struct compiler *c, char *line, const char *feed)
{
	char *start = line + strspn(line, " \t");
	bool is_lone = is_alone(start);
	char *open;

	if (is_lone || (c->is_html && !place_keeps_blanks(&c->place)))
		line = start;
	while ((open = strstr(line, "{{"))) {
		char *close = strstr(open + 2, "}}");

		if (!close)
			return refuse(c, "{{ without }}");
		*open = *close = '\0';
		if (!read_literal(c, line) || !read_directive(c, open + 2))
			return false;
		line = close + 2;
	}
	return is_lone || (read_literal(c, line) && read_literal(c, feed));
}

/* Length of the UTF-8 character (RFC 3629, 4) at `at`; 0: there is none. */
static size_t utf8_length(const unsigned char *at)
{
	unsigned char first = at[0];
	size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((first == 0xe0 && at[1] < 0xa0) || /* overlong */
	    (first == 0xed && at[1] > 0x9f) || /* a surrogate */
	    (first == 0xf0 && at[1] < 0x90) || /* overlong */
	    (first == 0xf4 && at[1] > 0x8f))   /* beyond U+10FFFF */
		return 0;
	return length;
}

static bool is_utf8(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	while (*at) {
		size_t length = utf8_length(at);

		if (length == 0)
			return false;
		at += length;
	}
	return true;
}

/* ---- files ---- */

static bool read_name(struct compiler *c)
{
	const char *slash = strrchr(c->path, '/');

	c->name = slash ? slash + 1 : c->path;
	c->name_length = (int)strcspn(c->name, ".");
	c->is_html = strcmp(c->name + c->name_length, ".html") == 0;
	c->suffix = c->is_html ? "" : "_text";
	if (!c->is_html && strcmp(c->name + c->name_length, ".txt") != 0)
		return refuse(c, "the name must end in .html or .txt");
	return true;
}

/* What can only be said at the end: each complaint at a line that helps. */
static bool finish(struct compiler *c)
{
	c->line = c->declared_line > 0 ? c->declared_line : 1;
	if (c->declared_line == 0)
		return refuse(c, "no view directive");
	if (c->is_layout && c->content_line == 0)
		return refuse(c, "a layout without content");
	if (c->layout)
		write_code(c, c->layout_path, ");\n", "view_%s%s_end(out, &",
		    c->layout, c->suffix);
	end_literal(c);
	fputs("}\n", c->code);
	if (c->depth > 0) {
		const struct block *block = &c->blocks[c->depth - 1];

		c->line = block->line;
		return refuse(
		    c, "this %s has no end", block->variable ? "each" : "if");
	}
	c->line = c->text_line;
	if (c->place.state != PLACE_TEXT)
		return refuse(c, "the view ends in %s", place_name(&c->place));
	return true;
}

bool viewc_compile(const char *path, char *bytes, size_t length, FILE *code,
    struct fault *fault)
{
	struct compiler c = {.path = path, .code = code, .fault = fault};
	char *end = bytes + length;
	char *next;

	c.line = 1;
	if (!read_name(&c))
		return false;
	fprintf(code, "/* Made by viewc from %s; do not edit. */\n", path);
	fputs("#include \"views/views.h\"\n\n", code);
	/* Layouts' ends and plain texts need no struct. */
	fputs(
	    "#pragma GCC diagnostic ignored \"-Wunused-parameter\"\n\n", code);
	for (char *line = bytes; line < end; line = next) {
		char *feed = memchr(line, '\n', (size_t)(end - line));

		next = feed ? feed + 1 : end;
		if (feed)
			*feed = '\0';
		if (line + strlen(line) != (feed ? feed : end))
			return refuse(&c, "a NUL byte");
		if (!is_utf8(line))
			return refuse(&c, "malformed UTF-8");
		if (!read_line(&c, line, feed ? "\n" : ""))
			return false;
		c.line++;
	}
	return finish(&c);
}
