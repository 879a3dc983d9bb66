/*
 * The nouns of a sale: booking, item, ticket, payment attempt. Plain values.
 */
#ifndef MODEL_BOOKING_H
#define MODEL_BOOKING_H

#include "base/money.h"
#include "model/event.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * held -> paying -> confirmed -> cancelled
 * held or paying -> released, expired, failed; paying -> held after a decline
 * Never out of confirmed but to cancelled, never out of the ended ones but
 * that late money confirms an expired one.
 */
enum booking_state {
	BOOKING_HELD,      /* places are taken until expires_at */
	BOOKING_PAYING,    /* a gateway has been, or is being, asked */
	BOOKING_CONFIRMED, /* tickets exist */
	BOOKING_CANCELLED, /* was confirmed; places given back */
	BOOKING_RELEASED,  /* given back by its owner */
	BOOKING_EXPIRED,   /* its time ended */
	BOOKING_FAILED,    /* the gateway could not be reached */
};

enum ticket_status {
	TICKET_ACTIVE,
	TICKET_USED,
	TICKET_EXPIRED,
	TICKET_CANCELLED,
	TICKET_REFUNDED,
};

/* How an attempt to be paid stands. Forward only: see payment_store.h. */
enum attempt_state {
	ATTEMPT_STARTED,  /* committed before the gateway is called */
	ATTEMPT_CAPTURED, /* the money is ours */
	ATTEMPT_DECLINED, /* the gateway said no */
	ATTEMPT_FAILED,   /* never reached the gateway: nothing charged */
	ATTEMPT_UNKNOWN,  /* no answer came: ask the gateway */
};

/* Part of a booking: places of one tier. */
struct booking_item {
	int64_t tier_id;
	const char *tier_slug; /* "vip" */
	const char *tier_name; /* "VIP" */
	int64_t seat_id;       /* reserved seating; else 0 */
	const char *seat;      /* "A7"; "" in general admission */
	int64_t quantity;      /* places; 1 of a seat */
	struct money price;    /* of one place, as it was when booked */
	struct money subtotal; /* quantity times price */
};

struct booking_item_list {
	const struct booking_item *items;
	size_t count;
};

/* One admission of one person. */
struct ticket {
	int64_t id;
	int64_t booking_id;
	int64_t event_id;
	int64_t tier_id;
	int64_t seat_id;          /* reserved seating; else 0 */
	const char *code;         /* "TKT-" and 16 upper-case hex digits */
	const char *tier_name;    /* "VIP" */
	const char *holder_name;  /* who may come in; may be "" */
	const char *holder_email; /* lower case; "" none */
	const char *seat;         /* "A7"; "" in general admission */
	enum ticket_status status;
	struct money price;    /* paid for it */
	struct money refunded; /* of that, given back */
	struct money kept;     /* beyond the price: of a dearer seat before */
	int64_t passed_on_at;  /* given to somebody else; 0 no */
	int64_t valid_from;    /* doors */
	int64_t valid_until;   /* the event's end */
	int64_t check_in_at;   /* first admission; 0 while it is active */
	int64_t created_at;
	int64_t ended_at; /* cancelled or refunded; 0 no */
	int64_t changes;  /* how often it got another code */
};

struct ticket_list {
	const struct ticket *items;
	size_t count;
};

struct booking {
	int64_t id;
	const char *reference; /* 10 characters; no secret */
	int64_t event_id;
	const struct event *event; /* as it was when this was held or listed,
				      where it is still at hand; or NULL */
	int64_t user_id;           /* the account, or 0 */
	const char *browser; /* id of the browser that made it; may be "" */
	const char *name;    /* the buyer's; may be "" */
	const char *email;   /* lower case; "" none given */
	enum booking_state state;
	int64_t quantity;   /* places in all */
	struct money total; /* to be paid, or paid */
	int64_t created_at;
	int64_t expires_at;   /* end of the hold */
	int64_t extensions;   /* how often it was extended */
	bool is_later;        /* the buyer pays later, to the staff */
	int64_t changes_id;   /* the booking whose seats it changes, or 0 */
	int64_t confirmed_at; /* 0: never */
	int64_t ended_at;     /* cancelled, released, expired, failed; or 0 */
	const char *source;   /* "page", "api", "counter", "queue" */
	const char *gateway;  /* that was paid through; "" none */
	struct booking_item_list items;
	struct ticket_list tickets; /* empty before confirmation */
};

/* One try to be paid; its key makes it one charge (invariant I6). */
struct payment_attempt {
	int64_t id;
	int64_t booking_id;
	const char *gateway;         /* "campuspay" */
	const char *idempotency_key; /* sent to the gateway; unique */
	struct money amount;
	enum attempt_state state;
	const char *gateway_reference; /* the gateway's own id; "" none yet */
	const char *gateway_capture;   /* its id of the capture; "" none yet */
	const char *approve;           /* where the buyer approves; "" */
	const char *reason;            /* why not; "" none */
	int64_t created_at;
	int64_t settled_at; /* 0: not settled */
};

/* Money on its way back, or back. */
struct refund {
	int64_t id;
	int64_t booking_id;
	int64_t attempt_id;          /* that was captured */
	const char *idempotency_key; /* sent to the gateway; unique */
	struct money amount;
	const char *reason;   /* "late payment": why it is given back */
	bool is_refused;      /* the gateway will not: a person has to */
	bool is_by_hand;      /* no gateway is asked: the staff gives it */
	const char *form_key; /* of the staff's form that asked; "" none */
	int64_t created_at;
	int64_t settled_at; /* 0: on its way */
};

#endif
