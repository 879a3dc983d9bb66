#include "booking/payment_setup.h"

#include "base/clock.h"
#include "base/out.h"
#include "base/text.h"
#include "payment/breaker.h"
#include "payment/gateway.h"
#include <string.h>

/* Paying later is the staff's business; no gateway stands behind it. */
#define LATER "later"

/* The next word of the list; NULL at its end. */
static char *next_word(char **rest)
{
	char *word;

	while ((word = strsep(rest, " \t")))
		if (*word)
			return word;
	return NULL;
}

static struct error *check_paypal(const struct config *config)
{
	const struct {
		const char *key;
		const char *value;
	} needed[] = {
	    {"base_url", config->base_url},
	    {"paypal_client", config->paypal_client},
	    {"paypal_secret", config->paypal_secret},
	};

	for (size_t i = 0; i < COUNT_OF(needed); i++)
		if (text_is_empty(needed[i].value))
			return fail(CONFIGURATION_ERROR,
			    "campuspass.conf: paypal needs %s", needed[i].key);
	return NULL;
}

struct error *payment_check_setup(
    struct arena *arena, const struct config *config)
{
	char *rest = arena_copy(arena, config->gateways);
	const char *name;

	while ((name = next_word(&rest))) {
		if (!text_equal(name, LATER) && !gateway_named(name))
			return fail(CONFIGURATION_ERROR,
			    "campuspass.conf: gateways names \"%s\", which is "
			    "none: paypal, campuspay, campuspay_page, later",
			    name);
		if (text_equal(name, "paypal"))
			TRY(check_paypal(config));
	}
	return NULL;
}

const char *payment_demo_names(struct arena *arena, const struct config *config)
{
	struct out out = {.arena = arena};
	const struct gateway *gateway;

	for (size_t i = 0; (gateway = gateway_at(config, i)); i++)
		if (gateway->is_demo)
			out_format(
			    &out, "%s%s", out.length ? " " : "", gateway->name);
	return out_string(&out);
}

const char *payment_silence(struct arena *arena, const struct config *config)
{
	struct out out = {.arena = arena};
	const struct gateway *gateway;

	for (size_t i = 0; (gateway = gateway_at(config, i)); i++) {
		const struct when since = {
		    .at = breaker_since(config, gateway->name, clock_now()),
		    .zone = config->timezone,
		    .style = WHEN_LONG};

		if (since.at)
			out_format(&out, "%s%s has not answered since %s.",
			    out.length ? " " : "", gateway->label,
			    when_format(arena, since));
	}
	return out_string(&out);
}
