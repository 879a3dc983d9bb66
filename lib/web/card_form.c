#include "web/card_form.h"

#include "base/clock.h"
#include "base/text.h"

static struct option_list type_options(struct arena *arena, const char *chosen)
{
	const struct card_brand *brands = card_brands();
	struct option *options;
	size_t count = 0;

	while (brands[count].type)
		count++;
	options = arena_array(arena, count + 1, sizeof(*options));
	options[0] =
	    (struct option){.value = "", .label = "Recognised by the number"};
	for (size_t i = 0; i < count; i++)
		options[i + 1] = (struct option){
		    .value = brands[i].type,
		    .label = brands[i].label,
		    .is_selected = text_equal(brands[i].type, chosen),
		};
	return (struct option_list){.items = options, .count = count + 1};
}

struct card_form_view card_form_show(
    const struct form *form, const struct config *config)
{
	struct card_form_view view = {
	    .holder = form_field(form, "cardholder_name"),
	    .number = form_field(form, "card_number"),
	    .type = form_field(form, "card_type"),
	    .expires = form_field(form, "expiration_date"),
	    .address = form_field(form, "billing_address"),
	};

	view.holder.is_required = true;
	view.number.is_required = true;
	view.number.value = "";
	view.number.hint = arena_format(form->arena, "%s%s",
	    form->is_checked ? "Type it again: it is not kept. " : "",
	    card_hint(config));
	view.expires.is_required = true;
	view.address.is_required = true;
	view.type.options =
	    type_options(form->arena, form_value(form, "card_type"));
	return view;
}

bool card_form_read(
    const struct request *request, struct form *form, struct card *card)
{
	const struct card_text text = {
	    .number = form_value(form, "card_number"),
	    .expires = form_value(form, "expiration_date"),
	    .holder = form_value(form, "cardholder_name"),
	    .type = form_value(form, "card_type"),
	    .address = form_value(form, "billing_address"),
	};
	struct card_mistakes mistakes;

	card_read(request->shop.arena, &text, clock_now(),
	    request->shop.config->timezone, card, &mistakes);
	for (size_t i = 0; i < mistakes.count; i++)
		form_fail(
		    form, mistakes.items[i].field, mistakes.items[i].message);
	if (form_is_right(form))
		return true;
	card_wipe(card);
	return false;
}

void card_form_wipe(struct request *request)
{
	for (size_t i = 0; i < request->form.count; i++) {
		const struct field_pair *pair = &request->form.items[i];

		if (text_equal(pair->name, "card_number") ||
		    card_is_number_inside(pair->value))
			request_wipe_value(pair->value);
	}
	request_wipe_body(request);
}
