#include "account/card.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/seal.h"
#include "base/text.h"
#include "payment/gateway.h"
#include "store/card_store.h"

/* ---- boxes ---- */

/* What a box belongs to; nothing of it can be exchanged. */
static const char *context(struct arena *arena, const char *column,
    int64_t user_id, const struct saved_card *card)
{
	return arena_format(arena, "saved_card.%s %lld %s %s %s %s", column,
	    (long long)user_id, card->gateway, card->last_four, card->expires,
	    card->brand);
}

static void seal(const struct shop *shop, struct stored_card *stored)
{
	struct arena *arena = shop->arena;
	const struct saved_card *card = &stored->card;

	stored->address_box = seal_text(arena, shop->config,
	    context(arena, "address", stored->user_id, card), card->address);
	stored->token_box = seal_text(arena, shop->config,
	    context(arena, "token", stored->user_id, card), card->token);
}

static struct error *open_address(
    const struct shop *shop, struct stored_card *stored)
{
	struct saved_card *card = &stored->card;

	return seal_open(shop->arena, shop->config,
	    context(shop->arena, "address", stored->user_id, card),
	    stored->address_box, &card->address);
}

static struct error *open_boxes(
    const struct shop *shop, struct stored_card *stored)
{
	struct saved_card *card = &stored->card;

	TRY(open_address(shop, stored));
	return seal_open(shop->arena, shop->config,
	    context(shop->arena, "token", stored->user_id, card),
	    stored->token_box, &card->token);
}

/* ---- making ---- */

bool card_can_add(const struct shop *shop)
{
	return gateway_for_cards(shop->config) != NULL;
}

const char *card_hint(const struct config *config)
{
	const struct gateway *gateway = gateway_for_cards(config);

	return gateway ? gateway->card_hint : "";
}

struct error *card_tokenise(
    const struct shop *shop, struct card *card, struct saved_card *token)
{
	const struct gateway *gateway = gateway_for_cards(shop->config);
	enum token_outcome outcome = TOKEN_REFUSED;

	*token = (struct saved_card){
	    .gateway = gateway ? gateway->name : "",
	    .brand = card->brand->label,
	    .last_four = arena_copy(shop->arena, card->last_four),
	    .expires = card->expires,
	    .holder = card->holder,
	    .address = card->address,
	    .created_at = clock_now(),
	};
	if (gateway)
		outcome = gateway->tokenise(
		    shop->arena, shop->config, card, &token->token);
	card_wipe(card);
	if (outcome == TOKEN_MADE)
		return NULL;
	if (outcome == TOKEN_REFUSED)
		return fail_field("card_number", "This card is not taken here");
	return fail_with(PAYMENT_ERROR,
	    fail(CONNECTION_ERROR, "%s could not be reached", gateway->label),
	    FIELDS(
		error_text("gateway_name", "Payment service", gateway->label)),
	    "The card could not be checked. Nothing was charged");
}

static struct error *save_in(
    const struct shop *shop, const struct stored_card *stored)
{
	struct stored_card_list list;
	int64_t id;

	TRY(card_store_save(shop->db, shop->arena, stored, &id));
	TRY(card_store_list(shop->db, shop->arena, stored->user_id, &list));
	if (list.count > CARDS_MOST)
		return fail_field("card_number",
		    "You have %d cards: remove one first", CARDS_MOST);
	return NULL;
}

struct error *card_save(const struct shop *shop, const struct viewer *viewer,
    const struct saved_card *token)
{
	struct stored_card stored = {
	    .card = *token, .user_id = viewer->user_id};

	if (!viewer->user_id)
		return fail(ACCESS_ERROR, "Sign in to save a card");
	seal(shop, &stored);
	return TRANSACTION(shop->db, save_in(shop, &stored));
}

/* ---- looking ---- */

struct error *card_list(const struct shop *shop, const struct viewer *viewer,
    struct saved_card_list *list)
{
	struct stored_card_list stored;
	struct saved_card *cards;

	TRY(card_store_list(shop->db, shop->arena, viewer->user_id, &stored));
	cards = arena_array(shop->arena, stored.count, sizeof(*cards));
	for (size_t i = 0; i < stored.count; i++) {
		struct stored_card one = stored.items[i];

		if (open_address(shop, &one))
			log_warn("saved card %lld: its address does not open",
			    (long long)one.card.id);
		cards[i] = one.card;
	}
	*list = (struct saved_card_list){.items = cards, .count = stored.count};
	return NULL;
}

static bool is_usable(const struct shop *shop, const struct saved_card *card)
{
	const struct config *config = shop->config;

	return gateway_find(config, card->gateway) &&
	    !card_has_expired(card->expires, clock_now(), config->timezone);
}

struct error *card_list_usable(const struct shop *shop,
    const struct viewer *viewer, struct saved_card_list *list)
{
	struct saved_card_list all;
	struct saved_card *cards;
	size_t count = 0;

	TRY(card_list(shop, viewer, &all));
	cards = arena_array(shop->arena, all.count, sizeof(*cards));
	for (size_t i = 0; i < all.count; i++)
		if (is_usable(shop, &all.items[i]))
			cards[count++] = all.items[i];
	*list = (struct saved_card_list){.items = cards, .count = count};
	return NULL;
}

struct error *card_open(const struct shop *shop, const struct viewer *viewer,
    int64_t id, struct saved_card *card)
{
	struct stored_card stored;
	const char *why = NULL;

	TRY(card_store_find(
	    shop->db, shop->arena, viewer->user_id, id, &stored));
	if (!is_usable(shop, &stored.card)) {
		why = "This card cannot be used now: choose another one";
	} else if (open_boxes(shop, &stored)) {
		log_warn("saved card %lld does not open", (long long)id);
		why = "This card cannot be used any more: remove it and add "
		      "it again";
	}
	if (why)
		return fail_field("saved_card", "%s", why);
	*card = stored.card;
	return NULL;
}

/* ---- changing ---- */

struct error *card_set_default(
    const struct shop *shop, const struct viewer *viewer, int64_t id)
{
	return TRANSACTION(
	    shop->db, card_store_set_default(shop->db, viewer->user_id, id));
}

struct error *card_remove(
    const struct shop *shop, const struct viewer *viewer, int64_t id)
{
	return TRANSACTION(
	    shop->db, card_store_remove(shop->db, viewer->user_id, id));
}

/* ---- a new key ---- */

static struct error *reseal(const struct shop *shop, struct stored_card *stored,
    struct resealing *state)
{
	state->last = stored->card.id;
	if (seal_is_newest(shop->config, stored->address_box) &&
	    seal_is_newest(shop->config, stored->token_box))
		return NULL;
	if (open_boxes(shop, stored)) {
		log_warn("saved card %lld does not open",
		    (long long)stored->card.id);
		state->broken++;
		return NULL;
	}
	state->count++;
	seal(shop, stored);
	return card_store_reseal(
	    shop->db, stored->card.id, stored->address_box, stored->token_box);
}

static struct error *reseal_next(
    const struct shop *shop, struct resealing *state)
{
	struct stored_card_list list;

	TRY(card_store_after(shop->db, shop->arena, state->last, &list));
	for (size_t i = 0; i < list.count; i++) {
		struct stored_card one = list.items[i];

		TRY(reseal(shop, &one, state));
	}
	return NULL;
}

struct error *card_reseal_all(const struct shop *shop, struct resealing *result)
{
	return reseal_all(shop, reseal_next, result);
}
