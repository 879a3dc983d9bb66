#include "booking/venue.h"

#include "base/clock.h"
#include "base/slug.h"
#include "base/text.h"
#include "booking/audit.h"
#include "store/catalogue_store.h"
#include "store/venue_store.h"

static struct error *check(const struct venue *venue)
{
	if (text_is_empty(venue->name))
		return fail_field("name", "Enter the venue's name");
	if (venue->has_location &&
	    (venue->latitude < -90 || venue->latitude > 90))
		return fail_field(
		    "latitude", "The latitude must be between -90 and 90");
	if (venue->has_location &&
	    (venue->longitude < -180 || venue->longitude > 180))
		return fail_field(
		    "longitude", "The longitude must be between -180 and 180");
	return NULL;
}

static json_t *pack(const struct venue *venue)
{
	json_t *object = json_pack(
	    "{ss ss}", "name", venue->name, "address", venue->address);

	if (venue->has_location) {
		json_object_set_new(
		    object, "latitude", json_real(venue->latitude));
		json_object_set_new(
		    object, "longitude", json_real(venue->longitude));
	}
	return object;
}

static struct error *change_in(const struct shop *shop,
    const struct viewer *viewer, const struct venue *venue, int64_t now)
{
	struct venue before;
	struct audit audit = {.action = "venue.change"};

	TRY(venue_store_find(shop->db, shop->arena, venue->slug, &before));
	TRY(catalogue_raise(shop->db));
	TRY(venue_store_save(shop->db, shop->arena, venue));
	json_use(shop->arena);
	audit.subject = arena_format(shop->arena, "venue %s", venue->slug);
	audit.before = pack(&before);
	audit.after = pack(venue);
	return audit_in(shop, viewer, &audit, now);
}

struct error *venue_change(const struct shop *shop, const struct viewer *viewer,
    const struct venue *venue)
{
	TRY(check(venue));
	return TRANSACTION(
	    shop->db, change_in(shop, viewer, venue, clock_now()));
}

struct error *venue_give_in(
    const struct shop *shop, struct venue *venue, int64_t now)
{
	struct venue found;

	if (venue->id || text_is_empty(venue->name))
		return NULL;
	TRY(venue_store_find_name(shop->db, shop->arena, venue->name, &found));
	if (found.id) {
		*venue = found;
		return NULL;
	}
	venue->slug = slug_make(shop->arena, venue->name);
	return venue_store_add(shop->db, shop->arena, venue, now);
}
