/*
 * The door without a network (B7): a page that the telephone keeps, and what
 * it needs to judge by itself. No name and no address leaves the site: codes
 * are hashes, which tell nothing to who does not have the code.
 */
#include "door.h"

#include "base/clock.h"
#include "base/token.h"
#include "document/pass.h"
#include "store/event_store.h"
#include "store/scan_store.h"
#include "web/json.h"
#include <inttypes.h>

enum {
	HASH_LENGTH = 20, /* hex digits: 80 bits of SHA-256 */
};

struct error *door_show_offline(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct door_offline_view view;
	struct event event;

	TRY(door_find_event(request, &event));
	view = (struct door_offline_view){
	    .page = page_staff_frame(request,
		arena_format(arena, "Without a network - %s", event.title)),
	    .title = event.title,
	    .door_url = door_url(arena, &event, ""),
	    .data_url = door_url(arena, &event, "/offline.json"),
	    .merge_url = door_url(arena, &event, "/merge"),
	    .hand_in_url = door_url(arena, &event, "/hand-in"),
	    .list_url = door_url(arena, &event, "/list"),
	    .script = {"/scripts/door-offline.js"},
	};
	view.page.is_plain = true;
	request->response.runs_scripts = true;
	request->response.uses_camera = true;
	view_door_offline(&request->response.body, &view);
	return NULL;
}

/* ---- the data ---- */

static const char *hash_of(struct arena *arena, const char *code)
{
	return arena_copy_bytes(arena, token_hash(arena, code), HASH_LENGTH);
}

static json_t *tiers_json(struct arena *arena, const struct event *event)
{
	json_t *tiers = json_object();

	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];

		json_object_set_new(tiers,
		    arena_format(arena, "%" PRId64, tier->id),
		    json_string(tier->name));
	}
	return tiers;
}

/* [hash, tier, first check-in, last check-in, inside] */
static json_t *ticket_json(
    struct arena *arena, const struct door_ticket *ticket)
{
	return json_pack("[s I I I b]", hash_of(arena, ticket->code),
	    (json_int_t)ticket->tier_id, (json_int_t)ticket->check_in_at,
	    (json_int_t)ticket->last_in_at, (int)ticket->is_inside);
}

struct error *door_send_data(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct arena *arena = shop->arena;
	struct door_ticket_list tickets;
	struct dead_code_list dead;
	json_t *ticket_list, *dead_codes;
	struct event event;

	TRY(door_find_event(request, &event));
	TRY(scan_store_tickets(shop->db, arena, event.id, &tickets));
	TRY(scan_store_dead_codes(shop->db, arena, event.id, &dead));
	json_begin(request);
	ticket_list = json_array();
	for (size_t i = 0; i < tickets.count; i++)
		json_array_append_new(
		    ticket_list, ticket_json(arena, &tickets.items[i]));
	dead_codes = json_object();
	for (size_t i = 0; i < dead.count; i++)
		json_object_set_new(dead_codes,
		    hash_of(arena, dead.items[i].code),
		    json_string(dead.items[i].status));
	json_answer(request,
	    json_pack("{sI ss sI sI ss ss so so so sI}", "event",
		(json_int_t)event.id, "rule", door_rule_word(event.door_rule),
		"valid_from",
		(json_int_t)(event.starts_at - event.doors_minutes * MINUTE),
		"valid_until", (json_int_t)event.ends_at, "timezone",
		event.timezone, "key", pass_public_key(arena, shop->config),
		"tiers", tiers_json(arena, &event), "tickets", ticket_list,
		"dead", dead_codes, "made_at", (json_int_t)clock_now()));
	return NULL;
}
