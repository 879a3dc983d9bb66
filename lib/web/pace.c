#include "web/pace.h"

#include "base/clock.h"
#include "store/limit.h"
#include <inttypes.h>

/* As many again come back in so long. */
enum {
	REFILL = 5 * MINUTE
};

static const char *person_of(const struct request *request)
{
	const struct viewer *viewer = &request->viewer;

	if (viewer->user_id)
		return arena_format(
		    request->shop.arena, "user %" PRId64, viewer->user_id);
	return viewer->browser;
}

static struct error *take(const struct request *request,
    const struct limit_rate *person, const struct limit_rate *network)
{
	const struct config *config = request->shop.config;
	const char *who = person_of(request);

	if (*who)
		TRY(limit_take(config, person, who, clock_now()));
	return limit_take(config, network,
	    limit_network(request->shop.arena, request->remote), clock_now());
}

struct error *pace_take_account(const struct request *request)
{
	static const struct limit_rate person = {.name = "accounts of a person",
	    .burst = 40,
	    .seconds = HOUR,
	    .count = 40};
	static const struct limit_rate network = {
	    .name = "accounts of a network",
	    .burst = 300,
	    .seconds = HOUR,
	    .count = 300};

	return take(request, &person, &network);
}

struct error *pace_take_mail(const struct request *request)
{
	static const struct limit_rate person = {.name = "mails of a person",
	    .burst = 5,
	    .seconds = HOUR,
	    .count = 5};
	static const struct limit_rate network = {.name = "mails of a network",
	    .burst = 100,
	    .seconds = HOUR,
	    .count = 100};

	return take(request, &person, &network);
}

/* As many as may order: each of them may stand in line before. */
struct error *pace_take_place(const struct request *request)
{
	const struct config *config = request->shop.config;
	const struct limit_rate network = {
	    .name = "places of a network",
	    .burst = config->network_orders,
	    .seconds = REFILL,
	    .count = config->network_orders,
	};

	return limit_take(config, &network,
	    limit_network(request->shop.arena, request->remote), clock_now());
}

struct error *pace_take_order(const struct request *request)
{
	const struct config *config = request->shop.config;
	const struct limit_rate person = {
	    .name = "orders of a person",
	    .burst = config->person_orders,
	    .seconds = REFILL,
	    .count = config->person_orders,
	};
	const struct limit_rate network = {
	    .name = "orders of a network",
	    .burst = config->network_orders,
	    .seconds = REFILL,
	    .count = config->network_orders,
	};

	return take(request, &person, &network);
}
