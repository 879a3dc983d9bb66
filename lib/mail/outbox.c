#include "mail/outbox.h"

#include "base/clock.h"
#include "base/log.h"
#include "booking/audit.h"
#include "mail/letter.h"
#include "mail/sendmail.h"
#include "store/outbox_store.h"
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <unistd.h>

/* Minutes until the next attempt; the last entry stays. */
static const int64_t waits[] = {1, 5, 15, 60, 240};

static int64_t next_attempt(const struct mail *mail, int64_t now)
{
	size_t last = COUNT_OF(waits) - 1;
	size_t index =
	    mail->attempts < (int64_t)last ? (size_t)mail->attempts : last;

	return now + waits[index] * MINUTE;
}

/* ---- one mail ---- */

static struct error *settle(const struct shop *shop, const struct mail *mail,
    const struct delivery *delivery)
{
	if (delivery->outcome == DELIVERY_TAKEN)
		return TRANSACTION(shop->db,
		    outbox_store_sent(shop->db, mail->id, clock_now()));
	log_warn("mail %" PRId64 " \"%s\": %s", mail->id, mail->kind,
	    delivery->reason);
	if (delivery->outcome == DELIVERY_REFUSED ||
	    mail->attempts + 1 >= OUTBOX_ATTEMPTS)
		return TRANSACTION(shop->db,
		    outbox_store_give_up(shop->db, mail->id, delivery->reason));
	return TRANSACTION(shop->db,
	    outbox_store_put_off(shop->db, mail->id, delivery->reason));
}

/* What is not worth sending, or cannot be written, is given up. */
static struct error *try_delivery(
    const struct shop *shop, const struct mail *mail, struct delivery *delivery)
{
	struct error *error;
	const char *message;

	*delivery = (struct delivery){.outcome = DELIVERY_REFUSED};
	error = letter_check(shop, mail, clock_now(), &delivery->reason);
	if (!error && *delivery->reason)
		return NULL;
	if (!error)
		error = letter_write(shop, mail, &message);
	if (error_is(error, VALIDATION_ERROR)) {
		delivery->reason = error->message;
		return NULL;
	}
	if (error)
		return error;
	*delivery = sendmail_deliver(
	    shop->arena, shop->config, message, SENDMAIL_LIMIT);
	return NULL;
}

/* Memory is of the one mail: there may be many, with attachments. */
static struct error *send_one(const struct shop *shop, const struct mail *mail,
    struct outbox_report *report)
{
	struct arena arena = ARENA_EMPTY;
	struct shop one = {
	    .db = shop->db, .config = shop->config, .arena = &arena};
	struct delivery delivery;
	struct error *error;

	error = try_delivery(&one, mail, &delivery);
	db_start_deadline(shop->db);
	if (!error)
		error = settle(&one, mail, &delivery);
	if (!error && delivery.outcome == DELIVERY_TAKEN)
		report->sent++;
	else
		report->failed++;
	report->in_vain =
	    delivery.outcome == DELIVERY_LATER ? report->in_vain + 1 : 0;
	arena_close(&arena);
	return error;
}

/* ---- all that are due ---- */

static struct error *has_room(const struct shop *shop, bool *room)
{
	int64_t limit = shop->config->mail_per_hour, sent;

	*room = true;
	if (limit == 0)
		return NULL;
	TRY(outbox_store_count_sent(
	    shop->db, shop->arena, clock_now() - HOUR, &sent));
	*room = sent < limit;
	return NULL;
}

static struct error *send_next(
    const struct shop *shop, struct outbox_report *report, bool *is_done)
{
	int64_t now = clock_now();
	struct mail due;
	bool begun, is_free;

	*is_done = true;
	db_start_deadline(shop->db);
	TRY(has_room(shop, &is_free));
	TRY(outbox_store_due(shop->db, shop->arena, now, &due));
	if (!is_free || due.id == 0)
		return NULL;
	TRY(TRANSACTION(shop->db,
	    outbox_store_begin(
		shop->db, due.id, now, next_attempt(&due, now), &begun)));
	*is_done = false;
	return begun ? send_one(shop, &due, report) : NULL;
}

static bool may_go_on(const struct outbox_report *report, int64_t most)
{
	return report->sent + report->failed < most &&
	    report->in_vain < OUTBOX_PATIENCE;
}

static struct error *send_locked(
    const struct shop *shop, int64_t most, struct outbox_report *report)
{
	bool is_done = false;

	while (!is_done && may_go_on(report, most)) {
		clock_tick();
		TRY(send_next(shop, report, &is_done));
	}
	return NULL;
}

/* -1: another process has it. */
static int take_lock(const struct shop *shop)
{
	int lock =
	    open(config_path(shop->arena, shop->config, "locks/mail.lock"),
		O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0) {
		close(lock);
		return -1;
	}
	return lock;
}

struct error *outbox_send_due(
    const struct shop *shop, int64_t most, struct outbox_report *report)
{
	struct error *error;

	*report = (struct outbox_report){.sent = 0};
	if (!*shop->config->sendmail)
		return NULL;
	/*
	 * Looked at once more after the lock is free: who added a mail just
	 * before saw it taken, and left.
	 */
	do {
		int lock = take_lock(shop);

		report->is_busy = lock < 0;
		if (report->is_busy)
			return NULL;
		error = send_locked(shop, most, report);
		close(lock);
	} while (!error && may_go_on(report, most) && outbox_has_work(shop));
	return error;
}

bool outbox_has_work(const struct shop *shop)
{
	struct mail due;
	bool is_free;
	int lock;

	if (!*shop->config->sendmail)
		return false;
	if (outbox_store_due(shop->db, shop->arena, clock_now(), &due) ||
	    due.id == 0 || has_room(shop, &is_free) || !is_free)
		return false;
	lock = take_lock(shop);
	if (lock >= 0)
		close(lock);
	return lock >= 0;
}

/* ---- one mail, by hand ---- */

static struct error *note_in(const struct shop *shop,
    const struct viewer *viewer, const char *action,
    const struct outbox_line *line, const char *before, const char *after)
{
	const struct audit audit = {
	    .action = action,
	    .event_id = line->event_id,
	    .subject = *line->reference
		? arena_format(shop->arena, "mail %" PRId64 ", booking %s",
		      line->mail.id, line->reference)
		: arena_format(shop->arena, "mail %" PRId64, line->mail.id),
	};

	return audit_value_in(
	    shop, viewer, &audit, "state", before, after, clock_now());
}

static struct error *retry_in(
    const struct shop *shop, const struct viewer *viewer, int64_t id)
{
	struct outbox_line line;
	bool moved;

	TRY(outbox_store_find_for(shop->db, shop->arena, viewer, id, &line));
	TRY(outbox_store_retry(shop->db, id, clock_now(), &moved));
	if (!moved)
		return fail(
		    STATE_ERROR, "Mail %" PRId64 " was sent already", id);
	return note_in(shop, viewer, "mail.retry", &line,
	    mail_state_word(line.mail.state), mail_state_word(MAIL_WAITING));
}

struct error *outbox_retry(
    const struct shop *shop, const struct viewer *viewer, int64_t id)
{
	return TRANSACTION(shop->db, retry_in(shop, viewer, id));
}

static struct error *resend_in(const struct shop *shop,
    const struct viewer *viewer, int64_t id, int64_t *copy)
{
	struct outbox_line line;
	const char *reason;

	TRY(outbox_store_find_for(shop->db, shop->arena, viewer, id, &line));
	if (line.mail.state != MAIL_SENT)
		return fail(STATE_ERROR,
		    "Mail %" PRId64 " was not sent yet: try it again", id);
	TRY(letter_check(shop, &line.mail, clock_now(), &reason));
	if (*reason)
		return fail(STATE_ERROR, "%s", reason);
	TRY(outbox_store_copy(shop->db, shop->arena, id, clock_now(), copy));
	return note_in(shop, viewer, "mail.resend", &line,
	    mail_state_word(MAIL_SENT),
	    arena_format(shop->arena, "once more, as mail %" PRId64, *copy));
}

struct error *outbox_resend(const struct shop *shop,
    const struct viewer *viewer, int64_t id, int64_t *copy)
{
	return TRANSACTION(shop->db, resend_in(shop, viewer, id, copy));
}

/* ---- forgetting ---- */

struct error *outbox_forget(const struct shop *shop)
{
	enum {
		SLICE = 200 /* so that buyers need not wait long */
	};
	int64_t before = clock_now() - shop->config->mail_keep_days * DAY;
	int64_t count = 1;
	bool is_old;

	if (shop->config->mail_keep_days == 0)
		return NULL;
	TRY(outbox_store_is_old(shop->db, shop->arena, before, &is_old));
	while (is_old && count > 0)
		TRY(TRANSACTION(shop->db,
		    outbox_store_forget(shop->db, before, SLICE, &count)));
	return NULL;
}
