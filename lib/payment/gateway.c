#include "payment/gateway.h"

#include "base/text.h"
#include "payment/campuspay.h"
#include "payment/campuspay_page.h"
#include "payment/paypal.h"

static const struct gateway *const gateways[] = {
    &campuspay_gateway,
    &campuspay_page_gateway,
    &paypal_gateway,
};

struct gateway_answer gateway_answer_of(
    enum gateway_outcome outcome, const char *reference, const char *reason)
{
	return (struct gateway_answer){
	    .outcome = outcome,
	    .reference = reference,
	    .capture = outcome == GATEWAY_CAPTURED ? reference : "",
	    .approve = "",
	    .reason = reason,
	};
}

bool gateway_has_money_moving(const struct gateway_answer *answer)
{
	return answer->outcome == GATEWAY_SILENT ||
	    (answer->outcome == GATEWAY_OPEN && *answer->capture);
}

const struct gateway *gateway_named(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(gateways); i++)
		if (text_equal(gateways[i]->name, name))
			return gateways[i];
	return NULL;
}

const struct gateway *gateway_find(
    const struct config *config, const char *name)
{
	return config_has_word(config->gateways, name) ? gateway_named(name)
						       : NULL;
}

const struct gateway *gateway_at(const struct config *config, size_t index)
{
	for (size_t i = 0; i < COUNT_OF(gateways); i++)
		if (config_has_word(config->gateways, gateways[i]->name) &&
		    index-- == 0)
			return gateways[i];
	return NULL;
}

const struct gateway *gateway_for_cards(const struct config *config)
{
	const struct gateway *gateway;

	for (size_t i = 0; (gateway = gateway_at(config, i)); i++)
		if (gateway->tokenise)
			return gateway;
	return NULL;
}
