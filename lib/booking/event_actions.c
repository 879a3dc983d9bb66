/*
 * What is done to an event as a whole: its status, its picture, its end.
 */
#include "booking/event_parts.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/settle.h"
#include "store/catalogue_store.h"
#include "store/event_edit_store.h"
#include "store/event_store.h"

static struct error *refuse(const struct event *event, const char *message)
{
	return fail_with(STATE_ERROR, NULL,
	    FIELDS(error_text("event_name", "Event", event->title),
		error_text(
		    "status", "Status", event_status_word(event->status))),
	    "%s", message);
}

/* ---- status ---- */

/* A move from one status to another, and what must hold. */
struct move {
	enum event_status from;
	enum event_status to;
	const char *action; /* in the audit log */
	const char *wrong;  /* said of another status */
	/* What else keeps it from that; NULL: nothing. */
	struct error *(*check)(
	    const struct shop *shop, const struct event *event, int64_t now);
};

static struct error *can_publish(
    const struct shop *shop, const struct event *event, int64_t now)
{
	(void)shop;
	if (event->tiers.count == 0)
		return refuse(event, "Add a ticket type first");
	if (event->ends_at <= now)
		return refuse(event, "The event would be over already");
	return NULL;
}

static struct error *can_unpublish(
    const struct shop *shop, const struct event *event, int64_t now)
{
	struct event_uses uses;

	(void)now;
	TRY(event_edit_store_count_uses(
	    shop->db, shop->arena, event->id, &uses));
	if (uses.live > 0)
		return refuse(event,
		    "There are bookings, so the event cannot become a draft "
		    "again. Cancel it instead");
	if (uses.waiting > 0)
		return refuse(event,
		    "There is a waiting list, so the event cannot become a "
		    "draft again. Cancel it instead");
	return NULL;
}

static struct error *move_in(const struct shop *shop,
    const struct viewer *viewer, const char *slug, const struct move *move,
    int64_t now)
{
	struct fact_change change = {.name = "status", .label = "Status"};
	const struct fact_change_list changes = {.items = &change, .count = 1};
	struct event event;
	bool moved;

	TRY(event_find_theirs(shop, viewer, slug, &event));
	if (event.status != move->from)
		return refuse(&event, move->wrong);
	TRY(settle_event(shop, event.id, now));
	if (move->check)
		TRY(move->check(shop, &event, now));
	TRY(event_edit_store_move(
	    shop->db, event.id, move->from, move->to, now, &moved));
	if (!moved)
		return refuse(&event, move->wrong);
	change.before = event_status_word(move->from);
	change.after = event_status_word(move->to);
	return event_audit_in(
	    shop, viewer, move->action, &event, &changes, now);
}

struct error *event_publish(
    const struct shop *shop, const struct viewer *viewer, const char *slug)
{
	static const struct move publish = {EVENT_DRAFT, EVENT_PUBLISHED,
	    "event.publish", "Only a draft can be published", can_publish};

	return TRANSACTION(
	    shop->db, move_in(shop, viewer, slug, &publish, clock_now()));
}

struct error *event_unpublish(
    const struct shop *shop, const struct viewer *viewer, const char *slug)
{
	static const struct move unpublish = {EVENT_PUBLISHED, EVENT_DRAFT,
	    "event.unpublish", "Only a published event can become a draft",
	    can_unpublish};

	return TRANSACTION(
	    shop->db, move_in(shop, viewer, slug, &unpublish, clock_now()));
}

struct error *event_complete(
    const struct shop *shop, const struct viewer *viewer, const char *slug)
{
	static const struct move complete = {EVENT_PUBLISHED, EVENT_COMPLETED,
	    "event.complete", "Only a published event can be completed", NULL};

	return TRANSACTION(
	    shop->db, move_in(shop, viewer, slug, &complete, clock_now()));
}

/* ---- deleting ---- */

static struct error *delete_in(const struct shop *shop,
    const struct viewer *viewer, const char *slug, int64_t now)
{
	const struct fact_change_list nothing = {.count = 0};
	struct event_uses uses;
	struct event event;

	TRY(event_find_theirs(shop, viewer, slug, &event));
	TRY(settle_event(shop, event.id, now));
	TRY(event_edit_store_count_uses(
	    shop->db, shop->arena, event.id, &uses));
	if (uses.bookings > 0)
		return refuse(&event,
		    "There are or were bookings, so the event cannot be "
		    "deleted. Cancel it instead: that refunds and tells "
		    "everyone");
	if (uses.waiting > 0)
		return refuse(&event,
		    "There is or was a waiting list, so the event cannot be "
		    "deleted. Cancel it instead");
	TRY(event_edit_store_delete(shop->db, event.id));
	return event_audit_in(
	    shop, viewer, "event.delete", &event, &nothing, now);
}

struct error *event_delete(
    const struct shop *shop, const struct viewer *viewer, const char *slug)
{
	return TRANSACTION(
	    shop->db, delete_in(shop, viewer, slug, clock_now()));
}

/* ---- the picture ---- */

static struct error *set_image_in(const struct shop *shop,
    const struct viewer *viewer, const char *slug, const char *image,
    const char *alt, int64_t now, const char **unused)
{
	struct fact_change changes[] = {
	    {.name = "image", .after = image},
	    {.name = "image_alt", .after = alt},
	};
	const struct fact_change_list list = {
	    .items = changes, .count = COUNT_OF(changes)};
	struct event event;
	int64_t count;

	*unused = "";
	TRY(event_find_theirs(shop, viewer, slug, &event));
	changes[0].before = event.image;
	changes[1].before = event.image_alt;
	TRY(catalogue_raise(shop->db));
	TRY(event_edit_store_set_image(shop->db, event.id, image, alt, now));
	if (*event.image && !text_equal(event.image, image)) {
		TRY(event_edit_store_count_image(
		    shop->db, shop->arena, event.image, &count));
		*unused = count == 0 ? event.image : "";
	}
	return event_audit_in(shop, viewer, "event.image", &event, &list, now);
}

struct error *event_set_image(const struct shop *shop,
    const struct viewer *viewer, const char *slug, const char *image,
    const char *alt, const char **unused)
{
	return TRANSACTION(shop->db,
	    set_image_in(shop, viewer, slug, image, alt, clock_now(), unused));
}
