/*
 * What was done, in words: where the account's forms lead.
 */
#include "account.h"

#include "base/text.h"

static const struct link to_login[] = {{"Log in", {"/account/login"}}};
static const struct link to_account[] = {
    {"Your account", {"/account"}}, {"My tickets", {"/tickets"}}};
static const struct link to_events[] = {{"All events", {"/"}}};
static const struct link to_resend[] = {
    {"Log in", {"/account/login"}}, {"Ask again", {"/account/forgot"}}};

#define LINKS(list) .links = {.items = (list), .count = COUNT_OF(list)}

struct words {
	const char *what; /* of the address */
	const char *title;
	const char *lead;
	struct link_list links;
};

static const struct words done[] = {
    {"register", "Check your mail",
	"We have written to the address that you gave. Follow the link in the "
	"mail to confirm that it is yours.",
	LINKS(to_login)},
    {"forgot", "Check your mail",
	"If there is an account with this address, a link is on its way to it. "
	"It works for 30 minutes.",
	LINKS(to_resend)},
    {"reset", "Your password is changed", "Log in with the new one.",
	LINKS(to_login)},
    {"verify", "Your email address is confirmed",
	"Thank you. Bookings that you made with it are in your account.",
	LINKS(to_account)},
    {"logout", "You are logged out",
	"Whoever uses this browser next does not see your tickets.",
	LINKS(to_events)},
    {"delete", "Your account is deleted",
	"Tickets of coming events stay valid. You can always book without an "
	"account.",
	LINKS(to_events)},
    {"unsubscribe", "No more mails about events",
	"Mails about your own bookings still come.", LINKS(to_events)},
};

static const struct words *find_words(const char *what)
{
	for (size_t i = 0; i < COUNT_OF(done); i++)
		if (text_equal(done[i].what, what))
			return &done[i];
	return NULL;
}

static void say(struct request *request, const struct words *words)
{
	struct message_view view = {
	    .page = page_frame(request, words->title),
	    .lead = words->lead,
	    .links = words->links,
	};

	view.page.on_account = true;
	view_message(&request->response.body, &view);
}

void my_say_done(struct request *request, const char *what)
{
	const struct words *words = find_words(what);

	if (!words)
		die("nothing is said of %s", what);
	say(request, words);
}

struct error *my_show_done(struct request *request)
{
	const struct words *words = find_words(request_param(request, "what"));

	if (!words)
		return fail(NOT_FOUND_ERROR, "Page not found");
	say(request, words);
	return NULL;
}
