/*
 * The pages of program account, by subject, and what they share. Functions
 * begin with my_: account_ is the domain's (lib/account).
 */
#ifndef ACCOUNT_PAGES_H
#define ACCOUNT_PAGES_H

#include "account/account.h"
#include "web/page.h"

/* ---- account_form.c: a form on a page of its own ---- */

/* How somebody is called. */
#define MY_NAME_FIELDS                                                         \
	{.name = "first_name",                                                 \
	    .label = "First name",                                             \
	    .autocomplete = "given-name",                                      \
	    .missing = "Enter your first name",                                \
	    .longest = 100},                                                   \
	{                                                                      \
		.name = "last_name", .label = "Last name",                     \
		.autocomplete = "family-name",                                 \
		.missing = "Enter your last name", .longest = 100              \
	}

/* What such a page always says. */
struct my_page {
	const char *title;
	const char *lead;   /* "" none */
	const char *action; /* path the form goes to; NULL: where it is */
	bool comes_back;    /* hands `next` on: see my_next() */
	const char *button; /* "Create account" */
	bool creates;       /* its form has a one-time key */
	bool is_grave;      /* what it does cannot be undone */
	const struct form_field *fields; /* type "checkbox": below the inputs */
	size_t field_count;
	struct detail_list facts; /* what will happen */
	struct link_list links;   /* other ways */
};

/* Answer with the page; `error` NULL: none beside the form's own. */
void my_show_form(struct request *request, const struct my_page *page,
    const struct form *form, const struct error *error);

/* An empty form of the page, or one as the browser sent it. */
void my_start_form(
    struct request *request, const struct my_page *page, struct form *form);
void my_read_form(
    struct request *request, const struct my_page *page, struct form *form);

/* The form has mistakes: 400, and the page once more. */
void my_show_mistakes(struct request *request, const struct my_page *page,
    const struct form *form);

/*
 * The domain refused: show the page once more with its words and status, or
 * pass on what has a page of its own.
 */
MUST_CHECK struct error *my_refuse(struct request *request,
    const struct my_page *page, struct form *form, struct error *error);

/*
 * Where the browser wants to go afterwards: the field `next`, if that is a
 * page of ours; else the empty url.
 */
struct url my_next(const struct request *request);

/* Answer 303 to a page of ours. */
void my_go(struct request *request, const char *path);

/*
 * The secret of a mailed link: in the path, or in the cookie that
 * my_take_link() set. "" when there is none.
 */
NONNULL_RESULT const char *my_link_secret(
    const struct request *request, const char *purpose);

/*
 * Somebody followed a mailed link: the secret goes into a cookie for
 * `seconds`, and the browser to /account/{purpose}, where it stands in no
 * address, history or log. Changes nothing else.
 */
MUST_CHECK struct error *my_take_link(
    struct request *request, const char *purpose, int64_t seconds);

/* The link has done its work. */
void my_forget_link(struct request *request, const char *purpose);

/* ---- account_register.c ---- */

struct error *my_show_register(struct request *request);
struct error *my_register(struct request *request);
struct error *my_take_verify_link(struct request *request);
struct error *my_show_verify(struct request *request);
struct error *my_verify(struct request *request);
struct error *my_send_verification(struct request *request);

/* ---- account_login.c ---- */

struct error *my_show_login(struct request *request);
struct error *my_log_in(struct request *request);
struct error *my_log_out(struct request *request);

/* The login's page once more, with the reason. */
void my_ask_login_again(struct request *request, const char *why);

/* Signed in: to where the browser wanted to go, or where this role works. */
void my_go_on(struct request *request, enum role role);

/* ---- account_recovery.c ---- */

struct error *my_show_forgot(struct request *request);
struct error *my_forgot(struct request *request);
struct error *my_take_reset_link(struct request *request);
struct error *my_show_reset(struct request *request);
struct error *my_reset(struct request *request);

/* ---- account_profile.c ---- */

struct error *my_show_account(struct request *request);
struct error *my_change_account(struct request *request);
struct error *my_show_password(struct request *request);
struct error *my_change_password(struct request *request);

/* ---- account_sessions.c ---- */

struct error *my_show_sessions(struct request *request);
struct error *my_end_session(struct request *request);

/* ---- account_cards.c ---- */

struct error *my_show_cards(struct request *request);
struct error *my_add_card(struct request *request);
struct error *my_default_card(struct request *request);
struct error *my_remove_card(struct request *request);

/* ---- account_two_factor.c ---- */

struct error *my_show_two_factor(struct request *request);
struct error *my_begin_two_factor(struct request *request);
struct error *my_confirm_two_factor(struct request *request);
struct error *my_renew_codes(struct request *request);
struct error *my_end_two_factor(struct request *request);

/* The password was right and a code is needed: go and ask for it. */
MUST_CHECK struct error *my_ask_code(
    struct request *request, const struct user *user, bool is_remembered);
struct error *my_show_code(struct request *request);
struct error *my_take_code(struct request *request);

/* ---- account_data.c ---- */

struct error *my_show_data(struct request *request);
struct error *my_download_data(struct request *request);

/* ---- account_leave.c ---- */

struct error *my_show_delete(struct request *request);
struct error *my_delete(struct request *request);
struct error *my_show_unsubscribe(struct request *request);
struct error *my_unsubscribe(struct request *request);

/* ---- account_done.c: what was done, in words ---- */

/* GET /account/done/{what} */
struct error *my_show_done(struct request *request);

/* The same words as an answer to a POST of a program. */
void my_say_done(struct request *request, const char *what);

#endif
