/*
 * What a service that knows addresses answers: any bytes give coordinates on
 * the globe or none; what is asked of it is one address.
 */
#include "fuzz.h"

#include "booking/geocode.c"

static void check_url(const struct shop *shop, const char *address)
{
	const char *url = make_url(shop, address);

	require(text_starts_with(url, "https://example.org/?q="));
	require(strspn(url + strlen("https://example.org/?q="),
		    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "0123456789-._~%") +
		strlen("https://example.org/?q=") + strlen("&x=1") ==
	    strlen(url));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	static const struct config config = {
	    .geocode_url = "https://example.org/?q={address}&x=1"};
	const struct shop shop = {.arena = &arena, .config = &config};
	struct http_reply reply = {
	    .body = arena_copy_bytes(&arena, data, size), .length = size};
	struct venue venue = {.id = 0};
	struct error *error = read_reply(&shop, &reply, &venue);

	require(venue.has_location == !error);
	if (!error) {
		require(venue.latitude >= -90 && venue.latitude <= 90);
		require(venue.longitude >= -180 && venue.longitude <= 180);
	}
	require(!error || error_is(error, STATE_ERROR));
	check_url(&shop, reply.body);
	error_reset();
	arena_reset(&arena);
	return 0;
}
