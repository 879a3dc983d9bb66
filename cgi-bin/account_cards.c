/*
 * One's saved cards (R7, R33): the list, adding one, the default, removing.
 */
#include "account.h"

#include "base/clock.h"
#include "base/text.h"
#include "web/card_form.h"

static const struct form_field card_fields[] = {
    CARD_FORM_FIELDS,
};

static const struct notice notices[] = {
    {"add", "Your card is saved."},
    {"default", "This is your default card now."},
    {"delete", "The card is removed."},
};

static struct saved_card_view make_view(
    const struct request *request, const struct saved_card *card)
{
	struct arena *arena = request->shop.arena;
	const char *id = arena_format(arena, "%lld", (long long)card->id);

	return (struct saved_card_view){
	    .name = arena_format(
		arena, "%s ending in %s", card->brand, card->last_four),
	    .expires = card->expires,
	    .holder = card->holder,
	    .address = card->address,
	    .is_default = card->is_default,
	    .has_expired = card_has_expired(
		card->expires, clock_now(), request->shop.config->timezone),
	    .make_default = url_local(arena, "/account/cards/{}/default", id),
	    .remove = url_local(arena, "/account/cards/{}/delete", id),
	};
}

static struct error *show(
    struct request *request, const struct form *form, const struct error *error)
{
	const struct shop *shop = &request->shop;
	struct account_cards_view view = {
	    .page = page_frame(request, "Your cards"),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .notice = page_notice(request, notices, COUNT_OF(notices)),
	    .can_add = card_can_add(shop),
	    .form = card_form_show(form, shop->config),
	};
	struct saved_card_list cards;
	struct saved_card_view *views;

	TRY(card_list(shop, &request->viewer, &cards));
	views = arena_array(shop->arena, cards.count, sizeof(*views));
	for (size_t i = 0; i < cards.count; i++)
		views[i] = make_view(request, &cards.items[i]);
	view.cards =
	    (struct saved_card_view_list){.items = views, .count = cards.count};
	view.page.has_error = view.box.is_shown;
	view.page.on_account = true;
	view_account_cards(&request->response.body, &view);
	return NULL;
}

struct error *my_show_cards(struct request *request)
{
	struct form form;

	form_start(
	    &form, request->shop.arena, card_fields, COUNT_OF(card_fields));
	return show(request, &form, NULL);
}

static struct error *add(struct request *request, struct card *card)
{
	struct saved_card token;

	TRY(card_tokenise(&request->shop, card, &token));
	return card_save(&request->shop, &request->viewer, &token);
}

struct error *my_add_card(struct request *request)
{
	struct error *error;
	struct card card;
	struct form form;
	bool is_right;

	form_read(&form, request->shop.arena, card_fields,
	    COUNT_OF(card_fields), &request->form);
	is_right = card_form_read(request, &form, &card);
	card_form_wipe(request);
	if (!is_right) {
		request->response.status = 400;
		return show(request, &form, NULL);
	}
	error = add(request, &card);
	if (!error) {
		my_go(request, "/account/cards?done=add");
		return NULL;
	}
	if (!page_take_error(request, &form, error))
		return error;
	return show(request, &form, error);
}

/* Do something to the card in the path. */
static struct error *change(struct request *request,
    struct error *(*act)(
	const struct shop *shop, const struct viewer *viewer, int64_t id),
    const char *next)
{
	int64_t id;

	if (text_number(request_param(request, "id"), &id) != NUMBER_OK)
		return fail(NOT_FOUND_ERROR, "Card not found");
	TRY(act(&request->shop, &request->viewer, id));
	my_go(request, next);
	return NULL;
}

struct error *my_default_card(struct request *request)
{
	return change(request, card_set_default, "/account/cards?done=default");
}

struct error *my_remove_card(struct request *request)
{
	return change(request, card_remove, "/account/cards?done=delete");
}
