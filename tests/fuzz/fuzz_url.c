/*
 * Addresses: a path to come back to stays on this site whatever a browser
 * makes of it; a link from outside has a scheme that runs nothing; an address
 * that the program may call names one host to all who read it, and is public.
 */
#include "fuzz.h"

#include "payment/http_guard.c"
#include "views/view.h"
#include <strings.h>

#define HOST "site.example"

/* ---- names are not looked up: "found" decides what they lead to ---- */

static struct in_addr found_4;

int getaddrinfo(const char *host, const char *port,
    const struct addrinfo *hints, struct addrinfo **found)
{
	static struct sockaddr_in address;
	static struct addrinfo answer;

	(void)port;
	(void)hints;
	address =
	    (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = found_4};
	/* An old form of number, 0177.1, is one to the C library, too. */
	if (inet_aton(host, &address.sin_addr) == 0)
		address.sin_addr = found_4;
	answer = (struct addrinfo){.ai_family = AF_INET,
	    .ai_addrlen = sizeof(address),
	    .ai_addr = (struct sockaddr *)&address};
	if (strchr(host, ':')) {
		static struct sockaddr_in6 six;

		six = (struct sockaddr_in6){.sin6_family = AF_INET6};
		if (inet_pton(AF_INET6, host, &six.sin6_addr) != 1)
			return EAI_NONAME;
		answer.ai_family = AF_INET6;
		answer.ai_addrlen = sizeof(six);
		answer.ai_addr = (struct sockaddr *)&six;
	}
	*found = &answer;
	return 0;
}

void freeaddrinfo(struct addrinfo *found)
{
	(void)found;
}

/* ---- where libcurl would go ---- */

static void check_stays(const char *path)
{
	CURLU *parts = curl_url();
	char *host = NULL;
	char *scheme = NULL;

	require(parts != NULL);
	require(curl_url_set(parts, CURLUPART_URL, "https://" HOST "/a/b", 0) ==
	    CURLUE_OK);
	require(curl_url_set(parts, CURLUPART_URL, path, 0) == CURLUE_OK);
	require(curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK);
	require(curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK);
	require(text_equal(host, HOST) && text_equal(scheme, "https"));
	curl_free(host);
	curl_free(scheme);
	curl_url_cleanup(parts);
}

static void check_inside(struct arena *arena, const char *text)
{
	struct url url = url_inside(arena, text);

	if (!url_is_set(url))
		return;
	require(text_equal(url.text, text));
	require(url.text[0] == '/' && url.text[1] != '/');
	require(!strpbrk(url.text, " \\\t\r\n"));
	check_stays(url.text);
}

static void check_outside(struct arena *arena, const char *text)
{
	struct url url = url_outside(arena, text);
	struct out out = {.arena = arena};

	if (!url_is_set(url))
		return;
	require(strncasecmp(url.text, "http", 4) == 0 ||
	    strncasecmp(url.text, "mailto:", 7) == 0 ||
	    strncasecmp(url.text, "geo:", 4) == 0);
	require(!strpbrk(url.text, " \t\r\n"));
	view_put_url(&out, url);
	require(!strpbrk(out_string(&out), "<>\"'"));
}

/* A value in a local address comes out as one value. */
static void check_local(struct arena *arena, const char *text)
{
	struct url url = url_with(
	    arena, url_local(arena, "/e/{}?a={}", text, text), "b", text);
	const char *question = strchr(url.text, '?');

	check_inside(arena, url.text);
	require(url_is_set(url_inside(arena, url.text)) || !*text);
	require(question && !strchr(question + 1, '?'));
	require(
	    !strchr(url.text + 3, '/') || strchr(url.text + 3, '/') > question);
	require(strchr(question, '&') == strrchr(question, '&'));
}

/* The host as anybody reads it: up to the first / ? # or :, no user. */
static const char *plain_host(struct arena *arena, const char *url)
{
	const char *at = strstr(url, "://");
	size_t length;

	require(at != NULL);
	at += 3;
	length = *at == '[' ? strcspn(at, "]") + 1 : strcspn(at, ":/?#");
	return text_lower(arena, arena_copy_bytes(arena, at, length));
}

static void check_called(struct arena *arena, const char *text, bool is_open)
{
	const char *pin, *problem, *host, *port, *plain;
	struct in_addr address;

	if (!http_guard_resolve(arena, text, is_open, &pin, &problem)) {
		require(*problem != '\0');
		return;
	}
	require(split(arena, text, &host, &port));
	plain = plain_host(arena, text);
	for (const char *at = plain; *at; at++)
		require(*at > ' ' && *at < 0x7f && !strchr("%@\\<>\"'", *at));
	if (inet_aton(host, &address))
		require(is_open || http_guard_is_public_4(address));
	else if (*plain != '[')
		require(text_equal(plain, text_lower(arena, host)));
	require(is_open || is_number(host) || http_guard_is_public_4(found_4));
	/* Curl reads a pin up to its colons. */
	require(!*pin || text_starts_with(pin, host));
	require(!*pin || pin[strlen(host)] == ':');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	char *text;

	if (size == 0)
		return 0;
	text = arena_copy_bytes(&arena, data + 1, size - 1);
	found_4.s_addr = htonl(data[0] & 1 ? 0x7f000001 : 0x01010101);
	check_inside(&arena, text);
	check_outside(&arena, text);
	check_local(&arena, text);
	check_called(&arena, text, data[0] & 2);
	check_called(
	    &arena, arena_format(&arena, "https://%s", text), data[0] & 2);
	error_reset();
	arena_reset(&arena);
	return 0;
}
