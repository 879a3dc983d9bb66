/*
 * Webhooks: the addresses that are called, and the calls. Organisers have
 * their own, admins see all.
 */
#include "admin.h"

#include "base/text.h"
#include "booking/hook.h"
#include "store/webhook_store.h"
#include "web/present.h"
#include <inttypes.h>

enum {
	LISTED = 50 /* calls */
};

static const struct form_field fields[] = {
    {.name = "url",
	.label = "Address",
	.hint = "It begins with https:// and answers 200 to a POST.",
	.type = "url",
	.missing = "Enter an address that begins with https://",
	.longest = 500},
    {.name = "types", .label = "What it is told"},
};

static const char *const type_labels[] = {
    [HOOK_CONFIRMED] = "A booking is confirmed",
    [HOOK_CANCELLED] = "A booking, or a ticket of it, is cancelled",
    [HOOK_REFUNDED] = "Money is back with its buyer",
    [HOOK_CHECKED_IN] = "A ticket is checked in",
};
_Static_assert(COUNT_OF(type_labels) == HOOK_TYPE_COUNT, "a label each");

static const struct notice notices[] = {
    {"add", "The address is added. Show its secret to check our calls."},
    {"toggle", "That is changed."},
    {"delete", "The address is removed."},
    {"retry", "The call is made again now."},
};

/* ---- the page ---- */

static const char *with_commas(struct arena *arena, const char *words)
{
	struct out out = {.arena = arena};

	for (; *words; words++)
		if (*words == ' ')
			out_text(&out, ", ");
		else
			out_char(&out, *words);
	return out_string(&out);
}

static struct webhook_view show_webhook(
    const struct request *request, const struct webhook *webhook)
{
	struct arena *arena = request->shop.arena;
	const char *id = arena_format(arena, "%" PRId64, webhook->id);
	bool is_own = webhook->user_id == request->viewer.user_id;

	return (struct webhook_view){
	    .url = webhook->url,
	    .types = with_commas(arena, webhook->types),
	    .owner = is_own ? "" : webhook->username,
	    .is_active = webhook->is_active,
	    .toggle = url_local(arena, "/admin/webhooks/{}/toggle", id),
	    .reveal = url_local(arena, "/admin/webhooks/{}/secret", id),
	    .remove = url_local(arena, "/admin/webhooks/{}/delete", id),
	};
}

static const struct {
	const char *word;
	const char *badge;
} states[] = {
    [DELIVERY_WAITING] = {"Waiting", "low"},
    [DELIVERY_SENT] = {"Arrived", "good"},
    [DELIVERY_FAILED] = {"Failed", "bad"},
};

static struct delivery_view show_delivery(
    const struct request *request, const struct webhook_delivery *delivery)
{
	struct arena *arena = request->shop.arena;

	return (struct delivery_view){
	    .type = delivery->type,
	    .key = delivery->key,
	    .url = delivery->webhook.url,
	    .created = present_site_when(
		request->shop.config, delivery->created_at, WHEN_SHORT),
	    .state = states[delivery->state].word,
	    .badge = states[delivery->state].badge,
	    .detail = delivery->error,
	    .attempts = delivery->attempts,
	    .can_retry = delivery->state == DELIVERY_FAILED ||
		(delivery->state == DELIVERY_WAITING && delivery->attempts > 0),
	    .retry = url_local(arena, "/admin/webhooks/deliveries/{}/retry",
		arena_format(arena, "%" PRId64, delivery->id)),
	};
}

/* On a fresh form all of them are chosen. */
static bool is_chosen(
    const struct request *request, const struct form *form, const char *type)
{
	const char *value;

	for (size_t i = 0;
	     (value = fields_get_at(&request->form, "types", i)) != NULL; i++)
		if (text_equal(value, type))
			return true;
	return !form->is_checked;
}

static struct field_view types_field(
    const struct request *request, const struct form *form)
{
	struct arena *arena = request->shop.arena;
	struct field_view field = form_field(form, "types");
	struct option *options =
	    arena_array(arena, HOOK_TYPE_COUNT, sizeof(*options));

	for (int type = 0; type < HOOK_TYPE_COUNT; type++) {
		const char *word = hook_type_word((enum hook_type)type);

		options[type] = (struct option){
		    .value = word,
		    .label = type_labels[type],
		    .hint = word,
		    .id =
			type ? arena_format(arena, "types-%d", type) : "types",
		    .is_selected = is_chosen(request, form, word),
		};
	}
	field.is_required = true;
	field.options =
	    (struct option_list){.items = options, .count = HOOK_TYPE_COUNT};
	return field;
}

static struct error *fill_lists(
    const struct request *request, struct staff_webhooks_view *view)
{
	const struct shop *shop = &request->shop;
	struct webhook_delivery_list deliveries;
	struct webhook_list webhooks;
	struct webhook_view *hooks;
	struct delivery_view *calls;

	TRY(webhook_store_list(
	    shop->db, shop->arena, &request->viewer, &webhooks));
	TRY(delivery_store_list(
	    shop->db, shop->arena, &request->viewer, LISTED, &deliveries));
	hooks = arena_array(shop->arena, webhooks.count, sizeof(*hooks));
	for (size_t i = 0; i < webhooks.count; i++)
		hooks[i] = show_webhook(request, &webhooks.items[i]);
	calls = arena_array(shop->arena, deliveries.count, sizeof(*calls));
	for (size_t i = 0; i < deliveries.count; i++)
		calls[i] = show_delivery(request, &deliveries.items[i]);
	view->webhooks =
	    (struct webhook_view_list){.items = hooks, .count = webhooks.count};
	view->deliveries = (struct delivery_view_list){
	    .items = calls, .count = deliveries.count};
	return NULL;
}

static struct error *show(struct request *request, const struct form *form,
    const struct error *error, struct staff_webhooks_view *view)
{
	view->page = staff_page(request, "Webhooks", STAFF_WEBHOOKS);
	view->box = page_problems(request, form, error);
	view->page.has_error = view->box.is_shown;
	view->secret = page_secret(request, SECRET_PLAIN);
	view->notice = page_notice(request, notices, COUNT_OF(notices));
	view->url = form_field(form, "url");
	view->types = types_field(request, form);
	TRY(fill_lists(request, view));
	view_staff_webhooks(&request->response.body, view);
	return NULL;
}

static void start(struct request *request, struct form *form)
{
	form_start(form, request->shop.arena, fields, COUNT_OF(fields));
}

struct error *staff_show_webhooks(struct request *request)
{
	struct staff_webhooks_view view = {.secret_of = ""};
	struct form form;

	start(request, &form);
	return show(request, &form, NULL, &view);
}

/* ---- adding ---- */

/* The words that were ticked, those alone that there are. */
static const char *read_types(
    const struct request *request, const struct form *form)
{
	struct out out = {.arena = request->shop.arena};

	for (int type = 0; type < HOOK_TYPE_COUNT; type++) {
		const char *word = hook_type_word((enum hook_type)type);

		if (is_chosen(request, form, word))
			out_format(&out, "%s%s", out.length ? " " : "", word);
	}
	return out_string(&out);
}

struct error *staff_add_webhook(struct request *request)
{
	struct staff_webhooks_view view = {.secret_of = ""};
	struct error *error = NULL;
	struct form form;

	form_read(&form, request->shop.arena, fields, COUNT_OF(fields),
	    &request->form);
	request->response.status = 400;
	if (!form_is_right(&form))
		return show(request, &form, NULL, &view);
	error = hook_add(&request->shop, &request->viewer,
	    form_value(&form, "url"), read_types(request, &form));
	if (!error) {
		request_redirect(request,
		    url_local(request->shop.arena, "/admin/webhooks?done=add"));
		return NULL;
	}
	if (!page_take_error(request, &form, error))
		return error;
	return show(request, &form, error, &view);
}

/* ---- one of them ---- */

static struct error *read_id(const struct request *request, int64_t *id)
{
	if (text_number(request_param(request, "id"), id) != NUMBER_OK)
		return fail(NOT_FOUND_ERROR, "Webhook not found");
	return NULL;
}

static struct error *go_back(struct request *request, const char *done)
{
	request_redirect(request,
	    url_local(request->shop.arena, "/admin/webhooks?done={}", done));
	return NULL;
}

struct error *staff_toggle_webhook(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct webhook webhook;
	int64_t id;

	TRY(read_id(request, &id));
	TRY(webhook_store_find(
	    shop->db, shop->arena, &request->viewer, id, &webhook));
	TRY(hook_set_active(shop, &request->viewer, id, !webhook.is_active));
	return go_back(request, "toggle");
}

struct error *staff_reveal_webhook(struct request *request)
{
	struct staff_webhooks_view view = {.secret_of = ""};
	struct webhook webhook;
	struct form form;
	int64_t id;

	TRY(read_id(request, &id));
	TRY(hook_reveal(&request->shop, &request->viewer, id, &webhook,
	    &view.shown_secret));
	view.secret_of = webhook.url;
	start(request, &form);
	return show(request, &form, NULL, &view);
}

struct error *staff_remove_webhook(struct request *request)
{
	int64_t id;

	TRY(read_id(request, &id));
	TRY(hook_remove(&request->shop, &request->viewer, id));
	return go_back(request, "delete");
}

struct error *staff_retry_delivery(struct request *request)
{
	int64_t id;

	TRY(read_id(request, &id));
	TRY(hook_retry(&request->shop, &request->viewer, id));
	return go_back(request, "retry");
}
