#include "booking/event_parts.h"

#include "base/clock.h"
#include "base/slug.h"
#include "base/text.h"
#include "booking/audit.h"
#include "booking/settle.h"
#include "booking/venue.h"
#include "store/event_edit_store.h"
#include "store/event_store.h"
#include "store/seat_store.h"

/* ---- what the files about events share ---- */

struct error *event_find_theirs(const struct shop *shop,
    const struct viewer *viewer, const char *slug, struct event *event)
{
	return event_store_find_managed(
	    shop->db, shop->arena, slug, viewer, clock_now(), event);
}

struct error *event_look_aside(const struct shop *shop,
    const struct event *event, struct event_sides *sides)
{
	struct seat_list seats = {.count = 0};

	if (event->seating == SEATING_RESERVED)
		TRY(seat_store_list(
		    shop->db, shop->arena, event->id, clock_now(), &seats));
	sides->seats = seats_plan_write(shop->arena, &seats, &event->tiers);
	return event_edit_store_staff(
	    shop->db, shop->arena, event->id, &sides->staff);
}

struct error *event_read_facts(const struct shop *shop,
    const struct event *event, struct event_fact_list *facts)
{
	struct event_sides sides;

	TRY(event_look_aside(shop, event, &sides));
	*facts = event_facts(shop->arena, event, sides.seats, sides.staff);
	return NULL;
}

struct error *event_audit_in(const struct shop *shop,
    const struct viewer *viewer, const char *action, const struct event *event,
    const struct fact_change_list *changes, int64_t now)
{
	const struct audit audit = {
	    .action = action,
	    .event_id = event->id,
	    .subject = arena_format(shop->arena, "event %s", event->slug),
	    .before = event_facts_json(shop->arena, changes, FACT_BEFORE),
	    .after = event_facts_json(shop->arena, changes, FACT_AFTER),
	};

	return audit_in(shop, viewer, &audit, now);
}

/* ---- creating ---- */

/* Words that addresses use beside an event's slug. */
static bool is_reserved(const char *slug)
{
	static const char *const words[] = {"new", "find", "hook", "compare"};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (text_equal(words[i], slug))
			return true;
	return false;
}

static struct error *is_taken(
    const struct shop *shop, const char *slug, bool *taken)
{
	int64_t id;
	struct error *error =
	    event_store_find_slug(shop->db, shop->arena, slug, &id);

	*taken = error == NULL;
	return error_is(error, NOT_FOUND_ERROR) ? NULL : error;
}

/* "jazz-evening", else "jazz-evening-2", "jazz-evening-3" ... */
static struct error *free_slug(
    const struct shop *shop, const char *wanted, const char **slug)
{
	bool taken;

	if (is_reserved(wanted))
		wanted = arena_format(shop->arena, "%s-event", wanted);
	*slug = wanted;
	for (int number = 2;; number++) {
		TRY(is_taken(shop, *slug, &taken));
		if (!taken)
			return NULL;
		*slug = arena_format(shop->arena, "%.74s-%d", wanted, number);
	}
}

/* Tiers come by event_put_tiers(), which gives them slugs. */
static struct error *add_in(
    const struct shop *shop, struct event_wish *wish, int64_t now)
{
	struct event *event = &wish->event;
	const struct tier_list tiers = event->tiers;
	const struct event nothing = {.id = 0};

	TRY(free_slug(
	    shop, slug_make(shop->arena, event->title), &event->slug));
	TRY(venue_give_in(shop, &event->venue, now));
	event->tiers.count = 0;
	TRY(event_store_add(shop->db, shop->arena, event, now));
	if (wish->form_key && *wish->form_key)
		TRY(event_edit_store_note_form(
		    shop->db, event->id, wish->form_key, wish->form_digest));
	event->tiers = tiers;
	TRY(event_put_tiers(shop, &nothing, wish));
	TRY(event_put_seats(shop, wish, now));
	return event_put_people(shop, wish);
}

/* A double click, or a form that is sent once more. */
static struct error *find_made(
    const struct shop *shop, struct event_wish *wish, bool *is_made)
{
	const char *slug, *digest;

	*is_made = false;
	if (!wish->form_key || !*wish->form_key)
		return NULL;
	TRY(event_edit_store_by_form(
	    shop->db, shop->arena, wish->form_key, &slug, &digest));
	*is_made = *slug != '\0';
	if (!*is_made || text_equal(digest, wish->form_digest)) {
		wish->event.slug = slug;
		return NULL;
	}
	return fail(STATE_ERROR,
	    "This form was sent before with other details, and has made the "
	    "event %s. Change that one, or begin a new one",
	    slug);
}

static struct error *create_in(const struct shop *shop,
    const struct viewer *viewer, struct event_wish *wish, const char *action,
    int64_t now)
{
	const struct event_fact_list nothing = {.count = 0};
	struct event_fact_list facts;
	struct fact_change_list changes;
	struct event event;
	bool is_made;

	TRY(find_made(shop, wish, &is_made));
	if (is_made)
		return NULL;
	if (wish->owner)
		TRY(event_put_people(shop, wish));
	else if (wish->event.owner_id == 0)
		wish->event.owner_id = viewer->user_id;
	TRY(add_in(shop, wish, now));
	TRY(event_store_find_id(
	    shop->db, shop->arena, wish->event.id, EVENTS_ALL, now, &event));
	TRY(event_read_facts(shop, &event, &facts));
	changes =
	    event_facts_compare(shop->arena, &nothing, &facts, FACT_INNER);
	return event_audit_in(shop, viewer, action, &event, &changes, now);
}

struct error *event_create(const struct shop *shop, const struct viewer *viewer,
    struct event_wish *wish)
{
	wish->event.id = 0;
	TRY(event_check_wish(shop->arena, wish));
	return TRANSACTION(shop->db,
	    create_in(shop, viewer, wish, "event.create", clock_now()));
}

/* ---- changing ---- */

static struct error *was_faster(void)
{
	return fail(STATE_ERROR,
	    "Somebody else has changed this event meanwhile. Nothing you "
	    "entered is lost: compare, and save again");
}

/* Places without seats and seats without places do not go together. */
static struct error *check_seating(const struct shop *shop,
    const struct event *before, const struct event *after)
{
	struct event_uses uses;

	if (before->seating == after->seating)
		return NULL;
	TRY(event_edit_store_count_uses(
	    shop->db, shop->arena, before->id, &uses));
	if (uses.live == 0)
		return NULL;
	return fail_with(STATE_ERROR, NULL,
	    FIELDS(error_text("field", "Field", "seating")),
	    "The seating cannot change while there are bookings");
}

static struct error *put_in(const struct shop *shop, const struct event *before,
    struct event_wish *wish, int64_t now)
{
	bool changed;

	TRY(venue_give_in(shop, &wish->event.venue, now));
	TRY(event_put_people(shop, wish));
	TRY(event_edit_store_save(
	    shop->db, shop->arena, &wish->event, now, &changed));
	if (!changed)
		return was_faster();
	TRY(event_put_tiers(shop, before, wish));
	TRY(event_put_seats(shop, wish, now));
	return event_remove_tiers(shop, before, wish);
}

static struct error *change_in(const struct shop *shop,
    const struct viewer *viewer, struct event_wish *wish, int64_t now,
    bool *must_tell)
{
	struct event_fact_list old_facts, new_facts;
	struct fact_change_list changes;
	struct event before, after;

	TRY(event_find_theirs(shop, viewer, wish->event.slug, &before));
	wish->event.id = before.id;
	if (wish->event.version && wish->event.version != before.version)
		return was_faster();
	wish->event.version = before.version;
	TRY(check_seating(shop, &before, &wish->event));
	TRY(event_read_facts(shop, &before, &old_facts));
	TRY(settle_event(shop, before.id, now));
	TRY(put_in(shop, &before, wish, now));
	/* More places are for the waiting list first. */
	TRY(settle_event(shop, before.id, now));
	TRY(event_store_find_id(
	    shop->db, shop->arena, before.id, EVENTS_ALL, now, &after));
	TRY(event_read_facts(shop, &after, &new_facts));
	TRY(event_note_change_in(
	    shop, &after, &old_facts, &new_facts, now, must_tell));
	changes = event_facts_compare(
	    shop->arena, &old_facts, &new_facts, FACT_INNER);
	if (changes.count == 0)
		return NULL;
	return event_audit_in(
	    shop, viewer, "event.change", &after, &changes, now);
}

struct error *event_change(const struct shop *shop, const struct viewer *viewer,
    struct event_wish *wish, bool *must_tell)
{
	*must_tell = false;
	TRY(event_check_wish(shop->arena, wish));
	return TRANSACTION(
	    shop->db, change_in(shop, viewer, wish, clock_now(), must_tell));
}

/* ---- copying ---- */

/* So many days later on the wall of its place, whatever summer time does. */
static int64_t days_later(const struct event *event, int64_t at, int64_t days)
{
	struct wall_time wall;
	int64_t noon;

	if (at == 0)
		return 0;
	wall = clock_wall(at, event->timezone);
	noon = clock_day_start(at, event->timezone) + 12 * HOUR + days * DAY;
	return clock_from_wall(
	    (struct wall_time){
		.year = clock_wall(noon, event->timezone).year,
		.month = clock_wall(noon, event->timezone).month,
		.day = clock_wall(noon, event->timezone).day,
		.hour = wall.hour,
		.minute = wall.minute,
	    },
	    event->timezone);
}

static void move_event(struct arena *arena, struct event *event, int64_t now)
{
	struct tier *tiers =
	    arena_array(arena, event->tiers.count, sizeof(*tiers));
	int64_t days = 7;

	if (event->starts_at <= now)
		days += (now - event->starts_at) / (7 * DAY) * 7;
	for (size_t i = 0; i < event->tiers.count; i++) {
		tiers[i] = event->tiers.items[i];
		tiers[i].id = 0;
		tiers[i].sale_opens_at =
		    days_later(event, tiers[i].sale_opens_at, days);
		tiers[i].sale_closes_at =
		    days_later(event, tiers[i].sale_closes_at, days);
	}
	event->tiers.items = tiers;
	event->booking_opens_at =
	    days_later(event, event->booking_opens_at, days);
	event->booking_closes_at =
	    days_later(event, event->booking_closes_at, days);
	event->ends_at = days_later(event, event->ends_at, days);
	event->starts_at = days_later(event, event->starts_at, days);
}

static struct error *duplicate_in(const struct shop *shop,
    const struct viewer *viewer, const char *slug, const char *form_key,
    int64_t now, const char **copy)
{
	struct event_wish wish = {.form_key = form_key, .form_digest = slug};
	struct event_sides sides;

	TRY(event_find_theirs(shop, viewer, slug, &wish.event));
	TRY(event_look_aside(shop, &wish.event, &sides));
	TRY(seats_plan(shop->arena, sides.seats, &wish.event.tiers,
	    SEATS_NO_TIER, &wish.seats));
	move_event(shop->arena, &wish.event, now);
	wish.staff = sides.staff;
	wish.event.id = 0;
	wish.event.status = EVENT_DRAFT;
	wish.event.refunds.full_until = 0;
	TRY(create_in(shop, viewer, &wish, "event.duplicate", now));
	*copy = wish.event.slug;
	return NULL;
}

struct error *event_duplicate(const struct shop *shop,
    const struct viewer *viewer, const char *slug, const char *form_key,
    const char **copy)
{
	return TRANSACTION(shop->db,
	    duplicate_in(shop, viewer, slug, form_key, clock_now(), copy));
}
