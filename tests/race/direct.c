/*
 * A buyer without any web: the library alone, hold_place() and hold_release()
 * in a loop, beside the pages and the API. Each call and its outcome is a line
 * of JSON on standard output, as race.py keeps them.
 *
 *   direct NAME EVENT TIER COUNT      with CAMPUSPASS_DATA
 */
#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/token.h"
#include "booking/hold.h"
#include "store/db.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	TRIES = 100, /* while the database is busy */
};

/* The clock of Python's time.monotonic(). */
static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static const char *outcome_of(const struct error *error, const char *good)
{
	if (!error)
		return good;
	return error_is(error, STORAGE_ERROR) ? "unknown" : "refused";
}

static void print_record(const struct order *order, const char *what,
    const char *good, double begun, const struct error *error,
    const struct booking *booking)
{
	printf("{\"client\":\"%s\",\"what\":\"%s\",\"face\":\"library\","
	       "\"event\":\"%s\",\"tier\":\"%s\",\"quantity\":%" PRId64
	       ",\"email\":\"%s\",\"key\":\"%s\",\"status\":0,"
	       "\"location\":\"\",\"begun\":%.9f,\"ended\":%.9f,"
	       "\"outcome\":\"%s\"",
	    order->name, what, order->event, order->tier, order->quantity,
	    order->email, order->form_key, begun, seconds_now(),
	    outcome_of(error, good));
	if (error)
		printf(",\"kind\":\"%s\"", error_kind_name(error->kind));
	else
		printf(",\"reference\":\"%s\"", booking->reference);
	printf("}\n");
	fflush(stdout);
}

/* Again while nobody knows what became of it; the key makes that safe. */
static struct error *hold(
    const struct shop *shop, const struct order *order, struct booking *booking)
{
	struct error *error = NULL;

	for (int i = 0; i < TRIES; i++) {
		double begun = seconds_now();

		clock_tick();
		db_start_deadline(shop->db);
		error = hold_place(shop, order, booking);
		print_record(order, "hold", "held", begun, error, booking);
		if (!error_is(error, STORAGE_ERROR))
			break;
	}
	return error;
}

static void release(const struct shop *shop, const struct order *order,
    const struct booking *booking)
{
	double begun = seconds_now();
	struct error *error;

	clock_tick();
	db_start_deadline(shop->db);
	error = hold_release(shop, booking->reference, order->viewer);
	print_record(order, "release", "released", begun, error, booking);
}

/* One buyer more; every other one gives the places back. */
static void buy(const struct shop *shop, char **words, int number)
{
	struct arena *arena = shop->arena;
	const char *name = arena_format(arena, "%s-%d", words[1], number);
	const struct viewer viewer = {.browser = token_id(arena)};
	const struct order order = {
	    .event = words[2],
	    .tier = words[3],
	    .quantity = 1 + number % 2,
	    .email = arena_format(arena, "%s@example.org", name),
	    .name = name,
	    .viewer = &viewer,
	    .source = "counter",
	    .form_key = token_id(arena),
	    .replaces = "",
	};
	struct booking booking;

	if (!hold(shop, &order, &booking) && number % 2)
		release(shop, &order, &booking);
}

int main(int count, char **words)
{
	struct arena arena = ARENA_EMPTY, request = ARENA_EMPTY;
	struct config config;
	struct shop shop = {.arena = &request, .config = &config};
	struct error *error;
	const char *data;

	if (count != 5)
		return EXIT_FAILURE;
	log_open("direct", NULL);
	error = config_find_data(&arena, &data);
	if (!error)
		error = config_load(&arena, data, &config);
	if (!error)
		error = db_open(&arena, &config, &shop.db);
	if (error) {
		fprintf(stderr, "direct: %s\n", error->message);
		return EXIT_FAILURE;
	}
	for (int i = 0; i < atoi(words[4]); i++) {
		buy(&shop, words, i);
		arena_reset(&request);
		error_reset();
	}
	db_close(shop.db);
	arena_close(&request);
	arena_close(&arena);
	return EXIT_SUCCESS;
}
