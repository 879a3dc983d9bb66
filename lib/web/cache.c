#include "web/cache.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "store/catalogue_store.h"
#include <inttypes.h>
#include <string.h>

enum {
	MOST_PAGES = 256,
	MOST_BYTES = 4 * 1024 * 1024,
	LONGEST_KEY = 512,
};

/* A kept page; the next one with the same hash of its key. */
struct kept_page {
	const char *path;
	const char *query;
	const char *content_type;
	const char *etag;
	const char *body;
	size_t length;
	struct kept_page *next;
};

struct cache {
	struct arena arena; /* of pages and keys; reset when it all ends */
	int64_t version;    /* of the catalogue that the pages show */
	int64_t made_at;    /* when it was begun */
	int64_t edge;       /* when time alone ends it; 0 nothing is kept */
	size_t count;
	struct kept_page *buckets[MOST_PAGES];
};

static struct cache cache;

static size_t bucket_of(const struct request *request)
{
	uint32_t hash = 2166136261u;

	for (const char *at = request->path; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619u;
	for (const char *at = request->query_text; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619u;
	return hash % MOST_PAGES;
}

static bool may_cache(const struct request *request)
{
	return request->viewer.role == ROLE_VISITOR &&
	    strlen(request->path) + strlen(request->query_text) < LONGEST_KEY;
}

/* ---- validity ---- */

static void forget(int64_t version, int64_t now, int64_t edge)
{
	arena_reset(&cache.arena);
	cache = (struct cache){.arena = cache.arena,
	    .version = version,
	    .made_at = now,
	    .edge = edge};
}

void cache_forget(void)
{
	forget(0, 0, 0);
}

/* A clock set back ends it too, for tests move the clock. */
static struct error *refresh(struct request *request)
{
	int64_t version, edge, now = clock_now();

	TRY(catalogue_version(request->shop.db, request->shop.arena, &version));
	if (version == cache.version && now >= cache.made_at &&
	    now < cache.edge && cache.count < MOST_PAGES &&
	    cache.arena.used < MOST_BYTES)
		return NULL;
	TRY(catalogue_next_edge(
	    request->shop.db, request->shop.arena, now, &edge));
	forget(version, now, edge);
	return NULL;
}

/* ---- ETags ---- */

static const char *etag_of(const struct out *body, struct arena *arena)
{
	return arena_format(
	    arena, "W/\"%s\"", token_digest(arena, body->data, body->length));
}

static bool revalidate(struct request *request, const char *etag)
{
	request->response.cache_control = "no-cache";
	return request_knows(request, etag);
}

/* ---- finding and keeping ---- */

static const struct kept_page *find_page(const struct request *request)
{
	const struct kept_page *page = cache.buckets[bucket_of(request)];

	while (page &&
	    !(text_equal(page->path, request->path) &&
		text_equal(page->query, request->query_text)))
		page = page->next;
	return page;
}

static void keep_page(const struct request *request, const char *etag)
{
	const struct out *body = &request->response.body;
	size_t bucket = bucket_of(request);
	struct kept_page *page = ARENA_NEW(&cache.arena, struct kept_page);

	*page = (struct kept_page){
	    .path = arena_copy(&cache.arena, request->path),
	    .query = arena_copy(&cache.arena, request->query_text),
	    .content_type = request->response.content_type,
	    .etag = arena_copy(&cache.arena, etag),
	    .body = arena_copy_bytes(&cache.arena, body->data, body->length),
	    .length = body->length,
	    .next = cache.buckets[bucket]};
	cache.buckets[bucket] = page;
	cache.count++;
}

/* ---- answering ---- */

static void answer_from(struct request *request, const struct kept_page *page)
{
	request->response.content_type = page->content_type;
	if (!revalidate(request, page->etag))
		out_bytes(&request->response.body, page->body, page->length);
}

/*
 * The version again within the moment that is read: what is kept for it is
 * of it.
 */
static struct error *make_page(
    struct request *request, struct error *(*build)(struct request *request))
{
	if (!request->is_only)
		TRY(refresh(request));
	return build(request);
}

static struct error *answer_anew(
    struct request *request, struct error *(*build)(struct request *request))
{
	const char *etag;

	TRY(READING(request->shop.db, make_page(request, build)));
	if (request->response.status != 200)
		return NULL;
	etag = etag_of(&request->response.body, request->shop.arena);
	if (!request->is_only)
		keep_page(request, etag);
	if (revalidate(request, etag))
		out_clear(&request->response.body);
	return NULL;
}

struct error *cache_answer(
    struct request *request, struct error *(*build)(struct request *request))
{
	const struct kept_page *page;

	if (!may_cache(request))
		return READING(request->shop.db, build(request));
	if (request->is_only)
		return answer_anew(request, build);
	TRY(refresh(request));
	page = find_page(request);
	if (!page)
		return answer_anew(request, build);
	answer_from(request, page);
	return NULL;
}
