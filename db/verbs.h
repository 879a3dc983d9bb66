/*
 * Verbs: what the operator's command campuspass(1) can be told. A verb is a
 * row of the table in campuspass.c and a function in the verbs_*.c of its
 * subject. It prints to standard output; an error it returns is printed for
 * it, and REQUEST_ERROR means that its words are off.
 */
#ifndef DB_VERBS_H
#define DB_VERBS_H

#include "base/config.h"
#include "base/out.h"
#include "booking/shop.h"

/* What a verb works with. */
struct call {
	struct shop shop;     /* db is open where the verb needs it */
	struct config config; /* what shop.config points to, once read */
	const char *data;     /* the data directory as named; or NULL */
	bool is_owner;        /* root has become the owner of DATA */
	int argument_count;
	char **arguments; /* behind the verb */
};

/* What a verb needs before it runs. */
enum need {
	NEEDS_NOTHING,
	NEEDS_ANY_DB, /* a database of any schema; created */
	NEEDS_DB,     /* a database of this program's schema */
};

/* ---- campuspass.c ---- */

/*
 * Called by root, become the user who owns DATA, for good: else what is made
 * there cannot be written by the programs, and what they left there, a link
 * for instance, is followed with root's rights. Files that the call names are
 * that user's to read and write, too.
 */
MUST_CHECK struct error *call_become_owner(struct call *call, const char *data);

/* Find DATA, become its owner, and open what is needed of it. */
MUST_CHECK struct error *call_open(struct call *call, enum need need);

/* Was the option said? It is taken out of the arguments. */
bool call_takes_option(struct call *call, const char *name);

/* REQUEST_ERROR unless so many arguments, and no options, are left. */
MUST_CHECK struct error *call_expects(struct call *call, int least, int most);

/* A whole file, or what there is of standard input for "-"; up to 16 MB. */
MUST_CHECK struct error *call_read_file(
    struct call *call, const char *path, struct out *text);

/*
 * Somebody at a terminal is asked and must type "yes"; elsewhere, and for
 * any other answer: STATE_ERROR.
 */
MUST_CHECK struct error *call_confirm(const char *question);

/* ---- verbs_data.c: the data directory and its database ---- */

MUST_CHECK struct error *verb_init(struct call *call);
MUST_CHECK struct error *verb_migrate(struct call *call);
MUST_CHECK struct error *verb_demo(struct call *call);
MUST_CHECK struct error *verb_rotate_keys(struct call *call);
MUST_CHECK struct error *verb_check(struct call *call);

/* What `check` finds in a database, a line each; "" when it is sound. */
MUST_CHECK struct error *data_findings(
    struct db *db, struct arena *arena, const char **findings);

/* ---- verbs_copy.c: copies of the database ---- */

MUST_CHECK struct error *verb_backup(struct call *call);
MUST_CHECK struct error *verb_restore(struct call *call);

/* ---- verbs_events.c: events in files, and what is over ---- */

MUST_CHECK struct error *verb_import(struct call *call);
MUST_CHECK struct error *verb_export(struct call *call);
MUST_CHECK struct error *verb_event_import(struct call *call);
MUST_CHECK struct error *verb_event_export(struct call *call);
MUST_CHECK struct error *verb_erase(struct call *call);

/* ---- verbs_money.c: chores and payments ---- */

MUST_CHECK struct error *verb_sweep(struct call *call);
MUST_CHECK struct error *verb_reconcile(struct call *call);
MUST_CHECK struct error *verb_paid(struct call *call);
MUST_CHECK struct error *verb_late(struct call *call);

/* ---- verbs_users.c: people ---- */

MUST_CHECK struct error *verb_user_add(struct call *call);
MUST_CHECK struct error *verb_user_list(struct call *call);
MUST_CHECK struct error *verb_user_role(struct call *call);
MUST_CHECK struct error *verb_user_disable(struct call *call);
MUST_CHECK struct error *verb_user_enable(struct call *call);

/* Make the first admin (R6), say so, and warn of a password in a file. */
MUST_CHECK struct error *users_make_first_admin(const struct shop *shop);

/* ---- verbs_mail.c: the outbox ---- */

MUST_CHECK struct error *verb_mail_list(struct call *call);
MUST_CHECK struct error *verb_mail_show(struct call *call);
MUST_CHECK struct error *verb_mail_send(struct call *call);
MUST_CHECK struct error *verb_mail_retry(struct call *call);

/* ---- verbs_doctor.c ---- */

MUST_CHECK struct error *verb_doctor(struct call *call);

#endif
