/*
 * Viewc_parts: what the files of viewc share. For viewc alone, which needs
 * nothing of the library: it is built first.
 */
#ifndef VIEWS_VIEWC_PARTS_H
#define VIEWS_VIEWC_PARTS_H

#include "views/place.h"

#include <stdio.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
#define BLANKS " \t\r\n\f"
#define LOWER "abcdefghijklmnopqrstuvwxyz"

enum {
	NESTING_LIMIT = 16,
	WORD_LIMIT = 7,     /* of a directive */
	MESSAGE_SIZE = 200, /* of a complaint; longer ones are cut */
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

/* A view on its way through. */
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

/* ---- viewc_compile.c: lines ---- */

/*
 * Compile `length` bytes with a NUL behind them, which are cut up. False sets
 * *fault; what has been written then is worth nothing.
 */
bool viewc_compile(const char *path, char *bytes, size_t length, FILE *code,
    struct fault *fault);

/* Say why the line under way is refused. Always false. */
PRINTF_LIKE(2, 3)
bool refuse(struct compiler *c, const char *format, ...);

/* ---- viewc_directive.c: what stands in {{ }} ---- */

/* Does a text begin with the word of a directive, or a note's #? */
bool is_directive(const char *text);

/* Write what a directive means; its text is cut up. False refuses it. */
bool read_directive(struct compiler *c, char *text);

/* ---- viewc_code.c: writing C ---- */

/* A character of the page. */
void write_literal(struct compiler *c, char character);

/* What is written next is code. */
void end_literal(struct compiler *c);

void write_indent(struct compiler *c);

/* Begin a function of the view; its part is "", "_begin" or "_end". */
void write_head(struct compiler *c, const char *part);

/* A line of code: what the format gives, a path (NULL: the view), a tail. */
PRINTF_LIKE(4, 5)
void write_code(struct compiler *c, const char *path, const char *tail,
    const char *format, ...);

/* Is this the name of an enclosing each? */
bool is_variable(const struct compiler *c, const char *name, size_t length);

#endif
