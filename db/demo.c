#include "demo.h"

#include "base/clock.h"
#include "base/slug.h"
#include "base/text.h"
#include "booking/seats.h"
#include "booking/venue.h"
#include "model/event.h"
#include "payment/gateway.h"
#include "store/event_store.h"
#include "store/upkeep_store.h"

enum {
	TIERS_MOST = 2
};

/* A tier of a demo event; its slug is made of the name unless given. */
struct demo_tier {
	const char *slug;
	const char *name;
	int64_t price;    /* whole units */
	int64_t capacity; /* places, of seats as many as there are */
	const char *rows; /* seats; NULL: general admission */
};

struct demo_event {
	const char *slug;
	const char *title;
	const char *type;
	int days;         /* from the day of loading */
	int hour, minute; /* wall clock */
	int hours;        /* how long it lasts */
	const char *venue;
	const char *address;
	double latitude, longitude;
	const char *summary;
	const char *description;
	bool queue_is_open;
	struct demo_tier tiers[TIERS_MOST];
};

static const struct demo_event events[] = {
    {"spring-concert", "Spring Music Festival", "concert", 12, 17, 0, 6,
	"Campus Amphitheater", "1 Campus Green", 37.87188, -122.25850,
	"Eight bands, one lawn, and the sun going down behind the stage.",
	"The festival that opens the season: **eight campus bands** on the "
	"open-air stage, food stalls on the green, and a last set under the "
	"lights.\n\n- Gates open an hour before\n- Bring a blanket, leave "
	"the umbrella\n- VIP: the terrace beside the stage, and a drink",
	false, {{"general", "General", 15, 200}, {"vip", "VIP", 45, 50}}},
    {"hackathon", "HackCampus 2026", "hackathon", 26, 9, 0, 33,
	"Engineering Building", "12 Turing Walk", 37.87420, -122.25760,
	"A day and a night to build the thing you keep talking about.",
	"Form a team or find one at breakfast. You get power, food, mentors "
	"and thirty-three hours.\n\nThe jury likes things that *work*. "
	"Mentors: please take a Mentor Pass, so that we know how many of you "
	"there will be.",
	false,
	{{"participant", "Participant", 0, 120},
	    {"mentor", "Mentor Pass", 0, 20}}},
    {"workshop-ai", "AI/ML Workshop Series", "workshop", 19, 14, 0, 4,
	"CS Lab 204", "12 Turing Walk, room 204", 37.87425, -122.25765,
	"Four hours from a notebook to a model that earns its keep.",
	"Small groups, real data, no slides after the first ten minutes.\n\n"
	"You need to have written *some* Python before. Premium seats have a "
	"GPU under the desk.",
	false,
	{{"standard", "Standard", 25, 40},
	    {"premium", "Premium (with GPU access)", 60, 15}}},
    {"comedy-night", "Campus Comedy Night", "comedy", 8, 20, 0, 2,
	"Student Union Hall", "3 Union Street", 37.86930, -122.25920,
	"Five comedians, one microphone, nobody safe in the front row.",
	"An evening of stand-up by students who should be revising.\n\n"
	"The front row is cheaper than therapy and twice as honest.",
	false,
	{{"general", "General", 10, 150}, {"front-row", "Front Row", 25, 20}}},
    {NULL, "Rock Night Live", "concert", 5, 20, 0, 3, "Downtown Arena",
	"100 Main Street", 37.80440, -122.27110, "Three guitars, no ballads.",
	"Loud from the first minute. Earplugs are free at the cloakroom.",
	false, {{NULL, "General Admission", 75, 10, "A1-A10"}}},
    {NULL, "Jazz Evening", "concert", 9, 19, 30, 3, "City Jazz Club",
	"27 Blue Lane", 37.80890, -122.27010,
	"A quintet, small tables, and time to listen.",
	"Two sets with a long break between. VIP places are at the tables in "
	"front; the rest is at the bar.",
	false,
	{{NULL, "VIP", 150, 5, "B1-B5"},
	    {NULL, "General Admission", 75, 5, "B6-B10"}}},
    {NULL, "Pop Music Festival", "concert", 15, 16, 0, 5, "Open Air Park",
	"Park Road", 37.81590, -122.26020, "Songs you already know by heart.",
	"Bring someone who sings louder than you.", false,
	{{NULL, "General Admission", 75, 8, "C1-C8"}}},
    {NULL, "Classical Night", "concert", 22, 19, 0, 3, "Grand Concert Hall",
	"1 Philharmonic Square", 37.77750, -122.41980,
	"Schubert, Ravel, and a first performance.",
	"Doors close with the first note; late guests come in between the "
	"pieces.",
	false,
	{{NULL, "VIP", 150, 2, "D1-D2"}, {NULL, "Economy", 50, 3, "D3-D5"}}},
    {NULL, "Electronic Dance Festival", "concert", 29, 22, 0, 7, "City Stadium",
	"Stadium Avenue", 37.75160, -122.20050,
	"Until the first train runs again.",
	"Six hours of machines and one sunrise.", false,
	{{NULL, "General Admission", 75, 5, "E1-E5"}}},
    {NULL, "Indie Rock Showcase", "concert", 33, 20, 30, 3, "Underground Club",
	"9 Cellar Steps", 37.76090, -122.43500,
	"Bands before everybody knows them.",
	"Four bands, twenty-five minutes each, no encores.", false,
	{{NULL, "VIP", 150, 4, "F1-F4"}}},
    {NULL, "Country Music Night", "concert", 37, 19, 0, 3,
	"Riverside Amphitheater", "River Road 4", 37.93550, -122.34780,
	"Boots welcome.",
	"Fiddles, slide guitars and stories that are nearly "
	"true.",
	false, {{NULL, "General Admission", 75, 5, "G1-G5"}}},
    {NULL, "Hip-Hop Bash", "concert", 41, 20, 0, 4, "City Sports Arena",
	"Arena Way", 37.76800, -122.38770, "Verses, not speeches.",
	"A cypher to begin with, a headliner to end with.", false,
	{{NULL, "VIP", 150, 4, "H1-H4"}}},
    {NULL, "Reggae Vibes", "concert", 47, 18, 0, 4, "Beachside Venue",
	"Ocean Promenade 2", 37.76940, -122.51070, "Barefoot, by the water.",
	"Sunset at seven, bass until ten.", false,
	{{NULL, "Economy", 50, 4, "I1-I4"}}},
    {NULL, "Metal Night", "concert", 54, 19, 30, 4, "Arena X", "Foundry Street",
	37.78390, -122.39300, "Heavier than last year.",
	"Three bands. The floor shakes; the balcony less.", false,
	{{NULL, "General Admission", 75, 4, "J1-J4"}}},
    {"queue-night", "Queue Night", "other", 17, 19, 0, 3, "Student Union Hall",
	"3 Union Street", 37.86930, -122.25920,
	"Very few places, and a fair line for them.",
	"Made for trying the waiting list: three VIP places, five regular "
	"ones, and whoever is next gets what comes free.",
	true, {{"vip", "VIP", 0, 3}, {"regular", "Regular", 0, 5}}},
};

/* Its doors are open at the moment of loading: for trying the door. */
static const struct demo_event open_doors = {"open-doors", "Open Doors",
    "theatre", 0, 0, 0, 5, "Campus Theatre", "5 Stage Lane", 37.87010,
    -122.25600, "It begins in half an hour. The doors are open.",
    "A short play about a long queue. Made for trying the door with tickets "
    "that are valid now.",
    false, {{"general", "General", 12, 80}, {"student", "Student", 6, 40}}};

static int64_t start_of(const struct shop *shop, const struct demo_event *demo)
{
	const char *zone = shop->config->timezone;
	struct wall_time wall =
	    clock_wall(clock_now() + (int64_t)demo->days * DAY, zone);

	wall.hour = demo->hour;
	wall.minute = demo->minute;
	return clock_from_wall(wall, zone);
}

static struct tier_list make_tiers(
    const struct shop *shop, const struct demo_event *demo)
{
	struct tier *tiers =
	    arena_array(shop->arena, TIERS_MOST, sizeof(*tiers));
	int64_t unit = 1;
	size_t count = 0;

	for (int i = money_decimals(shop->config->currency); i > 0; i--)
		unit *= 10;
	for (; count < TIERS_MOST && demo->tiers[count].name; count++) {
		const struct demo_tier *tier = &demo->tiers[count];

		tiers[count] = (struct tier){
		    .slug = tier->slug ? tier->slug
				       : slug_make(shop->arena, tier->name),
		    .name = tier->name,
		    .rank = text_equal(tier->name, "VIP") ? 0 : 1,
		    .price =
			money_of(tier->price * unit, shop->config->currency),
		    .capacity = tier->capacity,
		};
	}
	return (struct tier_list){.items = tiers, .count = count};
}

static struct error *add_event(
    const struct shop *shop, const struct demo_event *demo, int64_t starts_at)
{
	struct event event = {
	    .slug =
		demo->slug ? demo->slug : slug_make(shop->arena, demo->title),
	    .title = demo->title,
	    .type = demo->type,
	    .summary = demo->summary,
	    .description = demo->description,
	    .venue = {.name = demo->venue,
		.address = demo->address,
		.has_location = true,
		.latitude = demo->latitude,
		.longitude = demo->longitude},
	    .timezone = shop->config->timezone,
	    .currency = shop->config->currency,
	    .starts_at = starts_at,
	    .ends_at = starts_at + (int64_t)demo->hours * HOUR,
	    .doors_minutes = 60,
	    .status = EVENT_PUBLISHED,
	    .one_booking_each = true,
	    .queue_is_open = demo->queue_is_open,
	    .queue_is_manual = demo->queue_is_open,
	    .tiers = make_tiers(shop, demo),
	};

	if (demo->tiers[0].rows)
		event.seating = SEATING_RESERVED;
	TRY(venue_give_in(shop, &event.venue, clock_now()));
	TRY(event_store_add(shop->db, shop->arena, &event, clock_now()));
	for (size_t i = 0; i < event.tiers.count; i++)
		if (demo->tiers[i].rows)
			TRY(seats_add(shop, event.id, event.tiers.items[i].slug,
			    demo->tiers[i].rows));
	return NULL;
}

static struct error *load_in(const struct shop *shop)
{
	for (size_t i = 0; i < COUNT_OF(events); i++)
		TRY(add_event(shop, &events[i], start_of(shop, &events[i])));
	return add_event(shop, &open_doors, clock_now() + 30 * MINUTE);
}

/* The queue calls serve the demo's queue, for everybody. */
static struct error *configure(const struct shop *shop)
{
	bool added;

	TRY(config_add(
	    shop->arena, shop->config, "queue_event", "queue-night", &added));
	if (!added)
		return NULL;
	return config_add(
	    shop->arena, shop->config, "queue_open", "yes", &added);
}

struct error *demo_load(const struct shop *shop)
{
	struct error *error = TRANSACTION(shop->db, load_in(shop));

	if (error_is(error, CONFLICT_ERROR))
		return fail(STATE_ERROR, "The demo events are there already");
	return error ? error : configure(shop);
}

struct error *demo_refuse_real(const struct shop *shop)
{
	struct name_list names;

	TRY(upkeep_store_gateways(shop->db, shop->arena, &names));
	for (size_t i = 0; i < names.count; i++) {
		const struct gateway *gateway = gateway_named(names.items[i]);

		if (!gateway || !gateway->is_demo)
			return fail(STATE_ERROR,
			    "Money was taken here through %s: make the demo in "
			    "another data directory",
			    names.items[i]);
	}
	return NULL;
}
