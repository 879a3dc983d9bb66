#include "booking/queue_staff.h"

#include "base/clock.h"
#include "booking/audit.h"
#include "booking/hold.h"
#include "booking/queue_parts.h"
#include "booking/settle.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/queue_store.h"
#include "store/staff_store.h"
#include <inttypes.h>

static struct error *note(const struct shop *shop, const struct viewer *viewer,
    const struct event *event, const char *action, const char *subject,
    int64_t now)
{
	const struct audit audit = {
	    .action = action, .event_id = event->id, .subject = subject};

	return audit_in(shop, viewer, &audit, now);
}

/* People in the list have no names here (audit.h). */
static const char *subject_of(
    const struct shop *shop, const struct queue_entry *entry)
{
	return arena_format(shop->arena, "waiting %" PRId64, entry->id);
}

/* Its own tier; for "any" the first that has so many. */
static const struct tier *tier_for(
    const struct event *event, const struct queue_entry *entry)
{
	const struct tier *first = NULL;

	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];

		if (entry->tier_id && tier->id != entry->tier_id)
			continue;
		if (!first || first->free < entry->quantity)
			first = tier;
	}
	return first;
}

static struct error *find(const struct shop *shop, const char *slug,
    const char *key, const struct viewer *viewer, int64_t now,
    struct event *event, struct queue_entry *entry)
{
	TRY(event_store_find_managed(
	    shop->db, shop->arena, slug, viewer, now, event));
	return queue_store_find(shop->db, shop->arena, event->id, key, entry);
}

static struct error *offer_in(const struct shop *shop, const char *slug,
    const char *key, const struct viewer *viewer, int64_t now)
{
	struct queue_entry entry;
	struct event event;

	TRY(find(shop, slug, key, viewer, now, &event, &entry));
	TRY(settle_event(shop, event.id, now));
	TRY(find(shop, slug, key, viewer, now, &event, &entry));
	if (entry.state == QUEUE_OFFERED)
		return NULL;
	if (entry.state != QUEUE_WAITING)
		return fail(STATE_ERROR,
		    "This place in the waiting list has ended already");
	TRY(hold_check_duplicate(shop, entry.email, &event));
	TRY(note(shop, viewer, &event, "queue.offer", subject_of(shop, &entry),
	    now));
	return queue_give_in(shop, &event, tier_for(&event, &entry), &entry,
	    entry.quantity, now);
}

struct error *queue_staff_offer(const struct shop *shop, const char *event,
    const char *key, const struct viewer *viewer)
{
	return TRANSACTION(
	    shop->db, offer_in(shop, event, key, viewer, clock_now()));
}

static struct error *remove_in(const struct shop *shop, const char *slug,
    const char *key, const struct viewer *viewer, int64_t now)
{
	struct queue_entry entry;
	struct event event;

	TRY(find(shop, slug, key, viewer, now, &event, &entry));
	TRY(note(shop, viewer, &event, "queue.remove", subject_of(shop, &entry),
	    now));
	return queue_remove_in(shop, event.id, key, now);
}

struct error *queue_staff_remove(const struct shop *shop, const char *event,
    const char *key, const struct viewer *viewer)
{
	return TRANSACTION(
	    shop->db, remove_in(shop, event, key, viewer, clock_now()));
}

static struct error *open_in(const struct shop *shop, const char *slug,
    bool is_open, const struct viewer *viewer, int64_t now)
{
	struct event event;

	TRY(event_store_find_managed(
	    shop->db, shop->arena, slug, viewer, now, &event));
	if (event.queue_is_open == is_open)
		return NULL;
	TRY(staff_store_open_queue(shop->db, event.id, is_open, now));
	return note(shop, viewer, &event,
	    is_open ? "queue.open" : "queue.close",
	    arena_format(shop->arena, "event %s", event.slug), now);
}

struct error *queue_staff_open(const struct shop *shop, const char *event,
    bool is_open, const struct viewer *viewer)
{
	return TRANSACTION(
	    shop->db, open_in(shop, event, is_open, viewer, clock_now()));
}
