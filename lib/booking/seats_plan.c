/*
 * The seats of all tiers of an event in one text.
 */
#include "booking/seats.h"

#include "base/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Seats that stand side by side in the plan, while it is read. */
struct planned_range {
	struct seat_range range;
	size_t first; /* its first seat's place in the plan */
};

/* A plan under way. */
struct planner {
	struct arena *arena;
	const struct tier_list *tiers;
	struct planned_range *ranges;
	size_t range_count, range_room;
	struct seat_plan *plan;
	size_t seat_room; /* of the plan */
	size_t tier;      /* of the part before */
};

/* A part, taken to pieces. */
struct plan_part {
	const char *text; /* for complaints */
	struct seat_range *ranges;
	size_t count;
	const char *tier; /* what it calls its tier; "" nothing */
	bool is_accessible;
};

static bool is_range(struct arena *arena, const char *word)
{
	struct seat_range range;

	return seats_read_range(arena, word, &range) == NULL;
}

/* ---- a part ---- */

/* The first word must be seats; further ones are while they look so. */
static struct error *read_part(
    struct arena *arena, const char *text, struct plan_part *part)
{
	char *rest = arena_copy(arena, text), *word;
	struct out tier = {.arena = arena};

	*part = (struct plan_part){
	    .text = text,
	    .ranges =
		arena_array(arena, strlen(text) / 2 + 1, sizeof(*part->ranges)),
	};
	while ((word = strsep(&rest, " \t\r"))) {
		if (*word == '\0')
			continue;
		if (part->is_accessible)
			return fail(VALIDATION_ERROR,
			    "\"%s\": \"accessible\" must stand last", text);
		part->is_accessible = strcasecmp(word, "accessible") == 0;
		if (part->is_accessible)
			continue;
		if (part->count == 0 || (!tier.length && is_range(arena, word)))
			TRY(seats_read_range(
			    arena, word, &part->ranges[part->count++]));
		else
			out_format(&tier, "%s%s", tier.length ? " " : "", word);
	}
	part->tier = out_string(&tier);
	if (part->count == 0)
		return fail(VALIDATION_ERROR,
		    "\"%s\" must begin with seats, like A1-A10", text);
	return NULL;
}

static struct error *find_tier(
    struct planner *planner, const struct plan_part *part)
{
	const struct tier_list *tiers = planner->tiers;

	for (size_t i = 0; *part->tier && i < tiers->count; i++)
		if (strcasecmp(tiers->items[i].name, part->tier) == 0 ||
		    text_equal(tiers->items[i].slug, part->tier)) {
			planner->tier = i;
			return NULL;
		}
	if (*part->tier)
		return fail(VALIDATION_ERROR, "There is no ticket type \"%s\"",
		    part->tier);
	if (planner->tier == SEATS_NO_TIER)
		return fail(VALIDATION_ERROR,
		    "\"%s\" does not say of which ticket type", part->text);
	return NULL;
}

/* ---- its seats ---- */

/* The seat if it stands in the plan already, or NULL. */
static struct planned_seat *find_seat(
    struct planner *planner, const char *row, int64_t number)
{
	for (size_t i = 0; i < planner->range_count; i++) {
		const struct planned_range *had = &planner->ranges[i];

		if (had->range.first <= number && number <= had->range.last &&
		    text_equal(had->range.row, row))
			return &planner->plan->items[had->first +
			    (size_t)(number - had->range.first)];
	}
	return NULL;
}

/* A seat of the range that the plan has already; 0: none. */
static int64_t find_repeated(
    const struct planner *planner, const struct seat_range *range)
{
	for (size_t i = 0; i < planner->range_count; i++) {
		const struct seat_range *had = &planner->ranges[i].range;

		if (had->first <= range->last && range->first <= had->last &&
		    text_equal(had->row, range->row))
			return range->first > had->first ? range->first
							 : had->first;
	}
	return 0;
}

/* A range that goes on where the last one ended becomes part of it. */
static void note_range(struct planner *planner, const struct seat_range *range)
{
	struct planned_range *last = planner->range_count
	    ? &planner->ranges[planner->range_count - 1]
	    : NULL;

	if (last && last->range.last + 1 == range->first &&
	    text_equal(last->range.row, range->row)) {
		last->range.last = range->last;
		return;
	}
	planner->ranges = arena_grow(planner->arena, planner->ranges,
	    sizeof(*planner->ranges), planner->range_count + 1,
	    &planner->range_room);
	planner->ranges[planner->range_count++] = (struct planned_range){
	    .range = *range, .first = planner->plan->count};
}

static void add_range(
    struct planner *planner, const struct seat_range *range, bool is_accessible)
{
	struct seat_plan *plan = planner->plan;
	size_t seats = (size_t)(range->last - range->first) + 1;

	note_range(planner, range);
	plan->items = arena_grow(planner->arena, plan->items,
	    sizeof(*plan->items), plan->count + seats, &planner->seat_room);
	for (int64_t n = range->first; n <= range->last; n++)
		plan->items[plan->count++] = (struct planned_seat){
		    .row = range->row,
		    .number = n,
		    .tier = planner->tier,
		    .is_accessible = is_accessible,
		};
}

/* Seats that are there are marked, the others added. */
static void mark_range(struct planner *planner, const struct seat_range *range)
{
	for (int64_t n = range->first; n <= range->last; n++) {
		struct planned_seat *seat = find_seat(planner, range->row, n);
		const struct seat_range one = {
		    .row = range->row, .first = n, .last = n};

		if (seat)
			seat->is_accessible = true;
		else
			add_range(planner, &one, true);
	}
}

static struct error *add_part(
    struct planner *planner, const struct plan_part *part)
{
	for (size_t i = 0; i < part->count; i++) {
		const struct seat_range *range = &part->ranges[i];
		size_t seats = (size_t)(range->last - range->first) + 1;
		int64_t repeated = find_repeated(planner, range);

		if (planner->plan->count + seats > SEATS_MOST)
			return fail(VALIDATION_ERROR,
			    "there are too many seats: at most %d, \"%s\" is "
			    "over that",
			    SEATS_MOST, part->text);
		if (repeated && !part->is_accessible)
			return fail(VALIDATION_ERROR, "%s%lld is named twice",
			    range->row, (long long)repeated);
		if (repeated)
			mark_range(planner, range);
		else
			add_range(planner, range, part->is_accessible);
	}
	return NULL;
}

static int compare_seats(const void *a, const void *b)
{
	const struct planned_seat *left = a, *right = b;

	return seats_compare(
	    left->row, left->number, right->row, right->number);
}

struct error *seats_plan(struct arena *arena, const char *text,
    const struct tier_list *tiers, size_t tier, struct seat_plan *plan)
{
	char *rest = arena_copy(arena, text), *words;
	struct planner planner = {
	    .arena = arena, .tiers = tiers, .plan = plan, .tier = tier};

	*plan = (struct seat_plan){.items = NULL};
	while ((words = strsep(&rest, ";\n"))) {
		struct plan_part part;

		words = text_trim(arena, words);
		if (*words == '\0')
			continue;
		TRY(read_part(arena, words, &part));
		TRY(find_tier(&planner, &part));
		TRY(add_part(&planner, &part));
	}
	if (plan->count)
		qsort(plan->items, plan->count, sizeof(*plan->items),
		    compare_seats);
	return NULL;
}

/* ---- writing ---- */

/* Would the name be read as something else? Then the id stands for it. */
static const char *tier_word(struct arena *arena, const struct tier *tier)
{
	size_t first = strcspn(tier->name, " ");
	size_t length = strlen(tier->name);
	static const char mark[] = "accessible";

	if (strpbrk(tier->name, ";\n\t") || strstr(tier->name, "  ") ||
	    is_range(arena, arena_copy_bytes(arena, tier->name, first)) ||
	    (length >= strlen(mark) &&
		strcasecmp(tier->name + length - strlen(mark), mark) == 0))
		return tier->slug;
	return tier->name;
}

/* The accessible ones among the seats, as if they were a tier of their own. */
static const char *write_accessible(
    struct arena *arena, const struct seat_list *seats)
{
	struct seat *marked = arena_array(arena, seats->count, sizeof(*marked));
	struct seat_list list = {.items = marked};

	for (size_t i = 0; i < seats->count; i++)
		if (seats->items[i].is_accessible) {
			marked[list.count] = seats->items[i];
			marked[list.count++].tier_id = 0;
		}
	return seats_write(arena, &list, 0);
}

const char *seats_plan_write(struct arena *arena, const struct seat_list *seats,
    const struct tier_list *tiers)
{
	const char *accessible = write_accessible(arena, seats);
	struct out out = {.arena = arena};

	for (size_t i = 0; i < tiers->count; i++) {
		const struct tier *tier = &tiers->items[i];
		const char *text = seats_write(arena, seats, tier->id);

		if (*text)
			out_format(&out, "%s%s %s", out.length ? "\n" : "",
			    text, tier_word(arena, tier));
	}
	if (*accessible)
		out_format(&out, "\n%s accessible", accessible);
	return out_string(&out);
}
