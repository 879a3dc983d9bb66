#include "web/keys.h"

#include "base/text.h"
#include "base/token.h"
#include <string.h>

enum {
	COOKIE_DAYS = 180
};

/* Names in the cookie have full stops between, the signature comes first. */
static const char *cookie_name(const struct request *request)
{
	return request->is_https ? "__Host-campuspass-keys" : "campuspass-keys";
}

static const char *sign(const struct request *request, const char *names)
{
	return token_sign(request->shop.arena, request->shop.config->cookie_key,
	    "keys", names);
}

static char *replace(char *text, char from, char to)
{
	for (char *at = text; *at; at++)
		if (*at == from)
			*at = to;
	return text;
}

void keys_read(struct request *request)
{
	const char *cookie =
	    fields_get(&request->cookies, cookie_name(request));
	const char *names = cookie ? strchr(cookie, '.') : NULL;
	const char *signature;

	request->viewer.keys = "";
	if (!names)
		return;
	signature = arena_copy_bytes(
	    request->shop.arena, cookie, (size_t)(names - cookie));
	names++;
	if (token_equal(signature, sign(request, names)))
		request->viewer.keys =
		    replace(arena_copy(request->shop.arena, names), '.', ' ');
}

/* The names but for `name`, as many as may stay behind it. */
static void copy_others(
    struct arena *arena, const char *keys, const char *name, struct out *out)
{
	char *rest = arena_copy(arena, keys), *word;
	size_t count = 1;

	while (count < KEYS_MOST && (word = strsep(&rest, " "))) {
		if (!*word || text_equal(word, name))
			continue;
		out_format(out, " %s", word);
		count++;
	}
}

void keys_add(struct request *request, const char *name)
{
	struct arena *arena = request->shop.arena;
	struct out out = {.arena = arena};
	const char *names;

	out_text(&out, name);
	copy_others(arena, request->viewer.keys, name, &out);
	request->viewer.keys = out_string(&out);
	names = replace(arena_copy(arena, out_string(&out)), ' ', '.');
	request_header(request, "Set-Cookie",
	    arena_format(arena,
		"%s=%s.%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s",
		cookie_name(request), sign(request, names), names,
		COOKIE_DAYS * DAY, request->is_https ? "; Secure" : ""));
}
