/*
 * The outbox (B8): what waits, what went, what failed and why.
 */
#include "admin.h"

#include "base/clock.h"
#include "base/text.h"
#include "mail/letter.h"
#include "mail/outbox.h"
#include "mail/sendmail.h"
#include "store/outbox_store.h"
#include "web/present.h"
#include <inttypes.h>

enum {
	PAGE_SIZE = 50
};

static const struct form_field fields[] = {
    {.name = "state", .label = "State"},
    {.name = "before", .label = "Page", .has_no_input = true},
};

static const struct option states[] = {
    {.value = "", .label = "All"},
    {.value = "waiting", .label = "Waiting"},
    {.value = "failed", .label = "Failed"},
    {.value = "sent", .label = "Sent"},
};

static const struct {
	const char *text;
	const char *badge;
} state_words[] = {
    [MAIL_WAITING] = {"Waiting", "low"},
    [MAIL_SENT] = {"Sent", "good"},
    [MAIL_FAILED] = {"Failed", "bad"},
};

static const struct notice notices[] = {
    {"retry", "It is due now, with all its attempts ahead of it."},
    {"resend", "This is the copy, which is due now."},
};

/* ---- what is shown ---- */

static struct staff_mail_row make_row(
    const struct request *request, const struct outbox_line *line)
{
	const struct config *config = request->shop.config;
	struct arena *arena = request->shop.arena;
	const struct mail *mail = &line->mail;

	return (struct staff_mail_row){
	    .id = mail->id,
	    .url = url_local(arena, "/admin/mail/{}",
		arena_format(arena, "%" PRId64, mail->id)),
	    .kind = letter_title(mail),
	    .recipient = mail->recipient,
	    .event = line->event,
	    .reference = line->reference,
	    .booking = url_local(arena, "/admin/bookings/{}", line->reference),
	    .state = state_words[mail->state].text,
	    .badge = state_words[mail->state].badge,
	    .error = mail->error,
	    .attempts = mail->attempts,
	    .is_waiting = mail->state == MAIL_WAITING,
	    .is_sent = mail->state == MAIL_SENT,
	    .made = present_site_when(config, mail->created_at, WHEN_SHORT),
	    .due = present_site_when(config, mail->due_at, WHEN_SHORT),
	    .sent = present_site_when(config, mail->sent_at, WHEN_SHORT),
	};
}

static const char *setup_hint(const struct shop *shop)
{
	if (!*shop->config->sendmail)
		return "No mail program is set up, so mail waits here: see "
		       "sendmail in campuspass.conf.";
	if (!sendmail_is_there(shop->arena, shop->config))
		return "The mail program of campuspass.conf is not there.";
	return "";
}

static struct staff_mail_row_list make_rows(
    const struct request *request, const struct outbox_page *page, size_t count)
{
	struct staff_mail_row *rows =
	    arena_array(request->shop.arena, count, sizeof(*rows));

	for (size_t i = 0; i < count; i++)
		rows[i] = make_row(request, &page->items[i]);
	return (struct staff_mail_row_list){.items = rows, .count = count};
}

struct error *staff_show_mails(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct staff_mails_view view;
	struct outbox_page page;
	struct form form;
	int64_t before;
	size_t count;

	form_read(
	    &form, shop->arena, fields, COUNT_OF(fields), &request->query);
	TRY(staff_read_before(&form, &before));
	TRY(staff_check_choice(&form, "state", states, COUNT_OF(states)));
	TRY(outbox_store_list_for(shop->db, shop->arena, &request->viewer,
	    form_value(&form, "state"), before, PAGE_SIZE + 1, &page));
	count = page.count < PAGE_SIZE ? page.count : PAGE_SIZE;
	view = (struct staff_mails_view){
	    .page = staff_page(request, "Mail", STAFF_MAIL),
	    .hint = setup_hint(shop),
	    .state = staff_select(&form, "state", states, COUNT_OF(states)),
	    .mails = make_rows(request, &page, count),
	};
	view.pages = staff_turn_older(&form,
	    url_local(shop->arena, "/admin/mail"), before,
	    page.count > PAGE_SIZE ? page.items[count - 1].mail.id : 0);
	view_staff_mails(&request->response.body, &view);
	return NULL;
}

/* ---- one mail ---- */

/* What it says; why not, where that is nobody else's business. */
static void preview(struct request *request, const struct mail *mail,
    struct staff_mail_view *view)
{
	struct error *error;

	view->subject = "What it says";
	error = letter_read(&request->shop, mail, &view->subject, &view->text);
	if (!error)
		return;
	view->text = "";
	view->why_not = error->message;
}

static struct error *show_mail(
    struct request *request, const struct error *error)
{
	struct arena *arena = request->shop.arena;
	struct staff_mail_view view;
	struct outbox_line line;
	const char *number;
	int64_t id;

	TRY(staff_read_id(request, &id));
	TRY(outbox_store_find_for(
	    request->shop.db, arena, &request->viewer, id, &line));
	number = arena_format(arena, "%" PRId64, id);
	view = (struct staff_mail_view){
	    .page = staff_page(
		request, arena_format(arena, "Mail %s", number), STAFF_MAIL),
	    .box = page_problems(request, NULL, error),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .mail = make_row(request, &line),
	    .act = line.mail.state == MAIL_SENT
		? url_local(arena, "/admin/mail/{}/resend", number)
		: url_local(arena, "/admin/mail/{}/retry", number),
	    .notice = page_notice(request, notices, COUNT_OF(notices)),
	    .can_preview = request->viewer.role == ROLE_ADMIN,
	};
	view.page.has_error = view.box.is_shown;
	if (view.can_preview)
		preview(request, &line.mail, &view);
	view_staff_mail(&request->response.body, &view);
	return NULL;
}

struct error *staff_show_mail(struct request *request)
{
	return show_mail(request, NULL);
}

/* Done, or the page once more with what stands in the way. */
static struct error *conclude(
    struct request *request, int64_t id, const char *done, struct error *error)
{
	struct arena *arena = request->shop.arena;

	if (error && !error_is(error, STATE_ERROR))
		return error;
	if (error) {
		page_set_status(request, error);
		return show_mail(request, error);
	}
	request_redirect(request,
	    url_local(arena, "/admin/mail/{}?done={}",
		arena_format(arena, "%" PRId64, id), done));
	return NULL;
}

struct error *staff_retry_mail(struct request *request)
{
	int64_t id;

	TRY(staff_read_id(request, &id));
	return conclude(request, id, "retry",
	    outbox_retry(&request->shop, &request->viewer, id));
}

struct error *staff_resend_mail(struct request *request)
{
	int64_t id, copy = 0;
	struct error *error;

	TRY(staff_read_id(request, &id));
	error = outbox_resend(&request->shop, &request->viewer, id, &copy);
	return conclude(request, copy, "resend", error);
}
