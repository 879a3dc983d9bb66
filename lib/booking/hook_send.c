/*
 * Sending the calls of webhooks; see hook.h.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/hook.h"
#include "payment/http_client.h"
#include "payment/http_guard.h"
#include "store/webhook_store.h"
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Minutes until the next attempt; the last entry stays. */
static const int64_t waits[] = {1, 5, 15, 60, 240};

static int64_t next_attempt(
    const struct webhook_delivery *delivery, int64_t now)
{
	size_t last = COUNT_OF(waits) - 1;
	size_t index = delivery->attempts < (int64_t)last
	    ? (size_t)delivery->attempts
	    : last;

	return now + waits[index] * MINUTE;
}

/* ---- one call ---- */

static const char *signature_of(
    const struct shop *shop, const struct webhook_delivery *delivery)
{
	int64_t now = clock_now();
	const char *text =
	    arena_format(shop->arena, "%" PRId64 ".%s", now, delivery->body);

	return arena_format(shop->arena, "t=%" PRId64 ",v1=%s", now,
	    token_mac(
		shop->arena, hook_secret(shop, &delivery->webhook), text));
}

/* What came of a call. */
struct call_end {
	bool has_arrived;
	int status;          /* of the answer; 0 none */
	const char *problem; /* why not; "" */
};

static struct call_end send_pinned(const struct shop *shop,
    const struct webhook_delivery *delivery, const char *pin)
{
	struct arena *arena = shop->arena;
	const char *headers[] = {
	    "Content-Type: application/json",
	    "User-Agent: CampusPass-Webhook/1",
	    arena_format(arena, "CampusPass-Delivery: %s", delivery->key),
	    arena_format(arena, "CampusPass-Signature: %s",
		signature_of(shop, delivery)),
	};
	const struct http_request request = {
	    .url = delivery->webhook.url,
	    .headers = headers,
	    .header_count = COUNT_OF(headers),
	    .body = delivery->body,
	    .length = strlen(delivery->body),
	    .pin = pin,
	};
	struct http_client *client =
	    http_client_open(arena, HOOK_SECONDS * 1000);
	struct call_end end = {.problem = ""};
	struct http_reply reply;

	http_client_send(client, &request, &reply);
	http_client_close(client);
	end.status = reply.status;
	end.has_arrived = reply.status >= 200 && reply.status < 300;
	if (!end.has_arrived)
		end.problem = reply.status
		    ? arena_format(arena, "answered %d", reply.status)
		    : reply.problem;
	return end;
}

static struct call_end call(
    const struct shop *shop, const struct webhook_delivery *delivery)
{
	bool may_be_private = text_equal(shop->config->webhook_private, "yes");
	const char *pin, *problem;

	if (!http_guard_resolve(shop->arena, delivery->webhook.url,
		may_be_private, &pin, &problem))
		return (struct call_end){.problem = problem};
	return send_pinned(shop, delivery, pin);
}

static struct error *settle(const struct shop *shop,
    const struct webhook_delivery *delivery, const struct call_end *end)
{
	enum delivery_state state = DELIVERY_SENT;

	if (!end->has_arrived) {
		log_warn("webhook delivery %" PRId64 ": %s", delivery->id,
		    end->problem);
		state = delivery->attempts + 1 >= HOOK_ATTEMPTS
		    ? DELIVERY_FAILED
		    : DELIVERY_WAITING;
	}
	return TRANSACTION(shop->db,
	    delivery_store_end(shop->db, delivery->id, state, end->status,
		end->problem, clock_now()));
}

/* Memory is of the one call: there may be many. */
static struct error *send_one(
    const struct shop *shop, const struct webhook_delivery *delivery)
{
	struct arena arena = ARENA_EMPTY;
	struct shop one = {
	    .db = shop->db, .config = shop->config, .arena = &arena};
	struct call_end end = call(&one, delivery);
	struct error *error;

	/* What the other side took of the time is not the database's. */
	db_start_deadline(shop->db);
	error = settle(&one, delivery, &end);
	arena_close(&arena);
	return error;
}

/* ---- all that are due ---- */

static struct error *send_next(const struct shop *shop, bool *is_done)
{
	int64_t now = clock_now();
	struct webhook_delivery due;
	bool begun;

	*is_done = true;
	db_start_deadline(shop->db);
	TRY(delivery_store_due(shop->db, shop->arena, now, &due));
	if (due.id == 0)
		return NULL;
	TRY(TRANSACTION(shop->db,
	    delivery_store_begin(
		shop->db, due.id, now, next_attempt(&due, now), &begun)));
	*is_done = false;
	return begun ? send_one(shop, &due) : NULL;
}

/* -1: another process has it. */
static int take_lock(const struct shop *shop)
{
	int lock =
	    open(config_path(shop->arena, shop->config, "locks/hooks.lock"),
		O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0) {
		close(lock);
		return -1;
	}
	return lock;
}

static struct error *send_locked(const struct shop *shop)
{
	bool is_done = false;

	for (int count = 0; count < HOOK_RUN && !is_done; count++) {
		clock_tick();
		TRY(send_next(shop, &is_done));
	}
	return NULL;
}

struct error *hook_send_due(const struct shop *shop)
{
	struct error *error;

	/* Who added one just before the end saw the lock taken, and left. */
	do {
		int lock = take_lock(shop);

		if (lock < 0)
			return NULL;
		error = send_locked(shop);
		close(lock);
	} while (!error && hook_has_work(shop));
	return error;
}

bool hook_has_work(const struct shop *shop)
{
	struct webhook_delivery due;
	int lock;

	if (delivery_store_due(shop->db, shop->arena, clock_now(), &due) ||
	    due.id == 0)
		return false;
	lock = take_lock(shop);
	if (lock >= 0)
		close(lock);
	return lock >= 0;
}

struct error *hook_forget(const struct shop *shop)
{
	int64_t count;

	return TRANSACTION(shop->db,
	    delivery_store_forget(
		shop->db, clock_now() - HOOK_DAYS * DAY, &count));
}
