/*
 * The C that viewc writes.
 */
#include "views/viewc_parts.h"

#include <stdarg.h>
#include <string.h>

static void write_escaped(FILE *code, char character)
{
	if (character == '\n')
		fputs("\\n", code);
	else if (strchr("\"\\?", character)) /* ? because of trigraphs */
		fprintf(code, "\\%c", character);
	else if ((unsigned char)character < ' ' || character == 0x7f)
		fprintf(code, "\\%03o", (unsigned)character);
	else
		putc(character, code);
}

void write_indent(struct compiler *c)
{
	for (size_t i = 0; i <= c->depth; i++)
		putc('\t', c->code);
}

void write_literal(struct compiler *c, char character)
{
	if (!c->is_in_literal) {
		write_indent(c);
		fputs("OUT_LITERAL(out, \"", c->code);
	} else if (c->is_at_break) {
		fputs("\"\n", c->code);
		write_indent(c);
		fputs("    \"", c->code);
	}
	write_escaped(c->code, character);
	c->is_in_literal = true;
	c->is_at_break = character == '\n';
}

void end_literal(struct compiler *c)
{
	if (c->is_in_literal)
		fputs("\");\n", c->code);
	c->is_in_literal = false;
}

/* Make the C compiler speak of the view's line. */
static void write_line(struct compiler *c)
{
	end_literal(c);
	fprintf(c->code, "#line %d \"", c->line);
	for (const char *at = c->path; *at; at++)
		write_escaped(c->code, *at);
	fputs("\"\n", c->code);
}

void write_head(struct compiler *c, const char *part)
{
	write_line(c);
	fprintf(c->code, "void view_%.*s%s%s(", c->name_length, c->name,
	    c->suffix, part);
	fprintf(c->code, "struct out *out, const struct %s_view *view)\n{\n",
	    c->structure);
}

bool is_variable(const struct compiler *c, const char *name, size_t length)
{
	for (size_t i = 0; i < c->depth; i++) {
		const char *variable = c->blocks[i].variable;

		if (variable && strlen(variable) == length &&
		    memcmp(variable, name, length) == 0)
			return true;
	}
	return false;
}

void write_code(struct compiler *c, const char *path, const char *tail,
    const char *format, ...)
{
	size_t length = path ? strcspn(path, ".") : 0;
	va_list list;

	write_line(c);
	write_indent(c);
	va_start(list, format);
	vfprintf(c->code, format, list);
	va_end(list);
	/* An each's variable is a pointer. */
	if (!path)
		fprintf(c->code, "view%s", tail);
	else if (!is_variable(c, path, length))
		fprintf(c->code, "view->%s%s", path, tail);
	else if (path[length])
		fprintf(c->code, "%.*s->%s%s", (int)length, path,
		    path + length + 1, tail);
	else
		fprintf(c->code, "*%s%s", path, tail);
}
