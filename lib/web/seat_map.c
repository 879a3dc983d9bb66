#include "web/seat_map.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "store/seat_store.h"
#include "web/page.h"
#include "web/present.h"
#include <inttypes.h>

enum {
	COLOURS = 6 /* t0 to t5 in the style sheet */
};

const char *const *seat_map_read(const struct request *request, size_t *count)
{
	const struct fields *form = &request->form;
	const char **names =
	    arena_array(request->shop.arena, form->count, sizeof(*names));
	const char *name;

	*count = 0;
	while ((name = fields_get_at(form, "seat", *count)))
		names[(*count)++] = text_trim(request->shop.arena, name);
	return names;
}

static bool is_named(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(names[i], name))
			return true;
	return false;
}

const char *seat_map_mark(struct arena *arena, size_t tier)
{
	return arena_format(arena, "t%zu", tier % COLOURS);
}

static struct seat_view make_seat(struct arena *arena,
    const struct event *event, const struct seat *seat,
    const struct seat_marks *marks)
{
	size_t index =
	    (size_t)(event_tier_of(event, seat->tier_id) - event->tiers.items);
	const struct tier *tier = &event->tiers.items[index];
	bool is_own = is_named(marks->own, marks->own_count, seat->name);
	bool is_taken = seat->status != SEAT_FREE && !is_own;
	const char *more = is_own ? ", yours" : is_taken ? ", taken" : "";

	return (struct seat_view){
	    .id = arena_format(arena, "seat-%s", seat->name),
	    .name = seat->name,
	    .number = arena_format(arena, "%" PRId64, seat->number),
	    .words = arena_format(arena, "%s, %s, %s%s%s", seat->name,
		tier->name, money_price(arena, tier->price),
		seat->is_accessible ? ", accessible" : "", more),
	    .tier_mark = seat_map_mark(arena, index),
	    .is_taken = is_taken,
	    .is_selected = !is_taken &&
		is_named(marks->picked, marks->picked_count, seat->name),
	    .is_accessible = seat->is_accessible,
	};
}

/* The list is in order, so a row ends where another begins. */
static struct seat_row_list make_rows(struct arena *arena,
    const struct event *event, const struct seat_list *seats,
    const struct seat_marks *marks)
{
	struct seat_row_view *rows =
	    arena_array(arena, seats->count, sizeof(*rows));
	struct seat_view *views =
	    arena_array(arena, seats->count, sizeof(*views));
	size_t count = 0;

	for (size_t i = 0; i < seats->count; i++) {
		const struct seat *seat = &seats->items[i];

		if (count == 0 || !text_equal(rows[count - 1].name, seat->row))
			rows[count++] = (struct seat_row_view){
			    .name = seat->row, .seats = {.items = &views[i]}};
		views[i] = make_seat(arena, event, seat, marks);
		rows[count - 1].seats.count++;
	}
	/* The error summary's link leads to the first seat one can tick. */
	for (size_t i = 0; i < seats->count; i++)
		if (!views[i].is_taken) {
			views[i].id = "seat";
			break;
		}
	return (struct seat_row_list){.items = rows, .count = count};
}

static struct seat_legend_list make_legend(
    struct arena *arena, const struct event *event)
{
	struct seat_legend *legend =
	    arena_array(arena, event->tiers.count, sizeof(*legend));
	size_t count = 0;

	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];

		if (tier->has_seats)
			legend[count++] = (struct seat_legend){
			    .mark = seat_map_mark(arena, i),
			    .name = tier->name,
			    .price = money_price(arena, tier->price),
			};
	}
	return (struct seat_legend_list){.items = legend, .count = count};
}

struct error *seat_map_make(const struct shop *shop, const struct event *event,
    const struct seat_marks *marks, const struct error *error,
    struct seat_map_view *map)
{
	struct seat_list seats;

	TRY(seat_store_list(
	    shop->db, shop->arena, event->id, clock_now(), &seats));
	*map = (struct seat_map_view){
	    .rows = make_rows(shop->arena, event, &seats, marks),
	    .legend = make_legend(shop->arena, event),
	};
	for (size_t i = 0; i < seats.count; i++)
		map->has_accessible |= seats.items[i].is_accessible;
	if (error &&
	    (error_is(error, SEAT_TAKEN_ERROR) ||
		text_equal(error_field_value(error, "field"), "seat")))
		map->error = error->message;
	return NULL;
}

void seat_map_link(struct arena *arena, const struct seat_map_view *map,
    struct problem_box_view *box)
{
	struct problem *problem;

	if (text_is_empty(map->error))
		return;
	problem = ARENA_NEW(arena, struct problem);
	*problem = (struct problem){.text = map->error, .anchor = "seat"};
	page_list_problems(
	    box, (struct problem_list){.items = problem, .count = 1});
}
