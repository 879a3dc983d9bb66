/*
 * Event files: any JSON is an event whose members keep their bounds, or is
 * refused by the name of a member; what is read and written again reads the
 * same.
 */
#include "fuzz.h"

#include "base/slug.h"
#include "booking/event_file.c"
#include "booking/event_file_parts.c"

static void check_line(const char *text, size_t longest)
{
	require(text && text_is_utf8(text, strlen(text)));
	require(text_length(text) <= longest && !text_has_control(text));
	require(!strpbrk(text, "\r\n\t"));
}

static void check_event(const struct event *event)
{
	require(slug_is_valid(event->slug));
	check_line(event->title, 200);
	check_line(event->summary, 300);
	check_line(event->online_url, 500);
	require(is_link_or_empty(event->online_url));
	require(clock_is_zone(event->timezone));
	require(event->starts_at < event->ends_at);
	require(event->tiers.count <= TIERS_MOST);
	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];

		require(slug_is_valid(tier->slug));
		check_line(tier->name, 200);
		require(tier->price.minor >= 0 && tier->capacity >= 0);
	}
	if (event->venue.has_location) {
		require(event->venue.latitude >= -90);
		require(event->venue.latitude <= 90);
		require(event->venue.longitude >= -180);
		require(event->venue.longitude <= 180);
	}
}

static json_t *write_again(const struct event *event)
{
	json_t *tree = event_file_event(event);
	json_t *tiers = json_array();

	for (size_t i = 0; i < event->tiers.count; i++)
		json_array_append_new(
		    tiers, event_file_tier(&event->tiers.items[i]));
	json_object_set_new(tree, "tiers", tiers);
	return tree;
}

static const char *as_text(struct arena *arena, const json_t *tree)
{
	struct out out = {.arena = arena};

	require(json_write(&out, tree));
	return out_string(&out);
}

static void check_again(struct arena *arena, struct event *event)
{
	struct event again;
	json_t *tree;

	event->venue.id = !text_is_empty(event->venue.name);
	tree = write_again(event);
	require(!event_file_take(arena, tree, &again));
	again.venue.id = event->venue.id;
	require(text_equal(
	    as_text(arena, tree), as_text(arena, write_again(&again))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	const struct shop shop = {.arena = &arena};
	struct event event;
	struct image picture;
	struct error *error;
	json_t *tree;

	json_use(&arena);
	error = read_tree(&arena, (const char *)data, size, &tree);
	if (!error)
		error = event_file_take(&arena, tree, &event);
	if (!error) {
		check_event(&event);
		check_again(&arena, &event);
		error =
		    check_seats(&shop, &event, json_object_get(tree, "tiers"));
	}
	if (!error)
		error = read_picture(&shop, tree, &picture);
	require(!error || error_is(error, VALIDATION_ERROR));
	require(!error || text_is_utf8(error->message, strlen(error->message)));
	error_reset();
	arena_reset(&arena);
	return 0;
}
