/*
 * Gateway: one interface in front of every payment service.
 *
 * Two ways to be paid. charge() takes a token that stands for a card and
 * answers at once. begin() opens a payment and answers with an address where
 * the buyer approves it; when they come back, capture() takes the money.
 *
 * Every call carries an idempotency key derived from a payment attempt or a
 * refund; the same key never moves money twice, whatever happens between.
 * The difference between UNREACHED and SILENT decides whether places may be
 * given back:
 *
 *   CAPTURED  the money is ours (for refund(): it is the buyer's again)
 *   DECLINED  the gateway said no; another card may be tried
 *   OPEN      begun, but the buyer has not approved it (ask(), capture()),
 *             or it is on its way (refund())
 *   UNREACHED the request was not sent, or is known to have done nothing;
 *             for ask(): the gateway knows no such payment
 *   SILENT    it may have happened: ask again with ask()
 *
 * A card's number goes into tokenise() and nowhere else; see card.h.
 *
 * Gateways know no bookings, no HTML and no SQL. Every call returns within
 * GATEWAY_SECONDS. No card number or token is logged or kept. An answer that
 * does not fit the question (another amount, currency or order) is SILENT,
 * with a line in the log: a person has to look.
 */
#ifndef PAYMENT_GATEWAY_H
#define PAYMENT_GATEWAY_H

#include "base/arena.h"
#include "base/config.h"
#include "base/money.h"
#include <stdbool.h>
#include <stddef.h>

enum {
	GATEWAY_SECONDS = 3
};

enum gateway_outcome {
	GATEWAY_CAPTURED,
	GATEWAY_DECLINED,
	GATEWAY_OPEN,
	GATEWAY_UNREACHED,
	GATEWAY_SILENT,
};

struct gateway_answer {
	enum gateway_outcome outcome;
	const char *reference; /* the gateway's id of the payment; "" none */
	const char *capture;   /* its id of the capture, for refunds; "" none */
	const char *approve;   /* begin(): where the buyer goes; "" none */
	const char *reason;    /* for the buyer: "insufficient funds"; "" */
};

/* A line of what is bought, for the gateway's own page. */
struct gateway_item {
	const char *name; /* "VIP, Jazz Evening" */
	int64_t quantity;
	struct money price; /* of one */
};

/* A payment, as it was begun and as it is asked about. */
struct gateway_payment {
	const char *idempotency_key;
	const char *reference; /* the gateway's id; "" not known yet */
	const char *capture;   /* its id of the capture; "" none yet */
	struct money amount;
	const char *description;          /* the booking's reference */
	const char *token;                /* charge(): stands for a card */
	const struct gateway_item *items; /* add up to the amount */
	size_t item_count;
	const char *return_url; /* begin(): where the buyer comes back */
	const char *cancel_url; /* begin(): where one who gives up lands */
};

/* A call that a gateway made to us. */
struct gateway_hook {
	const char *body;
	size_t length;
	/* A request header by its CGI name (HTTP_PAYPAL_...); "" not there. */
	const char *(*header)(void *context, const char *name);
	void *context;
};

/* What such a call says, once it is proved genuine. */
struct gateway_notice {
	const char *id;        /* of the call: the same one may come again */
	const char *reference; /* the payment it is about; "" none */
};

/* What became of a card that was to be made a token. */
enum token_outcome {
	TOKEN_MADE,
	TOKEN_REFUSED,   /* the gateway does not take this card */
	TOKEN_UNREACHED, /* no answer; nothing was charged */
};

struct card;

struct gateway {
	const char *name;  /* in forms and in the database: "campuspay" */
	const char *label; /* for buyers: "CampusPay" */
	bool is_demo;      /* a simulation: it moves no money */

	/* Origins that buyers are sent to, blanks between; NULL: ours. */
	const char *(*pages)(struct arena *arena, const struct config *config);

	/* Charge a token once; NULL: this gateway takes none. */
	struct gateway_answer (*charge)(struct arena *arena,
	    const struct config *config, const struct gateway_payment *payment);

	/*
	 * Make a token for charge() of a card's details; nothing is charged.
	 * *token is set for TOKEN_MADE. NULL: cards are not typed here.
	 */
	enum token_outcome (*tokenise)(struct arena *arena,
	    const struct config *config, const struct card *card,
	    const char **token);

	/* With tokenise: what stands beside the number that is typed, or "". */
	const char *card_hint;

	/* Open a payment: OPEN with `approve`; NULL: it does not redirect. */
	struct gateway_answer (*begin)(struct arena *arena,
	    const struct config *config, const struct gateway_payment *payment);

	/* Take the money of an approved payment; NULL: like begin. */
	struct gateway_answer (*capture)(struct arena *arena,
	    const struct config *config, const struct gateway_payment *payment);

	/* What became of a payment? Never charges. */
	struct gateway_answer (*ask)(struct arena *arena,
	    const struct config *config, const struct gateway_payment *payment);

	/*
	 * Give money back: `idempotency_key` is the refund's, `amount` may be
	 * a part, `capture` and `reference` are the payment's.
	 */
	struct gateway_answer (*refund)(struct arena *arena,
	    const struct config *config, const struct gateway_payment *refund);

	/*
	 * Is a call genuine, and what is it about? False: refuse it. What it
	 * says of money is not believed: ask() is. NULL: it makes none.
	 */
	bool (*read_hook)(struct arena *arena, const struct config *config,
	    const struct gateway_hook *hook, struct gateway_notice *notice);
};

/*
 * An answer about the payment `reference`, which is its capture too if it is
 * CAPTURED; `reason` is for DECLINED. Both may be "".
 */
struct gateway_answer gateway_answer_of(
    enum gateway_outcome outcome, const char *reference, const char *reason);

/*
 * Is money on its way, or may it be: SILENT, or OPEN with a capture? Then the
 * places are not given back.
 */
bool gateway_has_money_moving(const struct gateway_answer *answer);

/* A gateway by name if the configuration allows it, else NULL. */
const struct gateway *gateway_find(
    const struct config *config, const char *name);

/* A gateway by name, whatever the configuration allows, or NULL. */
const struct gateway *gateway_named(const char *name);

/* The configuration's gateway by place (0 is the first), or NULL. */
const struct gateway *gateway_at(const struct config *config, size_t index);

/* The first gateway of the configuration that takes cards, or NULL. */
const struct gateway *gateway_for_cards(const struct config *config);

#endif
