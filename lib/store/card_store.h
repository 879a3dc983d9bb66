/*
 * Card store: saved cards in the database. Boxes are kept as they come;
 * account/card.h seals and opens them.
 *
 * Queries for somebody take the user's id: another's card is not found.
 * Writes run within a TRANSACTION. One card of each user who has any is the
 * default.
 */
#ifndef STORE_CARD_STORE_H
#define STORE_CARD_STORE_H

#include "model/user.h"
#include "store/db.h"

/* A card as it lies in the database; `card` has no address and no token. */
struct stored_card {
	struct saved_card card;
	int64_t user_id;
	const char *address_box;
	const char *token_box;
};

struct stored_card_list {
	const struct stored_card *items;
	size_t count;
};

/* A user's cards: the default first, then the newest. */
MUST_CHECK struct error *card_store_list(struct db *db, struct arena *arena,
    int64_t user_id, struct stored_card_list *list);

/* NOT_FOUND_ERROR "Card not found", whoever's it is. */
MUST_CHECK struct error *card_store_find(struct db *db, struct arena *arena,
    int64_t user_id, int64_t id, struct stored_card *card);

/*
 * Add a card; the user's first becomes the default. One of the same gateway,
 * brand, digits, expiry and holder is replaced. *id is the row's.
 */
MUST_CHECK struct error *card_store_save(struct db *db, struct arena *arena,
    const struct stored_card *card, int64_t *id);

/* Make it the default. NOT_FOUND_ERROR. */
MUST_CHECK struct error *card_store_set_default(
    struct db *db, int64_t user_id, int64_t id);

/* Remove it; the newest of the rest becomes the default. NOT_FOUND_ERROR. */
MUST_CHECK struct error *card_store_remove(
    struct db *db, int64_t user_id, int64_t id);

/* ---- for changing the key ---- */

/* Up to 100 cards of everybody with an id above `after`, by id. */
MUST_CHECK struct error *card_store_after(struct db *db, struct arena *arena,
    int64_t after, struct stored_card_list *list);

/* Other boxes for a card. */
MUST_CHECK struct error *card_store_reseal(
    struct db *db, int64_t id, const char *address_box, const char *token_box);

/* The version of the key that all boxes of the database were sealed with. */
MUST_CHECK struct error *card_store_sealed(
    struct db *db, struct arena *arena, int64_t *version);

/* All that opens, second factors too, is sealed with this version now. */
MUST_CHECK struct error *card_store_set_sealed(struct db *db, int64_t version);

#endif
