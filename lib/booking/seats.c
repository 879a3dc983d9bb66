#include "booking/seats.h"

#include "base/text.h"
#include "booking/order.h"
#include "store/seat_store.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* "A10": letters, then a number. */
static bool read_seat(struct arena *arena, const char *text, size_t length,
    const char **row, int64_t *number)
{
	size_t letters = 0;

	while (letters < length && isalpha((unsigned char)text[letters]))
		letters++;
	if (letters == 0 || letters > SEATS_ROW_LONGEST || letters == length ||
	    !isdigit((unsigned char)text[letters]))
		return false;
	*row = arena_copy_bytes(arena, text, letters);
	return text_number(
		   arena_copy_bytes(arena, text + letters, length - letters),
		   number) == NUMBER_OK &&
	    *number >= 1;
}

static struct error *too_many(const char *part)
{
	return fail(VALIDATION_ERROR,
	    "there are too many seats: at most %d, \"%s\" is over that",
	    SEATS_MOST, part);
}

struct error *seats_read_range(
    struct arena *arena, const char *word, struct seat_range *range)
{
	const char *dash = strchr(word, '-');
	size_t length = dash ? (size_t)(dash - word) : strlen(word);
	const char *last_row;
	bool is_right;

	is_right = read_seat(arena, word, length, &range->row, &range->first);
	range->last = range->first;
	if (is_right && dash)
		is_right = read_seat(arena, dash + 1, strlen(dash + 1),
			       &last_row, &range->last) &&
		    text_equal(range->row, last_row) &&
		    range->last >= range->first;
	if (!is_right)
		return fail(
		    VALIDATION_ERROR, "\"%s\" must look like A1-A10", word);
	if (range->last > SEATS_MOST)
		return too_many(word);
	return NULL;
}

static bool overlaps(
    const struct seat_range *ranges, size_t count, const struct seat_range *new)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(ranges[i].row, new->row) &&
		    ranges[i].first <= new->last &&new->first <= ranges[i].last)
			return true;
	return false;
}

struct error *seats_parse(
    struct arena *arena, const char *text, struct seat_range_list *list)
{
	static const char between[] = " \t;";
	char *rest = arena_copy(arena, text), *part;
	struct seat_range *ranges =
	    arena_array(arena, strlen(text) / 2 + 1, sizeof(*ranges));

	*list = (struct seat_range_list){.items = ranges};
	while ((part = strsep(&rest, between))) {
		struct seat_range *range = &ranges[list->count];

		if (*part == '\0')
			continue;
		TRY(seats_read_range(arena, part, range));
		if (overlaps(ranges, list->count, range))
			return fail(VALIDATION_ERROR,
			    "\"%s\" names a seat twice", part);
		list->count++;
		list->seats += range->last - range->first + 1;
		if (list->seats > SEATS_MOST)
			return too_many(part);
	}
	return NULL;
}

int seats_compare(
    const char *row, int64_t number, const char *other_row, int64_t other)
{
	size_t length = strlen(row), other_length = strlen(other_row);
	int rows = length != other_length ? (length < other_length ? -1 : 1)
					  : strcmp(row, other_row);

	if (rows != 0)
		return rows;
	return (number > other) - (number < other);
}

static bool is_beside(const struct seat *left, const struct seat *right)
{
	return text_equal(left->row, right->row) &&
	    left->number + 1 == right->number;
}

const char *seats_write(
    struct arena *arena, const struct seat_list *seats, int64_t tier_id)
{
	struct out out = {.arena = arena};
	const struct seat *last = NULL;
	bool is_range = false;

	for (size_t i = 0; i < seats->count; i++) {
		const struct seat *seat = &seats->items[i];

		if (seat->tier_id != tier_id)
			continue;
		if (last && is_beside(last, seat)) {
			is_range = true;
		} else {
			if (is_range)
				out_format(&out, "-%s", last->name);
			out_format(
			    &out, "%s%s", out.length ? " " : "", seat->name);
			is_range = false;
		}
		last = seat;
	}
	if (is_range)
		out_format(&out, "-%s", last->name);
	return out_string(&out);
}

struct error *seats_add(const struct shop *shop, int64_t event_id,
    const char *tier_slug, const char *text)
{
	struct seat_range_list ranges;

	TRY(seats_parse(shop->arena, text, &ranges));
	for (size_t i = 0; i < ranges.count; i++) {
		const struct seat_range *range = &ranges.items[i];

		for (int64_t n = range->first; n <= range->last; n++) {
			const struct seat seat = {
			    .row = range->row, .number = n};

			TRY(seat_store_add(
			    shop->db, event_id, tier_slug, &seat));
		}
	}
	return NULL;
}

/* ---- picking by name ---- */

static const struct seat *find_seat(
    const struct seat_list *seats, const char *name)
{
	for (size_t i = 0; i < seats->count; i++)
		if (strcasecmp(seats->items[i].name, name) == 0)
			return &seats->items[i];
	return NULL;
}

static bool is_picked(
    const struct seat *picked, size_t count, const struct seat *seat)
{
	for (size_t i = 0; i < count; i++)
		if (picked[i].id == seat->id)
			return true;
	return false;
}

static struct error *taken(const struct event *event, const char *names)
{
	return fail_with(SEAT_TAKEN_ERROR, NULL,
	    FIELDS(error_text("event_name", "Event", event->title),
		error_text("seats", "Seats", names)),
	    "Somebody was faster: %s", names);
}

struct error *seats_pick(struct arena *arena, const struct event *event,
    const struct seat_list *seats, const char *const *names, size_t count,
    struct seat_list *picked)
{
	struct seat *result = arena_array(arena, count, sizeof(*result));
	struct out gone = {.arena = arena};

	if (count == 0)
		return order_refuse("seat", "Seats", "", "must be chosen",
		    fail(KEY_ERROR, "'seat' is missing"));
	for (size_t i = 0; i < count; i++) {
		const struct seat *seat = find_seat(seats, names[i]);

		if (!seat)
			return order_refuse("seat", "Seat", names[i],
			    "does not exist at this event", NULL);
		if (is_picked(result, i, seat))
			return order_refuse(
			    "seat", "Seat", names[i], "was chosen twice", NULL);
		if (seat->status != SEAT_FREE)
			out_format(
			    &gone, "%s%s", gone.length ? ", " : "", seat->name);
		result[i] = *seat;
	}
	if (gone.length)
		return taken(event, out_string(&gone));
	*picked = (struct seat_list){.items = result, .count = count};
	return NULL;
}

/* ---- the best available ---- */

/* Free seats side by side. */
struct run {
	size_t first; /* index in the list */
	size_t length;
};

/* Whether accessible seats may be given to anybody. */
enum accessible_policy {
	LEAVE_ACCESSIBLE,
	TAKE_ACCESSIBLE,
};

static bool can_take(
    const struct seat *seat, int64_t tier_id, enum accessible_policy policy)
{
	return seat->status == SEAT_FREE && seat->tier_id == tier_id &&
	    (policy == TAKE_ACCESSIBLE || !seat->is_accessible);
}

static struct run run_at(const struct seat_list *seats, size_t first,
    int64_t tier_id, enum accessible_policy policy)
{
	struct run run = {.first = first};

	while (first + run.length < seats->count &&
	    can_take(&seats->items[first + run.length], tier_id, policy) &&
	    (run.length == 0 ||
		is_beside(&seats->items[first + run.length - 1],
		    &seats->items[first + run.length])))
		run.length++;
	return run;
}

/* The first run that is long enough, else the longest of all. */
static struct run best_run(const struct seat_list *seats, int64_t tier_id,
    size_t wanted, enum accessible_policy policy)
{
	struct run best = {.length = 0};

	for (size_t i = 0; i < seats->count && best.length < wanted;) {
		struct run run = run_at(seats, i, tier_id, policy);

		if (run.length > best.length)
			best = run;
		i += run.length ? run.length : 1;
	}
	return best;
}

struct error *seats_best(struct arena *arena, const struct event *event,
    const struct seat_list *seats, int64_t tier_id, int64_t quantity,
    struct seat_list *picked)
{
	size_t wanted = (size_t)quantity, found = 0;
	struct seat *left = arena_array(arena, seats->count, sizeof(*left));
	const struct seat_list rest = {.items = left, .count = seats->count};
	struct seat *result = arena_array(arena, wanted, sizeof(*result));
	enum accessible_policy policy = LEAVE_ACCESSIBLE;

	if (seats->count)
		memcpy(left, seats->items, seats->count * sizeof(*left));
	while (found < wanted) {
		struct run run =
		    best_run(&rest, tier_id, wanted - found, policy);

		if (run.length == 0 && policy == TAKE_ACCESSIBLE)
			return taken(event, "not so many are free");
		if (run.length == 0)
			policy = TAKE_ACCESSIBLE;
		if (run.length > wanted - found) {
			run.first += (run.length - (wanted - found)) / 2;
			run.length = wanted - found;
		}
		for (size_t i = 0; i < run.length; i++) {
			result[found++] = left[run.first + i];
			left[run.first + i].status = SEAT_HELD;
		}
	}
	*picked = (struct seat_list){.items = result, .count = found};
	return NULL;
}
