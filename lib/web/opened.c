#include "web/opened.h"

#include "base/text.h"
#include "base/token.h"
#include <string.h>

#define COOKIE "campuspass-keys"

enum {
	COOKIE_DAYS = 180
};

/* Names in the cookie have full stops between; the signature comes first. */
static const char *sign(const struct request *request, const char *names)
{
	struct arena *arena = request->shop.arena;

	return token_sign(arena, request->shop.config->cookie_key, "keys",
	    arena_format(arena, "%s/%s", request->viewer.browser, names));
}

static char *replace(char *text, char from, char to)
{
	for (char *at = text; *at; at++)
		if (*at == from)
			*at = to;
	return text;
}

void opened_read(struct request *request)
{
	const char *cookie = request_cookie(request, COOKIE);
	const char *names = strchr(cookie, '.');
	const char *signature;

	request->viewer.keys = "";
	if (!names || !*request->viewer.browser)
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

	while (count < OPENED_MOST && (word = strsep(&rest, " "))) {
		if (!*word || text_equal(word, name))
			continue;
		out_format(out, " %s", word);
		count++;
	}
}

void opened_add(struct request *request, const char *name)
{
	struct arena *arena = request->shop.arena;
	struct out out = {.arena = arena};
	const char *names;

	request_need_browser(request);
	out_text(&out, name);
	copy_others(arena, request->viewer.keys, name, &out);
	request->viewer.keys = out_string(&out);
	names = replace(arena_copy(arena, out_string(&out)), ' ', '.');
	request_set_cookie(request, COOKIE,
	    arena_format(arena, "%s.%s", sign(request, names), names),
	    COOKIE_DAYS * DAY);
}
