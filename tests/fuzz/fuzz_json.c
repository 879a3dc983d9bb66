/*
 * Bodies of the JSON calls: any bytes are an order that keeps its promises,
 * or an error with its fields, and every answer is JSON that reads back.
 *
 * The call's own source is taken in, for its readers are its own.
 */
#include "fuzz.h"

#include "../../cgi-bin/api_campuspass.c"

#include <stdlib.h>
#include <string.h>

/* The answer under way is one line of JSON and nothing else. */
static void check_answer(struct request *request, const json_t *expected)
{
	struct out *body = &request->response.body;
	json_error_t problem;
	json_t *tree;

	require(body->length > 0 && body->data[body->length - 1] == '\n');
	require(!memchr(body->data, '\n', body->length - 1));
	require(text_is_utf8(body->data, body->length));
	tree = json_loadb(
	    body->data, body->length, JSON_REJECT_DUPLICATES, &problem);
	require(tree != NULL);
	/* Numbers with a point are printed shorter than they were. */
	if (expected)
		require(json_object_size(tree) == json_object_size(expected));
}

static void check_shown(struct arena *arena, json_t *body)
{
	const char *name;
	json_t *value;

	json_object_foreach(body, name, value)
	{
		const char *text = json_show(arena, value);

		require(strlen(text) <= 100);
		require(text_is_utf8(text, strlen(text)));
	}
}

static void check_error(struct request *request, const struct error *error)
{
	require(error_is(error, INVALID_BOOKING_ERROR));
	require(error_field_value(error, "field") != NULL);
	require(error_field_value(error, "value") != NULL);
	require(error_field_value(error, "reason") != NULL);
	require(*error->message);
	campuspass_render(request, error);
	check_answer(request, NULL);
}

static void check_order(const struct order *order)
{
	require(order->quantity >= 1);
	require(strchr(order->email, '@') && strlen(order->email) <= 254);
	require(!text_has_control(order->email));
	require(text_is_utf8(order->tier, strlen(order->tier)));
}

static struct error *take_body(
    struct arena *arena, struct request *request, struct order *order)
{
	json_t *body;

	TRY(json_read_body(request, &body));
	json_answer(request, body);
	check_answer(request, body);
	check_shown(arena, body);
	require(read_payment(request, body).token != NULL);
	return read_order(request, body, order);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	static const struct config config = {.gateways = "campuspay"};
	struct request request = {
	    .shop = {.arena = &arena, .config = &config},
	    .response = {.headers = {.arena = &arena},
		.body = {.arena = &arena}},
	};
	struct order order = {.quantity = 0};
	struct error *error;
	char *exact = malloc(size + 1);

	/* Of its exact size, so that ASan sees its end. */
	require(exact != NULL);
	memcpy(exact + 1, data, size);
	request.body = exact + 1;
	request.body_length = size;
	json_begin(&request);
	error = take_body(&arena, &request, &order);
	if (error)
		check_error(&request, error);
	else
		check_order(&order);
	free(exact);
	error_reset();
	arena_reset(&arena);
	return 0;
}
