/*
 * Instead of the world: no process is started, nobody is called, and hashes
 * cost nothing. A fuzzer that runs whole programs includes it; the library's
 * own functions are then not linked.
 */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include "account/password.h"
#include "base/text.h"
#include "base/token.h"
#include "payment/http_client.h"
#include "web/errand.h"
#include <netdb.h>

void errand_prepare(void)
{
}

void errand_start(void)
{
}

bool errand_is_ours(void)
{
	return false;
}

int errand_main(void)
{
	return 0;
}

struct error *password_hash(
    const struct shop *shop, const char *password, const char **hash)
{
	*hash = token_hash(shop->arena, password);
	return NULL;
}

struct error *password_verify(
    const struct shop *shop, const char *hash, const char *password, bool *fits)
{
	*fits = text_equal(hash, token_hash(shop->arena, password));
	return NULL;
}

int getaddrinfo(const char *host, const char *port,
    const struct addrinfo *hints, struct addrinfo **found)
{
	(void)host;
	(void)port;
	(void)hints;
	(void)found;
	return EAI_NONAME;
}

enum http_fate http_client_send(struct http_client *client,
    const struct http_request *request, struct http_reply *reply)
{
	(void)client;
	(void)request;
	*reply = (struct http_reply){.body = "", .problem = "not here"};
	return HTTP_UNSENT;
}

struct http_client *http_client_open(struct arena *arena, int64_t milliseconds)
{
	(void)milliseconds;
	return (struct http_client *)arena_alloc(arena, 1);
}

void http_client_close(struct http_client *client)
{
	(void)client;
}

int64_t http_client_left(const struct http_client *client)
{
	(void)client;
	return 0;
}

bool http_client_may_visit(const char *url)
{
	return text_starts_with(url, "https://");
}

#endif
