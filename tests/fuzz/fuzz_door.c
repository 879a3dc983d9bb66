/*
 * Scans that are handed in: of JSON or CSV either each scan has a code, a
 * type and a time, or all of it is refused with a field.
 *
 * The page's source is taken in, for its readers are its own.
 */
#include "fuzz.h"

#include "../../cgi-bin/door_merge.c"

/* ---- what the page around needs ---- */

struct url door_url(
    struct arena *arena, const struct event *event, const char *part)
{
	(void)event;
	return url_local(arena, "/door/{}", part);
}

struct error *door_find_event(struct request *request, struct event *event)
{
	(void)request;
	(void)event;
	abort();
}

struct verdict_list door_verdicts(struct arena *arena,
    const struct event *event, const struct scan_list *scans)
{
	(void)arena;
	(void)event;
	(void)scans;
	abort();
}

/* ---- what must hold ---- */

static bool is_text(const char *text)
{
	return text && text_is_utf8(text, strlen(text));
}

static void check(struct error *error, const struct request_list *list)
{
	if (error) {
		require(error_field_value(error, "field") ||
		    error_field_value(error, "line"));
		require(is_text(error->message) && *error->message);
		return;
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct scan_request *scan = &list->items[i];

		require(is_text(scan->code) && is_text(scan->location));
		require(is_text(scan->override) && is_text(scan->client_key));
		require(!scan->refused || is_text(scan->refused));
		require(scan->type <= SCAN_ACCESS);
		require(scan->scanned_at > -400 * (int64_t)DAY);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	static const struct event event = {.timezone = "Europe/Berlin"};
	struct request request = {
	    .shop = {.arena = &arena},
	    .response = {.headers = {.arena = &arena},
		.body = {.arena = &arena}},
	};
	struct request_list list = {.count = 0};
	struct error *error;

	request.body = arena_copy_bytes(&arena, data, size);
	request.body_length = size;
	json_begin(&request);
	error = read_json(&request, &list);
	check(error, &list);
	error = read_csv(&request, &event, request.body, size, &list);
	check(error, &list);
	for (size_t i = 0; !error && i < list.count; i++) {
		require(*list.items[i].code && *list.items[i].client_key);
		require(list.items[i].scanned_at > 0);
	}
	error_reset();
	arena_reset(&arena);
	return 0;
}
