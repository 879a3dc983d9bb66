/*
 * The description of all calls (OpenAPI 3.1), made of the table of routes and
 * of the schemas in api_schemas.json: a call cannot be there and not be
 * described.
 */
#include "api.h"

#include "base/text.h"
#include "booking/hook.h"
#include "programs.h"
#include "web/json.h"
#include <string.h>
#include <strings.h>

/* The file's text as a string of the program. */
__asm__(".section .rodata\n"
	".global api_schemas\n"
	"api_schemas:\n"
	".incbin \"cgi-bin/api_schemas.json\"\n"
	".byte 0\n"
	".previous\n");
extern const char api_schemas[];

static json_t *refer(
    struct arena *arena, const char *kind, const char *prefix, const char *name)
{
	return json_pack("{s:s}", "$ref",
	    arena_format(arena, "#/components/%s/%s%s", kind, prefix, name));
}

/* ---- one call ---- */

static void add_parameter(
    struct arena *arena, json_t *list, const char *where, const char *name)
{
	json_array_append_new(list, refer(arena, "parameters", where, name));
}

static json_t *show_parameters(struct arena *arena, const struct route *route)
{
	json_t *list = json_array();
	const char *at = route->path;

	while ((at = strchr(at, '{')) != NULL) {
		size_t length = strcspn(++at, "}");

		add_parameter(
		    arena, list, "path.", arena_copy_bytes(arena, at, length));
	}
	for (at = route->doc.query ? route->doc.query : ""; *at;) {
		size_t length = strcspn(at, " ");

		add_parameter(
		    arena, list, "query.", arena_copy_bytes(arena, at, length));
		at += length + strspn(at + length, " ");
	}
	if (route->doc.is_once)
		add_parameter(arena, list, "header.", "Idempotency-Key");
	return list;
}

static json_t *show_content(struct arena *arena, const char *schema)
{
	return json_pack("{s:{s:o}}", "application/json", "schema",
	    refer(arena, "schemas", "", schema));
}

static void add_answer(struct arena *arena, json_t *answers, const char *status,
    const char *description, const char *schema)
{
	json_object_set_new(answers, status,
	    json_pack("{s:s, s:o}", "description", description, "content",
		show_content(arena, schema)));
}

static json_t *show_answers(struct arena *arena, const struct route *route)
{
	const struct route_doc *doc = &route->doc;
	bool has_detail = route->face == &detail_face;
	json_t *answers = json_object();

	add_answer(arena, answers,
	    arena_format(arena, "%d", doc->status ? doc->status : 200),
	    doc->summary, doc->gives);
	if (doc->also)
		add_answer(arena, answers, arena_format(arena, "%d", doc->also),
		    doc->summary, doc->gives);
	add_answer(arena, answers, "default", "What went wrong",
	    has_detail ? "Detail" : "Error");
	return answers;
}

static json_t *show_call(struct arena *arena, const struct route *route)
{
	json_t *call = json_pack("{s:s, s:o, s:o}", "summary",
	    route->doc.summary, "parameters", show_parameters(arena, route),
	    "responses", show_answers(arena, route));

	if (route->doc.takes)
		json_object_set_new(call, "requestBody",
		    json_pack("{s:b, s:o}", "required", 1, "content",
			show_content(arena, route->doc.takes)));
	if (route->access != ACCESS_ANYONE)
		json_object_set_new(
		    call, "security", json_pack("[{s:[]}]", "bearer"));
	return call;
}

/* ---- all of them ---- */

static json_t *show_paths(struct arena *arena)
{
	json_t *paths = json_object();

	for (size_t i = 0; i < api_program.route_count; i++) {
		const struct route *route = &api_program.routes[i];
		json_t *path = json_object_get(paths, route->path);

		if (!path) {
			path = json_object();
			json_object_set(paths, route->path, path);
		}
		json_object_set_new(path,
		    text_lower(arena, route_method(route)),
		    show_call(arena, route));
	}
	return paths;
}

static json_t *show_webhooks(struct arena *arena)
{
	json_t *webhooks = json_object();

	for (int type = 0; type < HOOK_TYPE_COUNT; type++)
		json_object_set_new(webhooks,
		    hook_type_word((enum hook_type)type),
		    json_pack("{s:{s:{s:b, s:o}, s:{s:{s:s}}}}", "post",
			"requestBody", "required", 1, "content",
			show_content(arena, "WebhookCall"), "responses", "2XX",
			"description", "Arrived; anything else is repeated"));
	return webhooks;
}

struct error *api_describe(struct request *request)
{
	const struct shop *shop = &request->shop;
	const char *base = shop->config->base_url;
	json_t *components;

	json_begin(request);
	components = json_loads(api_schemas, JSON_REJECT_DUPLICATES, NULL);
	if (!components)
		die("api_schemas.json is damaged");
	json_object_set_new(components, "securitySchemes",
	    json_pack("{s:{s:s, s:s, s:s}}", "bearer", "type", "http", "scheme",
		"bearer", "bearerFormat", "JWT"));
	request->response.cache_control = "no-cache";
	json_answer_tagged(request,
	    json_pack("{s:s, s:{s:s, s:s, s:s}, s:[{s:s}], s:o, s:o, s:o}",
		"openapi", "3.1.0", "info", "title", shop->config->site_name,
		"version", "1", "description",
		"Calls of the box office. Tokens are had from /auth/login.",
		"servers", "url", *base ? base : "/", "paths",
		show_paths(shop->arena), "webhooks", show_webhooks(shop->arena),
		"components", components));
	return NULL;
}
