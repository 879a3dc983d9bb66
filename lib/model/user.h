/*
 * The nouns of an account: user, session, saved card. Plain values.
 */
#ifndef MODEL_USER_H
#define MODEL_USER_H

#include "model/viewer.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A person with an account. */
struct user {
	int64_t id;
	const char *username; /* as shown; unique whatever the case */
	const char *email;    /* lower case; "" once erased */
	const char *first_name;
	const char *last_name;
	const char *password_hash; /* Argon2id; "" none: cannot sign in */
	enum role role;
	int64_t verified_at;   /* the email is proved to be theirs; 0 not yet */
	int64_t disabled_at;   /* may not sign in since; 0: may */
	int64_t two_factor_at; /* a second factor is asked since; 0: none */
	int64_t promotions_at; /* said yes to mails about events; 0: no */
	int64_t created_at;
	const char *form_key; /* of the form that makes it; not read again */
};

struct user_list {
	const struct user *items;
	size_t count;
};

/* Somebody signed in, in one browser. */
struct session {
	int64_t id;
	int64_t user_id;
	const char *device;  /* the browser's name for people: "Firefox" */
	const char *address; /* it signed in from */
	bool is_remembered;  /* lasts beyond the browser's end */
	bool is_current;     /* the one that asks */
	int64_t created_at;
	int64_t seen_at; /* last request, to five minutes */
};

struct session_list {
	const struct session *items;
	size_t count;
};

/*
 * What is kept of a card: never its number. Address and token lie sealed in
 * the database.
 */
struct saved_card {
	int64_t id;
	const char *gateway;   /* whose token it is */
	const char *brand;     /* "Visa" */
	const char *last_four; /* "4242" */
	const char *expires;   /* "2028-04" */
	const char *holder;
	const char *address; /* billing; opened */
	const char *token;   /* the gateway's; opened only to pay, else "" */
	bool is_default;
	int64_t created_at;
};

struct saved_card_list {
	const struct saved_card *items;
	size_t count;
};

#endif
