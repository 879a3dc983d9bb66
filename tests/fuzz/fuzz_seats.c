/*
 * Rows of seats: whatever is typed, no seat is planned twice, each has a tier
 * that is there, and what is written of a plan reads as the same plan.
 */
#include "fuzz.h"

#include "booking/seats.h"
#include <stdlib.h>
#include <string.h>

static const struct tier tiers[] = {
    {.id = 1, .slug = "vip", .name = "VIP"},
    {.id = 2, .slug = "front-row", .name = "Front Row"},
    {.id = 3, .slug = "easy", .name = "Quite accessible"},
};
static const struct tier_list list = {
    .items = tiers, .count = sizeof(tiers) / sizeof(tiers[0])};

/* As the database would list them. */
static struct seat_list seats_of(
    struct arena *arena, const struct seat_plan *plan)
{
	struct seat *seats = arena_array(arena, plan->count, sizeof(*seats));

	for (size_t i = 0; i < plan->count; i++)
		seats[i] = (struct seat){
		    .row = plan->items[i].row,
		    .number = plan->items[i].number,
		    .name = arena_format(arena, "%s%lld", plan->items[i].row,
			(long long)plan->items[i].number),
		    .tier_id = tiers[plan->items[i].tier].id,
		    .is_accessible = plan->items[i].is_accessible,
		};
	return (struct seat_list){.items = seats, .count = plan->count};
}

static void check_again(struct arena *arena, const struct seat_plan *plan)
{
	struct seat_list seats = seats_of(arena, plan);
	struct seat_plan again;

	require(seats_plan(arena, seats_plan_write(arena, &seats, &list), &list,
		    SEATS_NO_TIER, &again) == NULL);
	require(again.count == plan->count);
	for (size_t i = 0; i < plan->count; i++) {
		const struct planned_seat *a = &plan->items[i];
		const struct planned_seat *b = &again.items[i];

		require(strcmp(a->row, b->row) == 0 && a->number == b->number);
		require(
		    a->tier == b->tier && a->is_accessible == b->is_accessible);
		require(i == 0 || a->number != a[-1].number ||
		    strcmp(a->row, a[-1].row) != 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	struct seat_plan plan;

	if (!seats_plan(&arena, arena_copy_bytes(&arena, data, size), &list,
		SEATS_NO_TIER, &plan) &&
	    plan.count < 200)
		check_again(&arena, &plan);
	error_reset();
	arena_reset(&arena);
	return 0;
}
