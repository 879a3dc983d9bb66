#include "payment/http_guard.h"

#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "payment/http_client.h"
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <string.h>
#include <strings.h>

/* ---- what is an address ---- */

/* Host (IPv6 without brackets) and port, as libcurl reads the address. */
static bool split(
    struct arena *arena, const char *url, const char **host, const char **port)
{
	CURLU *parts = curl_url();
	char *name = NULL, *number = NULL;
	bool is_right;

	if (!parts)
		die("no memory for an address");
	is_right = curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(parts, CURLUPART_HOST, &name, 0) == CURLUE_OK &&
	    curl_url_get(parts, CURLUPART_PORT, &number, CURLU_DEFAULT_PORT) ==
		CURLUE_OK;
	if (is_right) {
		size_t length = strlen(name);

		*host = *name == '['
		    ? arena_copy_bytes(arena, name + 1, length - 2)
		    : arena_copy(arena, name);
		*port = arena_copy(arena, number);
	}
	curl_free(name);
	curl_free(number);
	curl_url_cleanup(parts);
	return is_right;
}

/*
 * Does the host stand there plainly? Written in another way (percent signs,
 * a number in octal, letters that are not ASCII) libcurl looks up another
 * text than ours, and the pin is not used.
 */
static bool is_plain(const char *url, const char *host)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789.-_:";
	const char *at = strstr(url, "://");
	size_t length = strlen(host);

	if (!at || host[strspn(host, plain)] != '\0')
		return false;
	at += strlen("://");
	at += *at == '[';
	return strncasecmp(at, host, length) == 0 &&
	    strchr("]:/?#", at[length]);
}

bool http_guard_is_right(const char *url, bool may_be_private)
{
	struct arena arena = ARENA_EMPTY;
	const char *host, *port;
	bool is_right = http_client_may_visit(url) &&
	    (may_be_private || text_starts_with(url, "https://")) &&
	    split(&arena, url, &host, &port) && is_plain(url, host);

	arena_close(&arena);
	return is_right;
}

/* ---- which addresses are public ---- */

/* A range of addresses: the bits in front that they have in common. */
struct range_4 {
	const char *address;
	int bits;
};

/* The special-purpose registry (RFC 6890), multicast and what is reserved. */
static const struct range_4 special_4[] = {
    {"0.0.0.0", 8},
    {"10.0.0.0", 8},
    {"100.64.0.0", 10},
    {"127.0.0.0", 8},
    {"169.254.0.0", 16},
    {"172.16.0.0", 12},
    {"192.0.0.0", 24},
    {"192.0.2.0", 24},
    {"192.88.99.0", 24},
    {"192.168.0.0", 16},
    {"198.18.0.0", 15},
    {"198.51.100.0", 24},
    {"203.0.113.0", 24},
    {"224.0.0.0", 3},
};

bool http_guard_is_public_4(struct in_addr address)
{
	for (size_t i = 0; i < COUNT_OF(special_4); i++) {
		struct in_addr range;
		uint32_t mask = ~0U << (32 - special_4[i].bits);

		inet_pton(AF_INET, special_4[i].address, &range);
		if ((ntohl(address.s_addr) & mask) == ntohl(range.s_addr))
			return false;
	}
	return true;
}

/* The IPv4 address in the last four bytes. */
static struct in_addr last_four(const struct in6_addr *address)
{
	struct in_addr inner;

	memcpy(&inner, address->s6_addr + 12, sizeof(inner));
	return inner;
}

/*
 * Only global unicast (2000::/3) is, without protocol assignments (2001::/23),
 * documentation and 6to4, which may hide any IPv4 address; and what is mapped
 * or translated (64:ff9b::/96) as the IPv4 address is.
 */
bool http_guard_is_public_6(const struct in6_addr *address)
{
	static const unsigned char nat64[12] = {0, 0x64, 0xff, 0x9b};
	const unsigned char *bytes = address->s6_addr;

	if (IN6_IS_ADDR_V4MAPPED(address) || memcmp(bytes, nat64, 12) == 0)
		return http_guard_is_public_4(last_four(address));
	if ((bytes[0] & 0xe0) != 0x20)
		return false;
	if (bytes[0] == 0x20 && bytes[1] == 0x02)
		return false;
	if (bytes[0] != 0x20 || bytes[1] != 0x01)
		return !(bytes[0] == 0x3f && bytes[1] == 0xff);
	return bytes[2] >= 2 && !(bytes[2] == 0x0d && bytes[3] == 0xb8);
}

static bool is_public(const struct addrinfo *found)
{
	if (found->ai_family == AF_INET)
		return http_guard_is_public_4(
		    ((const struct sockaddr_in *)(const void *)found->ai_addr)
			->sin_addr);
	return http_guard_is_public_6(
	    &((const struct sockaddr_in6 *)(const void *)found->ai_addr)
		 ->sin6_addr);
}

/* ---- looking up ---- */

static bool is_number(const char *host)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, host, bytes) == 1 ||
	    inet_pton(AF_INET6, host, bytes) == 1;
}

/* "host:port:address", as CURLOPT_RESOLVE wants it. */
static const char *make_pin(struct arena *arena, const char *host,
    const char *port, const struct addrinfo *found)
{
	char text[NI_MAXHOST];

	if (is_number(host))
		return "";
	if (getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text),
		NULL, 0, NI_NUMERICHOST) != 0)
		return NULL;
	return arena_format(arena,
	    found->ai_family == AF_INET6 ? "%s:%s:[%s]" : "%s:%s:%s", host,
	    port, text);
}

bool http_guard_resolve(struct arena *arena, const char *url,
    bool may_be_private, const char **pin, const char **problem)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found;
	const char *host, *port;
	bool are_public = true;

	*pin = NULL;
	*problem = "the address is not right";
	if (!http_guard_is_right(url, may_be_private) ||
	    !split(arena, url, &host, &port))
		return false;
	*problem = "the host is not found";
	if (getaddrinfo(host, port, &hints, &found) != 0 || !found)
		return false;
	for (const struct addrinfo *at = found; at; at = at->ai_next)
		are_public &= is_public(at);
	*problem = "the host is not in the public network";
	if (are_public || may_be_private)
		*pin = make_pin(arena, host, port, found);
	freeaddrinfo(found);
	return *pin != NULL;
}
