/*
 * Deleting the account, and leaving the mails about events.
 */
#include "account.h"

#include "account/password.h"
#include "web/sign_in.h"

/* ---- deleting ---- */

static const struct form_field delete_fields[] = {
    {.name = "current",
	.label = "Your password",
	.hint = "So that nobody else does this.",
	.type = "password",
	.autocomplete = "current-password",
	.missing = "Enter your password",
	.longest = PASSWORD_LONGEST},
};

static const struct detail delete_facts[] = {
    {"Deleted at once",
	"Your name, user name, email address and password, your saved cards, "
	"and all places where you are signed in."},
    {"Kept until the event is over",
	"Name and email address on bookings of coming events: your tickets stay "
	"valid. Print them or keep the mail with them."},
    {"Kept without your name",
	"What was sold and paid, because accounts must add up."},
};

static const struct link delete_links[] = {
    {"Keep the account", {"/account"}},
    {"Download your data first", {"/account/data"}},
};

static const struct my_page delete_page = {
    .title = "Delete the account",
    .lead = "This cannot be undone.",
    .button = "Delete the account",
    .is_grave = true,
    .fields = delete_fields,
    .field_count = COUNT_OF(delete_fields),
    .facts = {.items = delete_facts, .count = COUNT_OF(delete_facts)},
    .links = {.items = delete_links, .count = COUNT_OF(delete_links)},
};

struct error *my_show_delete(struct request *request)
{
	struct form form;

	my_start_form(request, &delete_page, &form);
	my_show_form(request, &delete_page, &form, NULL);
	return NULL;
}

struct error *my_delete(struct request *request)
{
	struct error *error;
	struct form form;

	my_read_form(request, &delete_page, &form);
	if (!form_is_right(&form)) {
		my_show_mistakes(request, &delete_page, &form);
		return NULL;
	}
	error = account_delete(
	    &request->shop, &request->viewer, form_value(&form, "current"));
	if (error)
		return my_refuse(request, &delete_page, &form, error);
	sign_in_forget(request);
	my_go(request, "/account/done/delete");
	return NULL;
}

/* ---- the mails ---- */

static const struct my_page unsubscribe_page = {
    .title = "No more mails about events",
    .lead = "Mails about your own bookings still come.",
    .button = "Stop these mails",
};

struct error *my_show_unsubscribe(struct request *request)
{
	struct form form;

	my_start_form(request, &unsubscribe_page, &form);
	my_show_form(request, &unsubscribe_page, &form, NULL);
	return NULL;
}

/*
 * Mail programs post this for their user, without a cookie, and follow no
 * redirect (RFC 8058, 3.1). Once more changes nothing.
 */
struct error *my_unsubscribe(struct request *request)
{
	TRY(account_unsubscribe(
	    &request->shop, request_param(request, "token")));
	my_say_done(request, "unsubscribe");
	return NULL;
}
