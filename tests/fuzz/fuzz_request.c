/*
 * Headers of a request: a cookie or a form's token counts if it is, byte for
 * byte, one that we gave to this browser; the client's address is never one
 * that it made up itself; an Origin is ours only if it is.
 *
 * Lines: a choice and changes of a right text (as fuzz_sealed), the peer,
 * X-Forwarded-For, the Origin.
 */
#include "fuzz.h"

#include "base/text.h"
#include "base/token.h"
#include "web/opened.h"
#include "web/remote.h"
#include "web/waiting.c"
#include <arpa/inet.h>

#define BROWSER "0123456789ABCDEFGHJKMNPQRS"
#define TRUSTED "10.0.0.1 10.0.0.2 ::1"
#define OPENED "AAAAAAAAAA.BBBBBBBBBB"

static struct config settings = {
    .base_url = "", .trusted_proxies = TRUSTED, .cookie_mark = "M"};

/* ---- cookies ---- */

/* The rest of the line: changes, then what is put behind. */
static const char *spoil(struct arena *arena, const char *right, char *changes)
{
	char *text = arena_copy(arena, right);
	size_t length = strlen(text);
	int count = *changes & 3;

	for (int i = 0; i < count && changes[0] && changes[1] && changes[2];
	     i++, changes += 2)
		text[(unsigned char)changes[1] % length] = changes[2];
	return *changes ? arena_format(arena, "%s%s", text, changes + 1) : text;
}

static void set_cookie(
    struct request *request, const char *name, const char *value)
{
	struct field_pair *pair =
	    arena_array(request->shop.arena, 1, sizeof(*pair));

	*pair = (struct field_pair){.name = name, .value = value};
	request->cookies = (struct fields){.items = pair, .count = 1};
}

static const char *right_browser(struct arena *arena)
{
	return arena_format(arena, BROWSER ".%s",
	    token_sign(arena, settings.cookie_key, "browser", BROWSER));
}

static void try_browser(struct request *request, char *changes)
{
	struct arena *arena = request->shop.arena;
	const char *right = right_browser(arena);
	const char *spoiled = spoil(arena, right, changes);

	set_cookie(request, "campuspass-M", spoiled);
	request_read_browser(request);
	require(text_equal(request->viewer.browser,
	    text_equal(spoiled, right) ? BROWSER : ""));
}

static void try_opened(struct request *request, char *changes)
{
	struct arena *arena = request->shop.arena;
	const char *right = arena_format(arena, "%s." OPENED,
	    token_sign(arena, settings.cookie_key, "keys", BROWSER "/" OPENED));
	const char *spoiled = spoil(arena, right, changes);

	request->viewer.browser = BROWSER;
	set_cookie(request, "campuspass-keys-M", spoiled);
	opened_read(request);
	require(text_equal(spoiled, right) == (*request->viewer.keys != '\0'));
}

static void try_token(struct request *request, char *changes)
{
	struct arena *arena = request->shop.arena;
	const char *right, *spoiled;
	struct field_pair pair = {.name = "csrf_token"};

	request->viewer.browser = BROWSER;
	right = request_csrf_token(request);
	spoiled = spoil(arena, right, changes);
	pair.value = spoiled;
	request->form = (struct fields){.items = &pair, .count = 1};
	require(text_equal(spoiled, right) == !request_check_csrf(request));
	request->session_secret = "another";
	require(request_check_csrf(request));
}

static void try_place(struct request *request, char *changes)
{
	static const struct event event = {.id = 42, .slug = "e"};
	const struct room_place right = {
	    .room = 12345, .line = ROOM_VIP, .number = 7};
	struct arena *arena = request->shop.arena;
	const char *text, *spoiled;
	struct room_place place;

	request->viewer.browser = BROWSER;
	text = write_place(request, &event, &right);
	spoiled = spoil(arena, text, changes);
	set_cookie(request, "campuspass-room-42-M", spoiled);
	require(
	    read_place(request, &event, &place) == text_equal(spoiled, text));
}

/* ---- whose request it is ---- */

static bool is_address(const char *text)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, text, bytes) == 1 ||
	    inet_pton(AF_INET6, text, bytes) == 1;
}

static void check_remote(
    struct arena *arena, const char *peer, const char *forwarded)
{
	const char *remote = remote_address(arena, TRUSTED, peer, forwarded);
	const char *more = arena_format(arena, "6.6.6.6,%s", forwarded);

	require(text_equal(remote, peer) || is_address(remote));
	if (!config_has_word(TRUSTED, peer))
		require(text_equal(remote, peer));
	/* What a client says first comes to stand on the left. */
	if (!config_has_word(TRUSTED, remote))
		require(text_equal(
		    remote, remote_address(arena, TRUSTED, peer, more)));
}

static void check_origin(struct request *request, const char *origin)
{
	struct field_pair pair = {.name = "csrf_token"};
	const char *host = strstr(origin, "://");

	request->viewer.browser = BROWSER;
	request->session_secret = "";
	pair.value = request_csrf_token(request);
	request->form = (struct fields){.items = &pair, .count = 1};
	request->host = "tickets.example.org";
	request->origin = origin;
	if (!request_check_csrf(request))
		require(
		    !*origin || (host && text_equal(host + 3, request->host)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const tries[])(struct request * request,
	    char *changes) = {try_browser, try_opened, try_token, try_place};
	static struct arena arena;
	struct request request = {
	    .shop = {.arena = &arena, .config = &settings},
	    .viewer = {.browser = ""},
	    .session_secret = "",
	    .host = "",
	    .origin = "",
	    .fetch_site = "",
	    .response = {.headers = {.arena = &arena}},
	};
	char *rest = arena_copy_bytes(&arena, data, size);
	char *changes = strsep(&rest, "\n");
	const char *peer = rest ? strsep(&rest, "\n") : "10.0.0.1";
	const char *forwarded = rest ? strsep(&rest, "\n") : "";

	if (*changes)
		tries[(unsigned char)*changes % COUNT_OF(tries)](
		    &request, changes + 1);
	check_remote(&arena, peer, forwarded);
	check_remote(&arena, "10.0.0.1", forwarded);
	check_origin(&request, rest ? rest : "");
	error_reset();
	arena_reset(&arena);
	return 0;
}
