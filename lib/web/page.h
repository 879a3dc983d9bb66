/*
 * Page: what all HTML pages share - the frame, the problem box, the hidden
 * fields of forms, and the error page.
 */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "views/views.h"
#include "web/face.h"
#include "web/form.h"
#include "web/request.h"

/* Errors as pages; each kind has its status (page.c). */
extern const struct face page_face;

/*
 * The frame of a page. Somebody signed in gets the button to log out; a
 * visitor's frame is the same for everybody, so that it may be cached.
 */
struct page_view page_frame(struct request *request, const char *title);

/* The same with the style sheet of the back office and the door. */
struct page_view page_staff_frame(struct request *request, const char *title);

/* Whether a form creates something, and so needs a one-time key. */
enum secret_kind {
	SECRET_PLAIN,
	SECRET_CREATES,
};

/*
 * The hidden fields of a POST form; gives the browser its cookie. A form
 * shown again keeps its form key, so that sending it twice stays one sale.
 */
struct form_secret_view page_secret(
    struct request *request, enum secret_kind kind);

/*
 * The box at the top: the form's mistakes, and the error (NULL: none); folded
 * away below them its kind, fields and causes. `form` may be NULL.
 */
struct problem_box_view page_problems(struct request *request,
    const struct form *form, const struct error *error);

/* Show these in the box, which is shown if there are any. */
void page_list_problems(
    struct problem_box_view *box, struct problem_list problems);

/*
 * Name the kind of mistakes that are those of a form alone: folded away below
 * them, for who writes to us about it.
 */
void page_name_mistakes(struct request *request, struct problem_box_view *box);

/* Set the answer's status (and Retry-After) from an error of this page. */
void page_set_status(struct request *request, const struct error *error);

/*
 * Can the visitor do something about it on the page itself? Then the page is
 * shown again with the problem box; other errors get their own page.
 */
bool page_can_show(const struct error *error);

/*
 * The same for a page that is shown again: if so the answer has its status,
 * and the form (may be NULL) has it at the field that it names.
 */
bool page_take_error(
    struct request *request, struct form *form, const struct error *error);

/*
 * What a page says of what its forms have done. They lead to its address with
 * "?done=WORD".
 */
struct notice {
	const char *done; /* the word */
	const char *says;
};

/*
 * What is to be said on this page; "" when the address has none of the words,
 * or the page answers a form that has not done its work.
 */
NONNULL_RESULT const char *page_notice(
    const struct request *request, const struct notice *notices, size_t count);

/* The links of a page that can renew itself. */
struct renewal {
	struct url refresh; /* the page once more, as it is */
	struct url live;    /* let it renew itself; not set: it does */
};

/* By itself only where ?live=yes asks for it (WCAG 2.2.1). */
struct renewal page_renewal(
    struct request *request, struct url here, int seconds);

/* Safe HTML for an organiser's Markdown (cmark; raw HTML is dropped). */
struct html page_markdown(struct arena *arena, const char *text);

#endif
