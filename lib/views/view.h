/*
 * View: what compiled views call. A hole names its HTML context, the value's
 * type picks the escaper, and a type without one does not compile.
 *
 * viewc turns each file of lib/views into a C function made of these calls;
 * nobody else needs them, save tests. The context is in the name:
 *
 *   VIEW_TEXT  between tags, in <title> and in <textarea>
 *   VIEW_ATTR  inside a quoted attribute
 *   VIEW_URL   the whole of a URL attribute (href, src, action ...)
 *   VIEW_PLAIN a .txt view: mail text, nothing escaped
 *
 *   type              text            attribute       URL      plain
 *   const char *      escaped         escaped         refused  as it is
 *   struct html       as it is        refused         refused  refused
 *   struct url        escaped         escaped         escaped  as it is
 *   struct money      $15.00          15.00           refused  $15.00
 *   struct when       in its style    RFC 3339        refused  in its style
 *   int, int64_t,     digits          digits          refused  digits
 *   size_t
 *
 * Markup in a string is therefore always escaped: only struct html passes
 * unescaped, and only page_markdown(), charts and QR codes make one.
 */
#ifndef VIEWS_VIEW_H
#define VIEWS_VIEW_H

#include "base/clock.h"
#include "base/money.h"
#include "base/out.h"
#include <stdbool.h>
#include <stdint.h>

/* Markup that is safe to send: made by our own code, never from input. */
struct html {
	const char *markup; /* NULL prints nothing */
};

/*
 * An address that is safe in href, src or action: a local path or an
 * http(s), mailto or geo address. Made by url_local() and url_outside().
 */
struct url {
	const char *text; /* NULL prints nothing */
};

/*
 * A local path: each '{}' of the pattern is replaced by the next argument,
 * percent-encoded as one path segment or query value (RFC 3986, unreserved
 * characters stay): url_local(a, "/events/{}?page={}", slug, "2").
 * The pattern begins with one '/'. The caller passes one string per '{}'.
 */
struct url url_local(struct arena *arena, const char *pattern, ...);

/*
 * An address from outside (an organiser's link): http, https, mailto or geo
 * without blanks or controls; anything else gives the empty url.
 */
struct url url_outside(struct arena *arena, const char *address);

/*
 * A local path that came from outside (the field `next`): one '/' at its
 * start, not two, and no backslash, blank, control or non-ASCII character,
 * which browsers may read as another host. Anything else gives the empty url.
 */
struct url url_inside(struct arena *arena, const char *path);

/* The address with one more query parameter: "?name=value" or "&name=value". */
struct url url_with(
    struct arena *arena, struct url url, const char *name, const char *value);

/* Is there an address? */
static inline bool url_is_set(struct url url)
{
	return url.text && *url.text;
}

/* ---- what VIEW_... choose from ---- */

/* Escapes & < > " ' by copying the runs between them. */
void view_put_escaped(struct out *out, const char *text);
void view_put_html(struct out *out, struct html html);
void view_put_url(struct out *out, struct url url);
void view_put_url_plain(struct out *out, struct url url);
void view_put_int(struct out *out, int number);
void view_put_size(struct out *out, size_t number);

/* _Generic without brackets around the value: errors point at the view. */
#define VIEW_NUMBERS                                                           \
	int : view_put_int, int64_t : out_integer, size_t : view_put_size

#define VIEW_TEXT(out, value)                                                  \
	_Generic(value, VIEW_NUMBERS, char *                                   \
		 : view_put_escaped, const char *                              \
		 : view_put_escaped, struct html                               \
		 : view_put_html, struct url                                   \
		 : view_put_url, struct money                                  \
		 : money_print, struct when                                    \
		 : when_print)((out), (value))

#define VIEW_ATTR(out, value)                                                  \
	_Generic(value, VIEW_NUMBERS, char *                                   \
		 : view_put_escaped, const char *                              \
		 : view_put_escaped, struct url                                \
		 : view_put_url, struct money                                  \
		 : money_print_plain, struct when                              \
		 : when_print_iso)((out), (value))

#define VIEW_URL(out, value)                                                   \
	_Generic(value, struct url : view_put_url)((out), (value))

#define VIEW_PLAIN(out, value)                                                 \
	_Generic(value, VIEW_NUMBERS, char *                                   \
		 : out_text, const char *                                      \
		 : out_text, struct url                                        \
		 : view_put_url_plain, struct money                            \
		 : money_print, struct when                                    \
		 : when_print)((out), (value))

/* ---- what `if` asks: not false, not 0, not empty ---- */

static inline bool view_has_bool(bool value)
{
	return value;
}

static inline bool view_has_number(int64_t value)
{
	return value != 0;
}

static inline bool view_has_size(size_t value)
{
	return value != 0;
}

static inline bool view_has_string(const char *value)
{
	return value && *value;
}

static inline bool view_has_html(struct html value)
{
	return view_has_string(value.markup);
}

#define VIEW_HAS(value)                                                        \
	_Generic(value, bool                                                   \
		 : view_has_bool, int                                          \
		 : view_has_number, int64_t                                    \
		 : view_has_number, size_t                                     \
		 : view_has_size, char *                                       \
		 : view_has_string, const char *                               \
		 : view_has_string, struct html                                \
		 : view_has_html, struct url                                   \
		 : url_is_set)((value))

/* ---- what `each` walks: a struct with items and count ---- */

/*
 * The block that follows runs once for each item; `name` points to it. The
 * inner loop runs once: it is there to declare the pointer. A name that is
 * declared takes no parentheses. NOLINTBEGIN(bugprone-macro-parentheses)
 */
#define VIEW_EACH(name, list)                                                  \
	for (size_t i_##name = 0; i_##name < (list).count; i_##name++)         \
		for (const __typeof__(*(list).items) *name =                   \
			 &(list).items[i_##name];                              \
		     name; name = NULL)
/* NOLINTEND(bugprone-macro-parentheses) */

#endif
