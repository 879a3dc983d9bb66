/*
 * The page at the door: one field, and the answer at a glance. A scan is
 * answered with a redirect to its record, so that reloading admits nobody;
 * the place and what the scan is for come back from there.
 */
#include "door.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/event.h"
#include "store/scan_store.h"
#include "web/once.h"
#include "web/present.h"
#include <inttypes.h>

enum {
	RECENT_MOST = 5
};

static const struct form_field fields[] = {
    {.name = "scan_type", .label = "What for", .missing = ""},
    {.name = "location",
	.label = "Place",
	.hint = "Such as North gate; it stays until you change it.",
	.autocomplete = "off"},
};

static const struct {
	const char *label;
	const char *done; /* what the door is told */
} types[] = {
    [SCAN_CHECK_IN] = {"Check in", "Come in"},
    [SCAN_CHECK_OUT] = {"Check out", "Checked out"},
    [SCAN_ACCESS] = {"Note a visit", "Noted"},
};

/* How a verdict looks beside its words. */
static const struct {
	const char *word; /* NULL: the type's */
	const char *tone;
} verdicts[] = {
    [SCAN_ADMITTED] = {NULL, "good"},
    [SCAN_NOT_FOUND] = {"Not found", "bad"},
    [SCAN_WRONG_EVENT] = {"Wrong event", "bad"},
    [SCAN_DEAD] = {"Not valid", "bad"},
    [SCAN_ALREADY_IN] = {"Already in", "bad"},
    [SCAN_NOT_IN] = {"Not inside", "warn"},
    [SCAN_TOO_EARLY] = {"Too early", "warn"},
    [SCAN_TOO_LATE] = {"Too late", "warn"},
    [SCAN_OTHER] = {"Refused", "bad"},
};

/* ---- answers ---- */

/* The time of day, with its date on another day than today's. */
static struct when moment(const struct event *event, int64_t at)
{
	int64_t now = clock_now();
	bool is_today = clock_day_start(at, event->timezone) ==
	    clock_day_start(now, event->timezone);

	return present_when(event, at, is_today ? WHEN_TIME : WHEN_SHORT);
}

static struct verdict_view make_verdict(
    struct arena *arena, const struct event *event, const struct scan *scan)
{
	bool is_done = scan->outcome == OUTCOME_ADMITTED;
	const char *tone = is_done ? "good" : verdicts[scan->verdict].tone;
	const char *word = verdicts[scan->verdict].word;

	return (struct verdict_view){
	    .is_shown = true,
	    .id = scan->id,
	    .tone = tone,
	    .is_good = is_done,
	    .is_warn = text_equal(tone, "warn"),
	    .word = is_done || !word ? types[scan->type].done : word,
	    .reason = scan->reason,
	    .name = scan->holder_name,
	    .tier = scan->tier_name,
	    .seat = scan->seat,
	    .code = scan->code,
	    .type = scan_type_word(scan->type),
	    .location = scan->location,
	    .at = moment(event, scan->scanned_at),
	    .has_other = scan->other_at != 0,
	    .other_at = moment(event, scan->other_at),
	    .other_location = scan->other_location,
	    .event =
		scan->verdict == SCAN_WRONG_EVENT ? scan->ticket_event : "",
	    .event_starts = {.at = scan->ticket_starts_at,
		.zone = scan->ticket_zone,
		.style = WHEN_SHORT},
	    .is_old = scan->verdict == SCAN_DEAD &&
		!text_equal(scan->code, scan->ticket_code),
	    .is_early = scan->verdict == SCAN_TOO_EARLY && !is_done,
	    .is_late = scan->verdict == SCAN_TOO_LATE && !is_done,
	    .opens =
		moment(event, event->starts_at - event->doors_minutes * MINUTE),
	    .ends = moment(event, event->ends_at),
	    .can_override = scan->outcome == OUTCOME_REFUSED &&
		(scan->verdict == SCAN_TOO_EARLY ||
		    scan->verdict == SCAN_TOO_LATE),
	    .can_undo = scan->outcome != OUTCOME_REFUSED && !scan->undone_at,
	    .is_undone = scan->undone_at != 0,
	    .undone_why = scan->undone_why,
	    .url = url_local(arena, "/door/{}?scan={}", event->slug,
		arena_format(arena, "%" PRId64, scan->id)),
	};
}

struct verdict_list door_verdicts(struct arena *arena,
    const struct event *event, const struct scan_list *scans)
{
	struct verdict_view *items =
	    arena_array(arena, scans->count, sizeof(*items));

	for (size_t i = 0; i < scans->count; i++)
		items[i] = make_verdict(arena, event, &scans->items[i]);
	return (struct verdict_list){.items = items, .count = scans->count};
}

/* ---- the page ---- */

/* What somebody at a door sees and has typed. */
struct door_state {
	struct scan shown; /* the answer on the page; id 0: none */
	const char *type;
	const char *location;
	const char *problem;      /* with the code; "" none */
	const char *undo_problem; /* "" none */
};

static struct field_view type_field(
    struct request *request, const struct form *form)
{
	struct arena *arena = request->shop.arena;
	struct option *options =
	    arena_array(arena, COUNT_OF(types), sizeof(*options));
	struct field_view field = form_field(form, "scan_type");

	for (size_t i = 0; i < COUNT_OF(types); i++) {
		const char *word = scan_type_word((enum scan_type)i);

		options[i] = (struct option){
		    .value = word,
		    .label = types[i].label,
		    .id = arena_format(arena, "type-%s", word),
		    .is_selected = text_equal(word, field.value),
		};
	}
	field.options =
	    (struct option_list){.items = options, .count = COUNT_OF(types)};
	return field;
}

/* "Check in at North gate": what the next scan is. */
static const char *say_mode(struct arena *arena, const struct door_state *state)
{
	enum scan_type type = SCAN_CHECK_IN;

	scan_read_type(state->type, &type);
	if (!*state->location)
		return types[type].label;
	return arena_format(
	    arena, "%s at %s", types[type].label, state->location);
}

/* The verdict first, so that it is what a screen reader says first. */
static const char *page_title(struct arena *arena, const struct event *event,
    const struct verdict_view *verdict)
{
	return arena_format(arena, "%s - %s",
	    verdict->is_shown ? verdict->word : "Door", event->title);
}

static struct error *add_lists(
    struct request *request, const struct event *event, struct door_view *view)
{
	const struct shop *shop = &request->shop;
	struct door_count count;
	struct scan_list scans;

	TRY(door_count(shop, event, clock_now(), &count));
	view->inside = count.inside;
	view->came = count.came;
	view->to_come = count.to_come;
	TRY(scan_store_conflicts(shop->db, shop->arena, event->id, &scans));
	view->conflicts = door_verdicts(shop->arena, event, &scans);
	TRY(scan_store_recent(
	    shop->db, shop->arena, event->id, RECENT_MOST, &scans));
	view->recent = door_verdicts(shop->arena, event, &scans);
	return NULL;
}

static void add_form(struct request *request, const struct event *event,
    const struct door_state *state, struct door_view *view)
{
	struct arena *arena = request->shop.arena;
	struct form form;

	form_start(&form, arena, fields, COUNT_OF(fields));
	form_set(&form, "scan_type", state->type);
	form_set(&form, "location", state->location);
	view->secret = page_secret(request, SECRET_PLAIN);
	/* Another one each time: the next scan is not the last once more. */
	view->secret.form_key = token_id(arena);
	view->problem = state->problem;
	view->undo_problem = state->undo_problem;
	view->mode = say_mode(arena, state);
	view->type = type_field(request, &form);
	view->location = form_field(&form, "location");
	view->scan_url = door_url(arena, event, "/scan");
	view->undo_url = door_url(arena, event, "/undo");
}

static struct error *show(struct request *request, const struct event *event,
    const struct door_state *state)
{
	struct arena *arena = request->shop.arena;
	struct door_view view = {
	    .title = event->title,
	    .starts = present_when(event, event->starts_at, WHEN_SHORT),
	    .place = event_place(event),
	    .state = door_state_words(event),
	    .list_url = door_url(arena, event, "/list"),
	    .hand_in_url = door_url(arena, event, "/hand-in"),
	    .offline_url = door_url(arena, event, "/offline"),
	    .script = {"/scripts/door.js"},
	};

	if (state->shown.id)
		view.verdict = make_verdict(arena, event, &state->shown);
	view.page =
	    page_staff_frame(request, page_title(arena, event, &view.verdict));
	view.page.is_plain = true;
	if (request->viewer.role >= ROLE_ORGANISER)
		view.office = view.page.office.url;
	view.page.has_error = *state->problem || *state->undo_problem;
	add_form(request, event, state, &view);
	TRY(add_lists(request, event, &view));
	request->response.runs_scripts = true;
	request->response.uses_camera = true;
	view_door(&request->response.body, &view);
	return NULL;
}

struct error *door_show(struct request *request)
{
	const struct shop *shop = &request->shop;
	const char *text = request_query(request, "scan");
	struct door_state state = {.problem = "", .undo_problem = ""};
	struct scan last;
	struct event event;
	int64_t id;

	TRY(door_find_event(request, &event));
	if (*text) {
		if (text_number(text, &id) != NUMBER_OK)
			return fail(NOT_FOUND_ERROR, "Scan not found");
		TRY(scan_store_find(
		    shop->db, shop->arena, event.id, id, &last));
		state.shown = last;
	} else {
		TRY(scan_store_last_of(shop->db, shop->arena, event.id,
		    request->viewer.user_id, &last));
	}
	state.type = scan_type_word(last.id ? last.type : SCAN_CHECK_IN);
	state.location = last.id ? last.location : "";
	return show(request, &event, &state);
}

/* ---- scanning ---- */

static void go_to_scan(
    struct request *request, const struct event *event, int64_t id)
{
	struct arena *arena = request->shop.arena;

	request_redirect(request,
	    url_local(arena, "/door/{}?scan={}", event->slug,
		arena_format(arena, "%" PRId64, id)));
}

struct error *door_take_scan(struct request *request)
{
	const struct shop *shop = &request->shop;
	const char *word = request_form(request, "scan_type");
	struct scan_request scan = {
	    .code = request_form(request, "code"),
	    .type = SCAN_CHECK_IN,
	    .location = request_form(request, "location"),
	    .override = request_form(request, "override"),
	    .client_key = once_form_key(request, "scan"),
	};
	struct scan_answer answer;
	struct error *error;
	struct event event;

	TRY(door_find_event(request, &event));
	if (*word && !scan_read_type(word, &scan.type))
		return fail(VALIDATION_ERROR, "There is no such scan");
	error = door_scan(shop, event.slug, &request->viewer, &scan, &answer);
	if (error_is(error, VALIDATION_ERROR)) {
		struct door_state state = {
		    .type = scan_type_word(scan.type),
		    .location = scan.location,
		    .problem = error->message,
		    .undo_problem = "",
		};

		page_set_status(request, error);
		return show(request, &event, &state);
	}
	TRY(error);
	go_to_scan(request, &event, answer.scan.id);
	return NULL;
}

struct error *door_take_back(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct door_state state = {.problem = ""};
	struct error *error;
	struct event event;
	int64_t id;

	TRY(door_find_event(request, &event));
	if (text_number(request_form(request, "scan"), &id) != NUMBER_OK)
		return fail(NOT_FOUND_ERROR, "Scan not found");
	error = door_undo(shop, event.slug, &request->viewer, id,
	    request_form(request, "why"));
	if (error && page_can_show(error)) {
		TRY(scan_store_find(
		    shop->db, shop->arena, event.id, id, &state.shown));
		state.type = scan_type_word(state.shown.type);
		state.location = state.shown.location;
		state.undo_problem = error->message;
		page_set_status(request, error);
		return show(request, &event, &state);
	}
	TRY(error);
	go_to_scan(request, &event, id);
	return NULL;
}
