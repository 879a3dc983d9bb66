/*
 * Doctor: is the installation right? A table of examinations, each of which
 * looks at one thing and notes what it finds and, unless all is well, what to
 * do. `campuspass doctor` prints the notes, GET /admin/check shows them.
 *
 * Invariants
 * - Nothing is changed but a lock file of its own in DATA/locks.
 * - It says what it can when the configuration cannot be read or the database
 *   not be opened: that is a finding.
 */
#ifndef WEB_DOCTOR_H
#define WEB_DOCTOR_H

#include "base/arena.h"
#include "base/config.h"
#include "base/error.h"
#include "booking/shop.h"
#include <stdbool.h>
#include <stddef.h>

enum doctor_verdict {
	DOCTOR_OK,
	DOCTOR_WARN, /* it works, but somebody should look */
	DOCTOR_FAIL, /* it does not work, or is not safe */
};

struct doctor_note {
	enum doctor_verdict verdict;
	const char *subject; /* "Mail" */
	const char *finding; /* "/usr/sbin/sendmail is not there" */
	const char *advice;  /* "Install a mail program ..."; "" for OK */
};

enum {
	DOCTOR_NOTES_MOST = 64
};

struct doctor_report {
	struct doctor_note notes[DOCTOR_NOTES_MOST];
	size_t count;
	size_t warnings;
	size_t failures;
};

/* Who is examined. */
struct patient {
	struct arena *arena;
	const char *data;            /* the data directory */
	const struct config *config; /* NULL: it cannot be read */
	struct db *db;               /* NULL: it cannot be opened */
	const struct error *trouble; /* why either is NULL; or NULL */
};

/* Make all examinations. */
void doctor_examine(
    const struct patient *patient, struct doctor_report *report);

/* "ok", "warn", "fail" */
NONNULL_RESULT const char *doctor_word(enum doctor_verdict verdict);

/* ---- the examinations: each notes what it finds ---- */

/* Add a note; past DOCTOR_NOTES_MOST it is only counted. */
void doctor_note(struct doctor_report *report, enum doctor_verdict verdict,
    const char *subject, const char *finding, const char *advice);

/* The machine: doctor_files.c */
void doctor_look_at_files(
    const struct patient *patient, struct doctor_report *report);
void doctor_look_at_disk(
    const struct patient *patient, struct doctor_report *report);
void doctor_look_at_system(
    const struct patient *patient, struct doctor_report *report);
void doctor_look_at_locks(
    const struct patient *patient, struct doctor_report *report);
void doctor_look_at_clock(
    const struct patient *patient, struct doctor_report *report);
void doctor_look_at_engine(
    const struct patient *patient, struct doctor_report *report);
void doctor_look_at_fonts(
    const struct patient *patient, struct doctor_report *report);

/* The shop: doctor_shop.c */
void doctor_look_at_trouble(
    const struct patient *patient, struct doctor_report *report);
void doctor_look_at_address(
    const struct patient *patient, struct doctor_report *report);
void doctor_look_at_payments(
    const struct patient *patient, struct doctor_report *report);
void doctor_look_at_mail(
    const struct patient *patient, struct doctor_report *report);
void doctor_look_at_outbox(
    const struct patient *patient, struct doctor_report *report);
void doctor_look_at_admins(
    const struct patient *patient, struct doctor_report *report);
void doctor_look_at_chores(
    const struct patient *patient, struct doctor_report *report);

#endif
