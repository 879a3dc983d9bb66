#include "booking/share.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/notice.h"
#include "booking/order.h"
#include "booking/refusal.h"
#include "store/limit.h"
#include "store/outbox_store.h"

struct error *share_check(const struct event *event, int64_t now)
{
	if (event->status != EVENT_PUBLISHED)
		return fail(STATE_ERROR, "This event does not take place");
	if (event->ends_at <= now)
		return fail(STATE_ERROR, "This event is over");
	return NULL;
}

static struct error *check_share(
    const struct shop *shop, const struct share *share, char **email)
{
	const char *reason;

	if (!text_email(shop->arena, share->friend_email, email, &reason))
		return order_refuse(
		    "friend_email", "Email", share->friend_email, reason, NULL);
	if (text_length(share->message) > SHARE_LENGTH)
		return order_refuse(
		    "message", "Message", share->message, "is too long", NULL);
	if (text_has_link(share->message))
		return order_refuse("message", "Message", share->message,
		    "must not have addresses in it (put a blank behind each "
		    "full stop); the mail has a link to the event",
		    NULL);
	return NULL;
}

/* May the friend have this mail? No error: the sender is not told. */
static struct error *is_welcome(const struct shop *shop,
    const struct event *event, const char *email, int64_t now, bool *is)
{
	static const struct limit_rate once = {
	    .name = "share once", .burst = 1, .seconds = DAY};
	static const struct limit_rate friends = {.name = "share to",
	    .burst = SHARE_MOST,
	    .seconds = DAY,
	    .count = SHARE_MOST};
	const char *pair =
	    arena_format(shop->arena, "%s %s", event->slug, email);
	bool is_refused;

	TRY(refusal_is_there(shop, email, &is_refused));
	*is = !is_refused && !limit_take(shop->config, &once, pair, now) &&
	    !limit_take(shop->config, &friends, email, now);
	return NULL;
}

static struct error *add_mail(const struct shop *shop,
    const struct event *event, const struct share *share, const char *email,
    int64_t now)
{
	json_t *snapshot;

	json_use(shop->arena);
	snapshot =
	    json_pack("{so ss ss ss sI}", "event", notice_pack_event(event),
		"sender", share->sender, "message", share->message, "stop",
		refusal_path(shop, email), "valid_until", event->ends_at);
	return notice_add_in(shop, "share", email, 0, snapshot, now);
}

struct error *share_event(const struct shop *shop, const struct event *event,
    const struct share *share)
{
	int64_t now = clock_now();
	bool is_sent;
	char *email;

	TRY(share_check(event, now));
	TRY(check_share(shop, share, &email));
	TRY(is_welcome(shop, event, email, now, &is_sent));
	/* Both cost the same, so that nobody learns who has refused. */
	if (!is_sent)
		return TRANSACTION(
		    shop->db, outbox_store_pretend(shop->db, shop->arena, now));
	return TRANSACTION(shop->db, add_mail(shop, event, share, email, now));
}
