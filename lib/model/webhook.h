/*
 * The nouns of calls that we make: a webhook, and a delivery to it. Plain
 * values.
 */
#ifndef MODEL_WEBHOOK_H
#define MODEL_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An address that somebody of the staff wants to be called. */
struct webhook {
	int64_t id;
	int64_t user_id;      /* whose it is */
	const char *username; /* and their name */
	const char *url;      /* https */
	const char *types;    /* what it is told, blanks between */
	const char *salt;     /* its secret is made of this */
	bool is_active;       /* else it is told nothing */
	int64_t created_at;
};

struct webhook_list {
	const struct webhook *items;
	size_t count;
};

enum delivery_state {
	DELIVERY_WAITING, /* for its first or its next attempt */
	DELIVERY_SENT,    /* answered with 2xx */
	DELIVERY_FAILED,  /* given up; somebody may try again */
};

/* One call: what happened, told to one webhook. */
struct webhook_delivery {
	int64_t id;
	const char *key;  /* stable over attempts */
	const char *type; /* "booking.confirmed" */
	const char *body; /* JSON, as it is sent */
	enum delivery_state state;
	int64_t attempts;  /* begun, also in vain */
	int64_t due_at;    /* not before this moment */
	int64_t status;    /* of the last answer; 0 none */
	const char *error; /* of the last attempt; "" */
	int64_t created_at;
	int64_t sent_at; /* 0: not yet */
	struct webhook webhook;
};

struct webhook_delivery_list {
	const struct webhook_delivery *items;
	size_t count;
};

#endif
