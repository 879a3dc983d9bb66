#include "web/once.h"

#include "base/out.h"
#include "base/text.h"
#include "base/token.h"
#include "store/limit.h"
#include <inttypes.h>
#include <string.h>

static const char *client_of(const struct request *request)
{
	struct arena *arena = request->shop.arena;

	if (request->viewer.user_id)
		return arena_format(
		    arena, "user %" PRId64, request->viewer.user_id);
	return arena_format(
	    arena, "at %s", limit_network(arena, request->remote));
}

const char *once_key(const struct request *request, const char *purpose)
{
	struct arena *arena = request->shop.arena;

	if (!*request->idempotency_key)
		return token_id(arena);
	return token_hash(arena,
	    arena_format(arena, "%s\n%s\n%s", purpose, client_of(request),
		request->idempotency_key));
}

struct error *once_check(const struct request *request)
{
	if (strlen(request->idempotency_key) <= ONCE_LONGEST)
		return NULL;
	return fail_field("Idempotency-Key",
	    "The Idempotency-Key is longer than %d bytes", ONCE_LONGEST);
}

const char *once_form_key(const struct request *request, const char *purpose)
{
	struct arena *arena = request->shop.arena;
	const char *key = request_form(request, "form_key");

	if (*key == '\0')
		return "";
	return token_hash(arena,
	    arena_format(arena, "form %s\n%s\n%s", purpose,
		request->viewer.browser, key));
}

const char *once_form_digest(const struct request *request)
{
	struct out out = {.arena = request->shop.arena};

	for (size_t i = 0; i < request->form.count; i++) {
		const struct field_pair *pair = &request->form.items[i];

		if (text_equal(pair->name, "csrf_token") ||
		    text_equal(pair->name, "form_key"))
			continue;
		/* With lengths: no value can look like the next name. */
		out_format(&out, "%zu %s %zu %s\n", strlen(pair->name),
		    pair->name, strlen(pair->value), pair->value);
	}
	return token_hash(request->shop.arena, out_string(&out));
}
