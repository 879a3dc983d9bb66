/*
 * The noun of the waiting list: an entry. A plain value.
 */
#ifndef MODEL_QUEUE_H
#define MODEL_QUEUE_H

#include <stddef.h>
#include <stdint.h>

enum queue_state {
	QUEUE_WAITING,
	QUEUE_OFFERED, /* a hold was made for it: booking_id */
	QUEUE_SERVED,  /* has its tickets */
	QUEUE_LEFT,    /* its owner left */
	QUEUE_LAPSED,  /* the offer ended, or there was nothing for it */
};

/* Somebody waiting for places of one tier, or of any. */
struct queue_entry {
	int64_t id;
	int64_t event_id;
	int64_t tier_id;       /* 0: any tier */
	const char *tier_name; /* "" for any */
	const char *key;       /* in its owner's links: secret */
	const char *browser;   /* id of the browser; may be "" */
	int64_t user_id;       /* the account, or 0 */
	const char *name;
	const char *email; /* "" none */
	int64_t quantity;  /* places wanted */
	enum queue_state state;
	int64_t position;   /* within the class, from 1; 0: not waiting */
	int64_t booking_id; /* of the offer; 0 none */
	int64_t created_at;
};

struct queue_entry_list {
	const struct queue_entry *items;
	size_t count;
};

#endif
