/*
 * Card: the cards that a person has saved (R33).
 *
 * Invariants
 * - Kept are brand, last four digits, expiry, holder, billing address and
 *   the gateway's token; address and token are sealed (base/seal.h). The
 *   number is wiped as soon as the gateway has answered.
 * - A box opens only for the person, brand, digits and expiry it was sealed
 *   with: one that was moved or changed in the database pays nothing.
 * - Each person has one default card, or no card at all.
 * - Everything takes the viewer; another's card is a NOT_FOUND_ERROR.
 */
#ifndef ACCOUNT_CARD_H
#define ACCOUNT_CARD_H

#include "account/reseal.h"
#include "base/error.h"
#include "booking/shop.h"
#include "model/user.h"
#include "payment/card.h"

enum {
	CARDS_MOST = 20 /* of one person */
};

/*
 * Let the gateway make a token of a card; the number is wiped in any case.
 * VALIDATION_ERROR (field `card_number`) when it does not take the card,
 * PAYMENT_ERROR when it does not answer. *token has the gateway, what is
 * kept, and the token to pay with; it is not saved yet.
 */
MUST_CHECK struct error *card_tokenise(
    const struct shop *shop, struct card *card, struct saved_card *token);

/* Is there a gateway that makes tokens of cards? */
bool card_can_add(const struct shop *shop);

/* What that gateway says beside the number of a typed card; "" nothing. */
NONNULL_RESULT const char *card_hint(const struct config *config);

/*
 * Save what card_tokenise() made. The same card (brand, digits, expiry,
 * holder) again replaces the one before. VALIDATION_ERROR when the person
 * has CARDS_MOST.
 */
MUST_CHECK struct error *card_save(const struct shop *shop,
    const struct viewer *viewer, const struct saved_card *token);

/*
 * The viewer's cards: the default first, then the newest. The address of a
 * card whose box does not open is "".
 */
MUST_CHECK struct error *card_list(const struct shop *shop,
    const struct viewer *viewer, struct saved_card_list *list);

/* Those of them that can pay now: not expired, and their gateway is in use. */
MUST_CHECK struct error *card_list_usable(const struct shop *shop,
    const struct viewer *viewer, struct saved_card_list *list);

/*
 * A card to pay with, its token opened. VALIDATION_ERROR (field
 * `saved_card`) when it has expired, its gateway is not in use any more, or
 * its boxes do not open; NOT_FOUND_ERROR.
 */
MUST_CHECK struct error *card_open(const struct shop *shop,
    const struct viewer *viewer, int64_t id, struct saved_card *card);

/* NOT_FOUND_ERROR */
MUST_CHECK struct error *card_set_default(
    const struct shop *shop, const struct viewer *viewer, int64_t id);
MUST_CHECK struct error *card_remove(
    const struct shop *shop, const struct viewer *viewer, int64_t id);

/*
 * Seal all boxes of all people with the newest key; *result counts cards.
 * Those that do not open stay as they are, with a line in the log.
 */
MUST_CHECK struct error *card_reseal_all(
    const struct shop *shop, struct resealing *result);

#endif
