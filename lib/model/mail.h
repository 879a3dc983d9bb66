/*
 * The noun of the outbox: a mail to be sent, or that was. A plain value.
 */
#ifndef MODEL_MAIL_H
#define MODEL_MAIL_H

#include <stddef.h>
#include <stdint.h>

/* waiting -> sent or failed; failed -> waiting when the operator says so */
enum mail_state {
	MAIL_WAITING, /* to be sent at due_at, or later */
	MAIL_SENT,    /* the mail program took it */
	MAIL_FAILED,  /* given up: error says why */
};

struct mail {
	int64_t id;
	const char *message_id; /* left of the @: stable over retries */
	const char *kind;       /* "confirmed": which letter */
	const char *recipient;  /* email address */
	int64_t booking_id;     /* 0: about no booking */
	const char *snapshot;   /* JSON: the values that the letter shows */
	enum mail_state state;
	int64_t attempts;  /* how often sending was begun */
	int64_t due_at;    /* not before this moment */
	const char *error; /* of the last attempt; "" none */
	int64_t created_at;
	int64_t sent_at; /* 0: not sent */
};

struct mail_list {
	const struct mail *items;
	size_t count;
};

/* A mail as the staff see it. */
struct outbox_line {
	struct mail mail;
	const char *reference; /* of its booking; "" none */
	int64_t event_id;      /* the booking's event; 0 none */
	const char *event;     /* its title; "" none */
};

struct outbox_page {
	const struct outbox_line *items;
	size_t count;
};

#endif
