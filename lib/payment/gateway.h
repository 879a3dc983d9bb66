/*
 * Gateway: one interface in front of every payment service.
 *
 * A gateway takes an idempotency key that is derived from a payment attempt;
 * the same key never charges twice, whatever happens between. What it
 * answers is one of four outcomes, and the difference between the last two
 * decides whether places may be given back:
 *
 *   CAPTURED  the money is ours
 *   DECLINED  the gateway said no; another card may be tried
 *   UNREACHED the request was not sent, or is known to have done nothing
 *   SILENT    it may have been charged: ask again with ask()
 *
 * Gateways know no bookings, no HTTP pages and no SQL. Every call returns
 * within GATEWAY_SECONDS. No card number or token is logged or kept.
 */
#ifndef PAYMENT_GATEWAY_H
#define PAYMENT_GATEWAY_H

#include "base/arena.h"
#include "base/config.h"
#include "base/money.h"
#include <stddef.h>

enum { GATEWAY_SECONDS = 3 };

enum gateway_outcome {
	GATEWAY_CAPTURED,
	GATEWAY_DECLINED,
	GATEWAY_UNREACHED,
	GATEWAY_SILENT,
};

struct gateway_answer {
	enum gateway_outcome outcome;
	const char *reference; /* the gateway's id of the charge; "" none */
	const char *reason;    /* for the buyer: "insufficient funds"; "" */
};

/* What is to be charged. */
struct gateway_charge {
	const char *idempotency_key;
	struct money amount;
	const char *token;	 /* stands for a card; from the buyer */
	const char *description; /* for the buyer's statement */
};

struct gateway {
	const char *name;  /* in forms and in the database: "campuspay" */
	const char *label; /* for buyers: "CampusPay" */

	/* Charge once. */
	struct gateway_answer (*charge)(struct arena *arena,
	    const struct config *config, const struct gateway_charge *charge);

	/*
	 * What became of a key? Never charges. UNREACHED: the gateway knows
	 * no such charge. SILENT: it did not answer.
	 */
	struct gateway_answer (*ask)(struct arena *arena,
	    const struct config *config, const char *idempotency_key);
};

/* A gateway by name if the configuration allows it, else NULL. */
const struct gateway *gateway_find(
    const struct config *config, const char *name);

/* The configuration's gateway by place (0 is the first), or NULL. */
const struct gateway *gateway_at(const struct config *config, size_t index);

#endif
