#include "web/chores.h"

#include "account/promote.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "booking/event_cancel.h"
#include "booking/event_tell.h"
#include "booking/forget.h"
#include "booking/hold.h"
#include "booking/hook.h"
#include "booking/payment.h"
#include "booking/picture.h"
#include "booking/refund.h"
#include "mail/outbox.h"
#include "store/db.h"
#include "web/errand.h"
#include "web/litter.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum {
	MOST_ROUNDS = 3 /* of one process, however many ask meanwhile */
};

struct chore {
	const char *name;
	int64_t interval;                              /* seconds */
	struct error *(*run)(const struct shop *shop); /* NULL: has_work */
	/*
	 * Of what calls gateways: is there any? Then an errand does it, for a
	 * gateway that hangs would keep whoever is served next waiting. Mail
	 * and webhooks are sent by every errand.
	 */
	bool (*has_work)(const struct shop *shop);
	bool is_prompt; /* at once, when a request left it work */
};

/* Where nobody else looks after it, the log must not fill the disk. */
static struct error *begin_new_log(const struct shop *shop)
{
	enum {
		MOST_BYTES = 8 * 1024 * 1024
	};

	log_turn_over(
	    config_path(shop->arena, shop->config, "log/campuspass.log"),
	    MOST_BYTES);
	return NULL;
}

static bool has_post(const struct shop *shop)
{
	return outbox_has_work(shop) || hook_has_work(shop);
}

/*
 * What calls gateways comes last: the others leave it refunds. The file keeps
 * times by place; where a row is put between, each still comes within its
 * interval.
 */
static const struct chore chores[] = {
    {"end lapsed holds", 30, hold_sweep},
    {"forget", 15 * MINUTE, forget_sweep},
    {"end bookings of cancelled events", 5, event_cancel_sweep,
	.is_prompt = true},
    {"tell of changed events", 5, event_tell_sweep, .is_prompt = true},
    {"promote", 5 * MINUTE, promote_sweep},
    {"forget webhook deliveries", 6 * HOUR, hook_forget},
    {"forget sent mails", 6 * HOUR, outbox_forget},
    {"clear away litter", HOUR, litter_sweep},
    {"begin a new log", 15 * MINUTE, begin_new_log},
    {"clear away pictures", 6 * HOUR, picture_sweep},
    {"look for mail and webhooks", 5, .has_work = has_post},
    {"ask about open payments", 5, payment_settle_open, payment_has_open},
    {"send refunds", 5, refund_settle_open, refund_has_open, .is_prompt = true},
};

/* When each ran last, as the lock file has it. */
struct chore_times {
	int64_t last[COUNT_OF(chores)];
};

static bool is_due(const struct chore *chore, int64_t last, int64_t now)
{
	return now >= last + chore->interval || now < last;
}

/* Why chores are run. */
struct chore_round {
	bool is_errand;
	bool is_asked; /* a request left work for prompt ones */
};

static void run_one(const struct chore *chore, const struct shop *shop)
{
	struct error *error = chore->run ? chore->run(shop) : NULL;

	if (!error)
		return;
	log_warn("chore failed: %s", chore->name);
	log_error(LOG_LEVEL_WARN, error);
}

/* Returns whether something that is due was left to an errand. */
static bool run_each(const struct shop *shop, const struct chore_round *round,
    struct chore_times *times, int64_t now)
{
	bool is_left = false;

	for (size_t i = 0; i < COUNT_OF(chores); i++) {
		const struct chore *chore = &chores[i];

		if (round->is_asked && chore->is_prompt)
			times->last[i] = 0;
		if (!is_due(chore, times->last[i], now))
			continue;
		if (chore->has_work && !round->is_errand &&
		    chore->has_work(shop)) {
			is_left = true;
			continue;
		}
		times->last[i] = now;
		if (!chore->has_work || round->is_errand)
			run_one(chore, shop);
	}
	return is_left;
}

static bool run_locked(
    const struct shop *shop, const struct chore_round *round, int lock)
{
	struct chore_times times = {.last = {0}};
	bool is_left;

	db_start_deadline(shop->db);
	if (pread(lock, &times, sizeof(times), 0) < 0)
		return false;
	is_left = run_each(shop, round, &times, clock_now());
	if (pwrite(lock, &times, sizeof(times), 0) < 0)
		log_warn("the times of chores cannot be kept");
	return is_left;
}

/* There while a request has left work that nobody has begun yet. */
#define ASKED_FILE "chores-asked"

static const char *asked_path(const struct shop *shop)
{
	return config_path(shop->arena, shop->config, "run/" ASKED_FILE);
}

static void ask(const struct shop *shop)
{
	int file = file_open_run(shop->config->data, ASKED_FILE);

	if (file < 0)
		log_warn("DATA/run/" ASKED_FILE ": %s; chores keep their times",
		    strerror(errno));
	else
		close(file);
}

/*
 * Who asks while another process is at it is seen by that one afterwards: so
 * it looks once more without the lock.
 */
static bool run_unlocked(const struct shop *shop, bool is_errand)
{
	const char *asked = asked_path(shop);
	bool is_left = false;
	int lock =
	    open(config_path(shop->arena, shop->config, "locks/chores.lock"),
		O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (lock < 0)
		return false;
	for (int i = 0; i < MOST_ROUNDS; i++) {
		struct chore_round round = {.is_errand = is_errand};

		if (flock(lock, LOCK_EX | LOCK_NB) != 0)
			break;
		round.is_asked = unlink(asked) == 0;
		is_left = run_locked(shop, &round, lock);
		flock(lock, LOCK_UN);
		if (access(asked, F_OK) != 0)
			break;
	}
	close(lock);
	return is_left;
}

void chores_run_due(const struct shop *shop)
{
	run_unlocked(shop, true);
}

/*
 * Asking for the lock costs system calls, so a process that served a request
 * in this second already leaves it, but for what this request left.
 */
void chores_run(const struct shop *shop, enum chores_left left)
{
	static int64_t last_look;
	int64_t now = clock_now();
	bool is_first = now != last_look;
	bool is_left = false;

	last_look = now;
	if (left == CHORES_MORE)
		ask(shop);
	if (is_first || left == CHORES_MORE)
		is_left = run_unlocked(shop, false);
	if (left != CHORES_NOTHING && !is_left) {
		db_start_deadline(shop->db);
		is_left = has_post(shop);
	}
	if (is_left)
		errand_start();
}

/* Moments of sweeps, for those who wonder whether cron is set up. */
#define SWEEP_FILE "locks/sweep"

static void note_sweep(const struct shop *shop)
{
	int64_t now = clock_now();
	int file = open(config_path(shop->arena, shop->config, SWEEP_FILE),
	    O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (file < 0)
		return;
	if (pwrite(file, &now, sizeof(now), 0) != sizeof(now))
		log_warn("the time of the sweep cannot be kept");
	close(file);
}

int64_t chores_last_sweep(struct arena *arena, const struct config *config)
{
	int64_t last = 0;
	int file =
	    open(config_path(arena, config, SWEEP_FILE), O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return 0;
	if (pread(file, &last, sizeof(last), 0) != sizeof(last))
		last = 0;
	close(file);
	return last;
}

struct error *chores_run_all(const struct shop *shop)
{
	struct outbox_report report;

	note_sweep(shop);
	for (size_t i = 0; i < COUNT_OF(chores); i++)
		if (chores[i].run)
			TRY(chores[i].run(shop));
	TRY(outbox_send_due(shop, OUTBOX_RUN, &report));
	return hook_send_due(shop);
}
