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
#include "views/place.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
#define BLANKS " \t\r\n\f"
#define LOWER "abcdefghijklmnopqrstuvwxyz"

enum {
	NESTING_LIMIT = 16,
	WORD_LIMIT = 7,     /* of a directive */
	MESSAGE_SIZE = 200, /* of a complaint; longer ones are cut */
	PATH_SIZE = 4096,   /* of a file's name */
};

/* Why a view is refused. */
struct fault {
	int line;
	char message[MESSAGE_SIZE];
};

/* A directive, cut into words. */
struct words {
	char *items[WORD_LIMIT];
	size_t count; /* also those over the limit */
};

/* An open if or each. */
struct block {
	const char *variable; /* an each's; NULL for an if */
	int line;             /* where it begins */
	bool has_else;        /* its last branch has begun */
	struct place start;   /* where each branch begins */
	struct place end;     /* where what follows begins */
};

struct compiler {
	const char *path;    /* of the source, for #line */
	const char *name;    /* of the file: "list.html" */
	int name_length;     /* up to its ending */
	const char *suffix;  /* of functions' names: "" or "_text" */
	bool is_html;        /* .html, not .txt */
	FILE *code;          /* what is made */
	struct fault *fault; /* set when something is refused */
	int line;            /* under way */
	int text_line;       /* where text was last left */
	struct place place;  /* under way; in a .txt always text */
	struct block blocks[NESTING_LIMIT];
	size_t depth;            /* how many blocks are open */
	int declared_line;       /* of the view directive; 0: not yet */
	int content_line;        /* of a layout's content; 0: not yet */
	bool is_layout;          /* it has a content */
	const char *structure;   /* names the view's struct */
	const char *layout;      /* around the view, or NULL */
	const char *layout_path; /* its struct */
	bool is_in_literal;      /* a string in the code is open */
	bool is_at_break;        /* it stands behind a line feed */
};

PRINTF_LIKE(2, 3)
static bool refuse(struct compiler *c, const char *format, ...)
{
	va_list list;

	c->fault->line = c->line;
	va_start(list, format);
	vsnprintf(c->fault->message, MESSAGE_SIZE, format, list);
	va_end(list);
	return false;
}

/* ---- writing C ---- */

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

static void write_indent(struct compiler *c)
{
	for (size_t i = 0; i <= c->depth; i++)
		putc('\t', c->code);
}

static void write_literal(struct compiler *c, char character)
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

static void end_literal(struct compiler *c)
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

/* Begin a function of the view; its part is "", "_begin" or "_end". */
static void write_head(struct compiler *c, const char *part)
{
	write_line(c);
	fprintf(c->code, "void view_%.*s%s%s(", c->name_length, c->name,
	    c->suffix, part);
	fprintf(c->code, "struct out *out, const struct %s_view *view)\n{\n",
	    c->structure);
}

static bool is_variable(
    const struct compiler *c, const char *name, size_t length)
{
	for (size_t i = 0; i < c->depth; i++) {
		const char *variable = c->blocks[i].variable;

		if (variable && strlen(variable) == length &&
		    memcmp(variable, name, length) == 0)
			return true;
	}
	return false;
}

/* A line of code: what the format gives, a path, a tail. */
PRINTF_LIKE(4, 5)
static void write_code(struct compiler *c, const char *path, const char *tail,
    const char *format, ...)
{
	size_t length = strcspn(path, ".");
	va_list list;

	write_line(c);
	write_indent(c);
	va_start(list, format);
	vfprintf(c->code, format, list);
	va_end(list);
	/* An each's variable is a pointer. */
	if (!is_variable(c, path, length))
		fprintf(c->code, "view->%s%s", path, tail);
	else if (path[length])
		fprintf(c->code, "%.*s->%s%s", (int)length, path,
		    path + length + 1, tail);
	else
		fprintf(c->code, "*%s%s", path, tail);
}

/* ---- directives ---- */

static bool read_view(struct compiler *c, const struct words *words)
{
	char *const *word = words->items;
	const char *name = word[1];

	if (c->declared_line > 0)
		return refuse(c, "a second view; the first is in line %d",
		    c->declared_line);
	if (strncmp(c->name, name, (size_t)c->name_length) != 0 ||
	    name[c->name_length])
		return refuse(
		    c, "%s does not stand in a file of its name", name);
	c->declared_line = c->line;
	c->is_layout = strcmp(word[0], "layout") == 0;
	c->structure = name;
	if (words->count > 2 && strcmp(word[2], "of") == 0)
		c->structure = word[3];
	write_head(c, c->is_layout ? "_begin" : "");
	if (words->count < 5)
		return true;
	c->layout = word[words->count - 2];
	c->layout_path = word[words->count - 1];
	write_code(c, c->layout_path, ");\n", "view_%s%s_begin(out, &",
	    c->layout, c->suffix);
	return true;
}

static bool read_content(struct compiler *c, const struct words *words)
{
	(void)words;
	if (!c->is_layout)
		return refuse(c, "content belongs in a layout");
	if (c->content_line > 0)
		return refuse(c, "a second content; the first is in line %d",
		    c->content_line);
	if (c->depth > 0)
		return refuse(c, "content in a branch");
	if (c->place.state != PLACE_TEXT)
		return refuse(c, "content in %s", place_name(&c->place));
	c->content_line = c->line;
	end_literal(c);
	fputs("}\n\n", c->code);
	write_head(c, "_end");
	return true;
}

static bool open_block(struct compiler *c, const char *variable)
{
	if (c->depth == NESTING_LIMIT)
		return refuse(c, "nested deeper than %d", NESTING_LIMIT);
	c->blocks[c->depth++] = (struct block){
	    .variable = variable,
	    .line = c->line,
	    .start = c->place,
	    .end = c->place,
	};
	return true;
}

static bool read_each(struct compiler *c, const struct words *words)
{
	const char *name = words->items[3];

	if (is_variable(c, name, strlen(name)) || strcmp(name, "out") == 0 ||
	    strcmp(name, "view") == 0)
		return refuse(c, "the name %s is taken", name);
	write_code(c, words->items[1], ") {\n", "VIEW_EACH(%s, ", name);
	return open_block(c, name);
}

/* Of an else if, too: last come [not] and the path. */
static void write_if(
    struct compiler *c, const struct words *words, const char *before)
{
	const char *path = words->items[words->count - 1];
	bool is_not = strcmp(words->items[words->count - 2], "not") == 0;

	write_code(
	    c, path, ")) {\n", "%sif (%sVIEW_HAS(", before, is_not ? "!" : "");
}

static bool read_if(struct compiler *c, const struct words *words)
{
	write_if(c, words, "");
	return open_block(c, NULL);
}

/* The innermost block's branch ends here; depth falls. */
static bool end_branch(struct compiler *c)
{
	struct block *block = &c->blocks[c->depth - 1];
	/* An each goes on where it ended; branches of an if exclude others. */
	bool is_right = block->variable
	    ? place_is_same(&block->start, &c->place)
	    : place_join(&block->end, c->place);

	if (!is_right)
		return refuse(c,
		    "the %s of line %d begins in %s but ends elsewhere, in %s",
		    block->variable ? "each" : "if", block->line,
		    place_name(&block->start), place_name(&c->place));
	end_literal(c);
	c->depth--;
	return true;
}

static bool read_else(struct compiler *c, const struct words *words)
{
	struct block *block = c->depth > 0 ? &c->blocks[c->depth - 1] : NULL;

	if (!block || block->variable)
		return refuse(c, "else without if");
	if (block->has_else)
		return refuse(
		    c, "a second else; the if is in line %d", block->line);
	if (!end_branch(c))
		return false;
	c->place = block->start;
	if (words->count > 1) {
		write_if(c, words, "} else ");
	} else {
		block->has_else = true;
		write_indent(c);
		fputs("} else {\n", c->code);
	}
	c->depth++;
	return true;
}

static bool read_end(struct compiler *c, const struct words *words)
{
	(void)words;
	if (c->depth == 0)
		return refuse(c, "end without if or each");
	if (!end_branch(c))
		return false;
	c->place = c->blocks[c->depth].end;
	write_indent(c);
	fputs("}\n", c->code);
	return true;
}

static bool read_include(struct compiler *c, const struct words *words)
{
	if (c->place.state != PLACE_TEXT)
		return refuse(c, "an include in %s", place_name(&c->place));
	write_code(c, words->items[2], ");\n", "view_%s%s(out, &",
	    words->items[1], c->suffix);
	return true;
}

static bool read_hole(struct compiler *c, const struct words *words)
{
	const char *where = NULL;
	const char *macro =
	    c->is_html ? place_hole(&c->place, &where) : "VIEW_PLAIN";

	if (!macro)
		return refuse(c, "a hole in %s", where);
	write_code(c, words->items[0], ");\n", "%s(out, ", macro);
	return true;
}

/* What directives look like; NAME and PATH stand for what varies. */
static const struct form {
	const char *words[WORD_LIMIT];
	bool (*read)(struct compiler *c, const struct words *words);
} forms[] = {
    {{"view", "NAME"}, read_view},
    {{"view", "NAME", "of", "NAME"}, read_view},
    {{"view", "NAME", "layout", "NAME", "PATH"}, read_view},
    {{"view", "NAME", "of", "NAME", "layout", "NAME", "PATH"}, read_view},
    {{"layout", "NAME"}, read_view},
    {{"content"}, read_content},
    {{"each", "PATH", "as", "NAME"}, read_each},
    {{"if", "PATH"}, read_if},
    {{"if", "not", "PATH"}, read_if},
    {{"else"}, read_else},
    {{"else", "if", "PATH"}, read_else},
    {{"else", "if", "not", "PATH"}, read_else},
    {{"end"}, read_end},
    {{"include", "NAME", "PATH"}, read_include},
    {{"PATH"}, read_hole},
};

/* Does a text begin with the word of a directive, or a note's #? */
static bool is_directive(const char *text)
{
	size_t length;

	text += strspn(text, BLANKS);
	length = strcspn(text, BLANKS "}");
	for (size_t i = 0; i < COUNT_OF(forms); i++)
		if (strlen(forms[i].words[0]) == length &&
		    memcmp(forms[i].words[0], text, length) == 0)
			return true;
	return *text == '#';
}

static bool is_varying(const char *word)
{
	return strcmp(word, "NAME") == 0 || strcmp(word, "PATH") == 0;
}

static bool fits(const struct form *form, const struct words *words)
{
	for (size_t i = 0; i < WORD_LIMIT; i++) {
		const char *word = form->words[i];

		if (!word || i == words->count)
			return !word && i == words->count;
		if (!is_varying(word) && strcmp(word, words->items[i]) != 0)
			return false;
	}
	return words->count == WORD_LIMIT;
}

/* A name begins with a letter; a path is names with dots between. */
static bool is_path(const char *path)
{
	while (*path && strchr(LOWER, *path)) {
		path += strspn(path, LOWER "0123456789_");
		if (!*path)
			return true;
		path += *path == '.' ? 1 : 0;
	}
	return false;
}

static bool check_words(
    struct compiler *c, const struct form *form, const struct words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->items[i];
		bool is_name = strcmp(form->words[i], "NAME") == 0;

		if (!is_varying(form->words[i]))
			continue;
		if (!is_path(word) || (is_name && strchr(word, '.')))
			return refuse(c, "malformed %s \"%s\"",
			    is_name ? "name" : "path", word);
	}
	return true;
}

static const struct form *find_form(const struct words *words)
{
	for (size_t i = 0; i < COUNT_OF(forms); i++)
		if (fits(&forms[i], words))
			return &forms[i];
	return NULL;
}

static struct words split(char *text)
{
	struct words words = {.count = 0};
	char *rest = NULL;

	for (char *word = strtok_r(text, BLANKS, &rest); word;
	     word = strtok_r(NULL, BLANKS, &rest)) {
		if (words.count < WORD_LIMIT)
			words.items[words.count] = word;
		words.count++;
	}
	return words;
}

static bool read_directive(struct compiler *c, char *text)
{
	bool is_known = is_directive(text);
	struct words words = split(text);
	const struct form *form = find_form(&words);

	if (words.count == 0)
		return refuse(c, "an empty directive");
	if (words.items[0][0] == '#')
		return true;
	if (!form || (is_known && form->read == read_hole))
		return refuse(c, "%s directive \"%s\"",
		    is_known ? "malformed" : "unknown", words.items[0]);
	if (c->declared_line == 0 && form->read != read_view)
		return refuse(c, "the view directive must come first");
	if (!check_words(c, form, &words))
		return false;
	if (form->read != read_hole && !place_end_name(&c->place))
		return refuse(c, "a directive in a tag's name");
	return form->read(c, &words);
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

/*
 * Compile `length` bytes with a NUL behind them, which are cut up. False sets
 * *fault; what has been written then is worth nothing.
 */
static bool compile(const char *path, char *bytes, size_t length, FILE *code,
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

#ifndef VIEWC_NO_MAIN

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
	is_compiled = compile(input, bytes, length, code, &fault);
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

#endif
