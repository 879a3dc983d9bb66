#include "web/cache.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "store/catalogue_store.h"
#include <inttypes.h>
#include <string.h>

#ifndef SOURCE_VERSION
#error "the build defines SOURCE_VERSION as a string: a hash of the pages"
#endif

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
	const char *body;
	size_t length;
	struct kept_page *next;
};

struct cache {
	struct arena arena; /* of pages and keys; reset when it all ends */
	int64_t version;    /* of the catalogue that the pages show */
	int64_t made_at;    /* when it was begun */
	int64_t edge;       /* when time alone ends it */
	const char *etag;   /* of all pages: an ETag belongs to an address */
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

/* Changes with the configuration; tells nobody when that was. */
static const char *settings_tag(struct request *request)
{
	const struct config_stamp *stamp = &request->shop.config->stamp;

	return token_hash(request->shop.arena,
	    arena_format(request->shop.arena,
		"%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, stamp->file,
		stamp->size, stamp->seconds, stamp->nanoseconds));
}

static struct error *begin(struct request *request, int64_t version)
{
	int64_t now = clock_now(), edge;

	TRY(catalogue_next_edge(
	    request->shop.db, request->shop.arena, now, &edge));
	arena_reset(&cache.arena);
	cache = (struct cache){.arena = cache.arena,
	    .version = version,
	    .made_at = now,
	    .edge = edge};
	cache.etag =
	    arena_format(&cache.arena, "W/\"%" PRId64 "-%" PRId64 "-%s%.8s\"",
		version, edge, SOURCE_VERSION, settings_tag(request));
	return NULL;
}

/* A clock set back ends it too, for tests move the clock. */
static struct error *refresh(struct request *request)
{
	int64_t version, now = clock_now();

	TRY(catalogue_version(request->shop.db, request->shop.arena, &version));
	if (cache.etag && version == cache.version && now >= cache.made_at &&
	    now < cache.edge && cache.count < MOST_PAGES &&
	    cache.arena.used < MOST_BYTES)
		return NULL;
	return begin(request, version);
}

static void add_headers(struct request *request)
{
	request->response.cache_control = "no-cache";
	request_header(request, "ETag", cache.etag);
}

/* A part of the ETag behind W/: comparison is weak (RFC 9110, 13.1.2). */
static bool is_own_etag(const char *tag)
{
	const char *own = cache.etag;

	if (text_starts_with(tag, "W/"))
		tag += 2;
	if (text_starts_with(own, "W/"))
		own += 2;
	return text_starts_with(tag, own) || *tag == '*';
}

/* Does an If-None-Match header, a list of ETags or *, name this version? */
static bool etag_matches(const char *header)
{
	while (*header) {
		header += strspn(header, " \t,");
		if (is_own_etag(header))
			return true;
		header += strcspn(header, ",");
	}
	return false;
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

static struct error *find_answer(struct request *request, bool *hit)
{
	const struct kept_page *page;

	*hit = false;
	if (!may_cache(request))
		return NULL;
	TRY(refresh(request));
	page = find_page(request);
	if (!page)
		return NULL;
	*hit = true;
	request->response.content_type = page->content_type;
	add_headers(request);
	if (etag_matches(request->if_none_match))
		request->response.status = 304;
	else
		out_bytes(&request->response.body, page->body, page->length);
	return NULL;
}

static void keep_answer(struct request *request)
{
	const struct out *body = &request->response.body;
	size_t bucket = bucket_of(request);
	struct kept_page *page;

	if (!may_cache(request) || !cache.etag ||
	    request->response.status != 200)
		return;
	page = ARENA_NEW(&cache.arena, struct kept_page);
	*page = (struct kept_page){
	    .path = arena_copy(&cache.arena, request->path),
	    .query = arena_copy(&cache.arena, request->query_text),
	    .content_type = request->response.content_type,
	    .body = arena_copy_bytes(&cache.arena, body->data, body->length),
	    .length = body->length,
	    .next = cache.buckets[bucket]};
	cache.buckets[bucket] = page;
	cache.count++;
	add_headers(request);
	if (etag_matches(request->if_none_match)) {
		request->response.status = 304;
		out_clear(&request->response.body);
	}
}

/*
 * The version again within the moment that is read: what is kept for it is
 * of it.
 */
static struct error *make_answer(
    struct request *request, struct error *(*build)(struct request *request))
{
	if (may_cache(request))
		TRY(refresh(request));
	return build(request);
}

struct error *cache_answer(
    struct request *request, struct error *(*build)(struct request *request))
{
	bool hit;

	TRY(find_answer(request, &hit));
	if (hit)
		return NULL;
	TRY(READING(request->shop.db, make_answer(request, build)));
	keep_answer(request);
	return NULL;
}
