/*
 * Seat_map: the map of seats (R27, R36, B6), a fieldset of labelled
 * checkboxes, one fieldset a row, that needs no script.
 */
#ifndef WEB_SEAT_MAP_H
#define WEB_SEAT_MAP_H

#include "model/event.h"
#include "views/views.h"
#include "web/request.h"

/* Seats that the map shows in another way, by name. */
struct seat_marks {
	const char *const *picked; /* ticked, as far as they can be had */
	size_t picked_count;
	const char *const *own; /* the viewer has them: can be ticked */
	size_t own_count;
};

/* The class that colours a ticket type, by its place among the event's. */
NONNULL_RESULT const char *seat_map_mark(struct arena *arena, size_t tier);

/* The seats that the form names, in order; *count of them. */
const char *const *seat_map_read(const struct request *request, size_t *count);

/* The map of an event; an error about seats stands beside it. */
MUST_CHECK struct error *seat_map_make(const struct shop *shop,
    const struct event *event, const struct seat_marks *marks,
    const struct error *error, struct seat_map_view *map);

/*
 * What is wrong with the seats is no field of a form: the box's one problem
 * then leads to the map.
 */
void seat_map_link(struct arena *arena, const struct seat_map_view *map,
    struct problem_box_view *box);

#endif
