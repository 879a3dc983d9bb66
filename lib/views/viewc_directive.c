/*
 * The directives of views: what each looks like and means.
 */
#include "views/viewc_parts.h"

#include <string.h>

/* ---- each of them ---- */

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
	bool is_own = words->count == 2;

	if (c->place.state != PLACE_TEXT)
		return refuse(c, "an include in %s", place_name(&c->place));
	write_code(c, is_own ? NULL : words->items[2], ");\n",
	    "view_%s%s(out, %s", words->items[1], c->suffix, is_own ? "" : "&");
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

/* ---- which one it is ---- */

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
    {{"include", "NAME"}, read_include},
    {{"include", "NAME", "PATH"}, read_include},
    {{"PATH"}, read_hole},
};

bool is_directive(const char *text)
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

bool read_directive(struct compiler *c, char *text)
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
