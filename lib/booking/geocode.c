#include "booking/geocode.h"

#include "base/text.h"
#include "document/json.h"
#include "payment/http_client.h"
#include <string.h>

enum {
	MILLISECONDS = 4000
};

static const char hole[] = "{address}";

bool geocode_is_configured(const struct config *config)
{
	return strstr(config->geocode_url, hole) != NULL;
}

static const char *make_url(const struct shop *shop, const char *address)
{
	const char *pattern = shop->config->geocode_url;
	const char *at = strstr(pattern, hole);
	struct out url = {.arena = shop->arena};

	out_bytes(&url, pattern, (size_t)(at - pattern));
	out_encoded(&url, address);
	out_text(&url, at + strlen(hole));
	return out_string(&url);
}

/* Nominatim has numbers as texts, others as numbers. */
static bool read_degrees(
    const json_t *place, const char *key, double most, double *degrees)
{
	const json_t *value = json_object_get(place, key);
	const char *text = json_string_value(value);

	if (text)
		return text_decimal(text, most, degrees);
	*degrees = json_number_value(value);
	return json_is_number(value) && *degrees >= -most && *degrees <= most;
}

static struct error *read_reply(const struct shop *shop,
    const struct http_reply *reply, struct venue *venue)
{
	const json_t *place;

	json_use(shop->arena);
	place =
	    json_array_get(json_loadb(reply->body, reply->length, 0, NULL), 0);
	if (!read_degrees(place, "lat", 90, &venue->latitude) ||
	    !read_degrees(place, "lon", 180, &venue->longitude))
		return fail(STATE_ERROR,
		    "The service does not know this address. Enter the "
		    "coordinates by hand");
	venue->has_location = true;
	return NULL;
}

struct error *geocode_look_up(const struct shop *shop, struct venue *venue)
{
	static const char *const headers[] = {
	    "Accept: application/json", "User-Agent: CampusPass"};
	struct http_client *client;
	struct http_request request;
	struct http_reply reply;
	enum http_fate fate;

	if (!geocode_is_configured(shop->config))
		return fail(STATE_ERROR, "No service is configured for that");
	if (text_is_empty(venue->address))
		return fail(STATE_ERROR, "Enter the address first");
	client = http_client_open(shop->arena, MILLISECONDS);
	request = (struct http_request){
	    .url = make_url(shop, venue->address),
	    .headers = headers,
	    .header_count = COUNT_OF(headers),
	};
	fate = http_client_send(client, &request, &reply);
	http_client_close(client);
	if (fate != HTTP_ANSWERED || reply.status != 200)
		return fail(STATE_ERROR,
		    "The service that knows addresses does not answer. Enter "
		    "the coordinates by hand");
	return read_reply(shop, &reply, venue);
}
