#include "web/json.h"

#include "base/text.h"
#include "base/token.h"
#include "booking/order.h"
#include <string.h>

void json_begin(struct request *request)
{
	json_use(request->shop.arena);
}

/* ---- reading ---- */

static struct error *refuse_text(
    struct arena *arena, const json_error_t *problem)
{
	if (json_error_code(problem) == json_error_numeric_overflow)
		return order_refuse("unknown", "A number", "", "is too big",
		    fail(OVERFLOW_ERROR, "%s", problem->text));
	return order_refuse("body", "The request", "", "must be JSON",
	    fail(VALUE_ERROR, "%s", json_problem(arena, problem)));
}

struct error *json_read_body(struct request *request, json_t **body)
{
	json_error_t problem;

	*body = json_loadb(request->body, request->body_length,
	    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &problem);
	if (!*body)
		return refuse_text(request->shop.arena, &problem);
	if (!json_is_object(*body))
		return order_refuse("body", "The request", "",
		    "must be a JSON object", fail(TYPE_ERROR, "not an object"));
	return NULL;
}

/* ---- writing ---- */

void json_answer(struct request *request, const json_t *tree)
{
	struct out *body = &request->response.body;

	request->response.content_type = "application/json";
	out_clear(body);
	if (!json_write(body, tree))
		die("an answer cannot be written as JSON");
	out_char(body, '\n');
}

void json_answer_tagged(struct request *request, const json_t *tree)
{
	struct arena *arena = request->shop.arena;
	struct out *body = &request->response.body;

	json_answer(request, tree);
	if (request_knows(request,
		arena_format(arena, "\"%s\"",
		    token_digest(arena, body->data, body->length))))
		out_clear(body);
}

const char *json_show(struct arena *arena, const json_t *tree)
{
	enum {
		LONGEST = 100
	};
	struct out out = {.arena = arena};
	size_t length;

	if (!json_write(&out, tree))
		return "";
	length = out.length < LONGEST ? out.length : LONGEST;
	while (length > 0 && !text_is_utf8(out.data, length))
		length--;
	return arena_copy_bytes(arena, out.data, length);
}
