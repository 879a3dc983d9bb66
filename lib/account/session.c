#include "account/session.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/token.h"
#include "store/session_store.h"
#include <string.h>

enum {
	SEEN_SECONDS = 5 * MINUTE, /* how exact "seen" is */
};

/* How long a session lasts. */
struct span {
	int64_t idle; /* without a request */
	int64_t most; /* in all */
};

static struct span span_of(enum role role, bool is_remembered)
{
	if (role > ROLE_USER)
		return (struct span){30 * MINUTE, 12 * HOUR};
	if (is_remembered)
		return (struct span){30 * DAY, 90 * DAY};
	return (struct span){12 * HOUR, 12 * HOUR};
}

/* Does it stand at `now`? By the role of now, not of when it began. */
static bool is_live(const struct session_record *record, int64_t now)
{
	const struct session *session = &record->session;
	struct span span = span_of(record->role, session->is_remembered);

	return session->id && !record->disabled_at && now < record->ends_at &&
	    now < session->seen_at + span.idle;
}

/* ---- what people call their browser ---- */

/* The first whose mark is in the header: browsers name others, too. */
struct product {
	const char *mark;
	const char *name;
};

static const struct product browsers[] = {{"Edg", "Edge"}, {"OPR/", "Opera"},
    {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"},
    {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"},
    {"Safari", "Safari"}, {"curl", "curl"}, {NULL, "Another browser"}};

static const struct product systems[] = {{"iPhone", " on iPhone"},
    {"iPad", " on iPad"}, {"Android", " on Android"},
    {"Windows", " on Windows"}, {"Mac OS", " on Mac"}, {"CrOS", " on ChromeOS"},
    {"Linux", " on Linux"}, {NULL, ""}};

static const char *find_product(
    const struct product *product, const char *user_agent)
{
	while (product->mark && !strstr(user_agent, product->mark))
		product++;
	return product->name;
}

static const char *name_device(struct arena *arena, const char *user_agent)
{
	const char *header = user_agent ? user_agent : "";

	return arena_format(arena, "%s%s", find_product(browsers, header),
	    find_product(systems, header));
}

/* ---- beginning and finding ---- */

/* The old one first: its id may be given to the new one. */
static struct error *begin_in(const struct shop *shop,
    struct session_record *record, const struct session_place *place,
    const char *secret)
{
	bool ended;

	if (place->ends)
		TRY(session_store_end(shop->db, place->ends->user_id,
		    place->ends->session_id, &ended));
	return session_store_add(shop->db, shop->arena, record,
	    token_hash(shop->arena, secret),
	    place->browser ? place->browser : "");
}

struct error *session_begin(const struct shop *shop, const struct user *user,
    const struct session_place *place, const char **secret)
{
	int64_t now = clock_now();
	struct session_record record = {
	    .session = {.user_id = user->id,
		.device = name_device(shop->arena, place->user_agent),
		.address = place->address ? place->address : "",
		.is_remembered = place->is_remembered,
		.created_at = now},
	    .role = user->role,
	    .ends_at = now + span_of(user->role, place->is_remembered).most,
	};

	*secret = token_id(shop->arena);
	return TRANSACTION(shop->db, begin_in(shop, &record, place, *secret));
}

/* A full disk must not keep people from reading. */
static void note_seen(
    const struct shop *shop, const struct session *session, int64_t now)
{
	struct error *error;

	if (now < session->seen_at + SEEN_SECONDS)
		return;
	error = TRANSACTION(
	    shop->db, session_store_seen(shop->db, session->id, now));
	if (error)
		log_error(LOG_LEVEL_WARN, error);
}

struct error *session_find(
    const struct shop *shop, const char *secret, struct viewer *viewer)
{
	int64_t now = clock_now();
	struct session_record record;

	viewer->role = ROLE_VISITOR;
	viewer->user_id = 0;
	viewer->session_id = 0;
	if (text_is_empty(secret))
		return NULL;
	TRY(session_store_find(
	    shop->db, shop->arena, token_hash(shop->arena, secret), &record));
	if (!is_live(&record, now))
		return NULL;
	viewer->role = record.role;
	viewer->user_id = record.session.user_id;
	viewer->session_id = record.session.id;
	note_seen(shop, &record.session, now);
	return NULL;
}

/* ---- ending ---- */

static struct error *end(
    const struct shop *shop, const struct viewer *viewer, int64_t id)
{
	bool ended;

	TRY(TRANSACTION(shop->db,
	    session_store_end(shop->db, viewer->user_id, id, &ended)));
	if (!ended)
		return fail(NOT_FOUND_ERROR, "There is no such session");
	return NULL;
}

struct error *session_end(const struct shop *shop, const struct viewer *viewer)
{
	struct error *error = end(shop, viewer, viewer->session_id);

	return error_is(error, NOT_FOUND_ERROR) ? NULL : error;
}

struct error *session_end_one(
    const struct shop *shop, const struct viewer *viewer, int64_t session_id)
{
	return end(shop, viewer, session_id);
}

static struct error *end_others_in(
    const struct shop *shop, const struct viewer *viewer)
{
	TRY(session_store_end_all(
	    shop->db, viewer->user_id, viewer->session_id));
	return session_store_end_tokens(shop->db, viewer->user_id, clock_now());
}

struct error *session_end_others(
    const struct shop *shop, const struct viewer *viewer)
{
	return TRANSACTION(shop->db, end_others_in(shop, viewer));
}

struct error *session_list(const struct shop *shop, const struct viewer *viewer,
    struct session_list *list)
{
	int64_t now = clock_now();
	struct session_record_list records;
	struct session *sessions;

	TRY(session_store_list(
	    shop->db, shop->arena, viewer->user_id, &records));
	sessions = arena_array(shop->arena, records.count, sizeof(*sessions));
	*list = (struct session_list){.items = sessions};
	for (size_t i = 0; i < records.count; i++) {
		if (!is_live(&records.items[i], now))
			continue;
		sessions[list->count] = records.items[i].session;
		sessions[list->count].is_current =
		    sessions[list->count].id == viewer->session_id;
		list->count++;
	}
	return NULL;
}
