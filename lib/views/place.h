/*
 * Place: where in an HTML document a piece of a view stands. For viewc alone.
 *
 * A place follows literal text as a browser's tokenizer does (HTML standard,
 * 13.2.5). It refuses what that tokenizer calls a parse error inside tags, so
 * that both always agree on where an attribute or a script ends.
 */
#ifndef VIEWS_PLACE_H
#define VIEWS_PLACE_H

#include <stdbool.h>
#include <stddef.h>

/* More than the names have that mean something to us; others are cut. */
enum {
	PLACE_NAME_SIZE = 24
};

enum place_state {
	PLACE_TEXT,
	PLACE_TAG_OPEN,       /* behind < */
	PLACE_TAG_CLOSE,      /* behind </ */
	PLACE_TAG_NAME,       /* in a start or end tag's name */
	PLACE_GAP,            /* in a tag, where an attribute may begin */
	PLACE_SOLID,          /* in a tag, where a blank must come first */
	PLACE_ATTRIBUTE_NAME, /* in an attribute's name */
	PLACE_BEFORE_VALUE,   /* behind its = */
	PLACE_DOUBLE_QUOTED,  /* in its value */
	PLACE_SINGLE_QUOTED,  /* in its value */
	PLACE_UNQUOTED,       /* in its value */
	PLACE_BANG,           /* behind <! */
	PLACE_BANG_DASH,      /* behind <!- */
	PLACE_VERBATIM,       /* where nothing counts but the element's end */
	PLACE_TAG_END,        /* no state: the element says what follows */
	PLACE_COMMENT,        /* no state: VERBATIM in a comment */
	PLACE_DECLARATION,    /* no state: VERBATIM in <!doctype ...> */
	PLACE_REFUSED,        /* no state: this may not stand here */
};

struct place_element;

/* All zeros is text. */
struct place {
	enum place_state state;
	const struct place_element *element; /* of the tag, or VERBATIM */
	size_t matched;             /* how much of its end has been read */
	bool is_end;                /* the tag is an end tag */
	bool is_pre;                /* we are in a <pre> */
	bool is_url_begun;          /* something stands in a URL attribute */
	char name[PLACE_NAME_SIZE]; /* of tag or attribute, in lower case */
};

/* Read a character. False if it may not stand here. */
bool place_read(struct place *place, char character);

/*
 * A directive stands here: names end, so that none is put together from
 * branches. False if one would be the end of a <script> or the like.
 */
bool place_end_name(struct place *place);

/*
 * A hole stands here. The macro for it, or NULL, and *where says what it may
 * not stand in.
 */
const char *place_hole(struct place *place, const char **where);

/* What complaints call the place. */
const char *place_name(const struct place *place);

/* Does indentation mean something here? */
bool place_keeps_blanks(const struct place *place);

bool place_is_same(const struct place *a, const struct place *b);

/*
 * Make *joined the place behind either of two. False if what follows would
 * mean one thing after one and something else after the other.
 */
bool place_join(struct place *joined, struct place other);

#endif
