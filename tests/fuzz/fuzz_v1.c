/*
 * Bodies and moments of /api/v1: any bytes are an event that keeps its
 * promises, or an error that names a field.
 *
 * The calls' own sources are taken in, for their readers are their own.
 */
#include "fuzz.h"

#include "../../cgi-bin/api_v1.c"

#include "../../cgi-bin/api_v1_read.c"

#include "../../cgi-bin/api_v1_create.c"

#include <stdlib.h>

/* Errors are looked at, not drawn. */
void campuspass_render(struct request *request, const struct error *error)
{
	(void)request;
	(void)error;
}

static void check_error(const struct error *error)
{
	require(error_is(error, VALIDATION_ERROR));
	require(error_field_value(error, "field") != NULL);
	require(*error->message);
}

static void check_event(const struct event *event)
{
	require(event->title && event->type && event->description);
	require(
	    event->tiers.count >= 1 && event->tiers.count <= EVENT_TIERS_MOST);
	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];

		require(tier->name && tier->price.minor >= 0);
		require(tier->is_unlimited ||
		    (tier->capacity >= 1 &&
			tier->capacity <= EVENT_CAPACITY_MOST));
	}
}

/* A moment that is read is written the same way, and read the same. */
static void check_moment(struct arena *arena, const char *text)
{
	int64_t moment, again = 0;

	if (!text_is_utf8(text, strlen(text)) ||
	    v1_read_moment(arena, "startDate", text, &moment) || moment < 0)
		return;
	/* Nothing but digits is read as one. */
	require(strspn(text_trim(arena, text), "0123456789-:.+TtZz ") ==
	    strlen(text_trim(arena, text)));
	require(!strstr(text, ":-") && !strstr(text, ": "));
	require(v1_read_moment(arena, "startDate", clock_iso_utc(arena, moment),
		    &again) == NULL);
	require(again == moment);
}

static void check_body(const struct shop *shop, const json_t *body)
{
	struct event event;
	const char *metadata;
	struct error *error = read_event(shop, body, &event);

	if (error)
		check_error(error);
	else
		check_event(&event);
	error = v1_read_metadata(shop->arena, body, &metadata);
	if (error)
		check_error(error);
	else
		require(json_is_object(json_loads(metadata, 0, NULL)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	static const struct config config = {
	    .currency = "USD", .timezone = "UTC"};
	struct request request = {
	    .shop = {.arena = &arena, .config = &config},
	};
	struct error *error;
	json_t *body;

	request.body = arena_copy_bytes(&arena, (const char *)data, size);
	request.body_length = size;
	json_begin(&request);
	check_moment(&arena, request.body);
	error = json_read_body(&request, &body);
	if (error)
		check_error(error);
	else
		check_body(&request.shop, body);
	error_reset();
	arena_reset(&arena);
	return 0;
}
