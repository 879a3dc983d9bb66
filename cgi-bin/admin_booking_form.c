/*
 * What is typed about a booking.
 */
#include "admin_booking.h"

#include "base/text.h"

/* The fields of all forms of the page; their names differ. */
static const struct form_field fields[] = {
    {.name = "amount",
	.label = "Amount",
	.inputmode = "decimal",
	.missing = "Enter an amount",
	.longest = 30,
	.is_short = true},
    {.name = "reason",
	.label = "Reason",
	.hint = "For your books and the buyer's mail",
	.missing = "Say why"},
    {.name = "by_hand",
	.label = "I give it back by hand, in cash",
	.hint = "Otherwise it goes back the way it was paid",
	.type = "checkbox"},
    {.name = "seats", .label = "Seats"},
    {.name = "code", .label = "Ticket", .missing = "Choose a ticket"},
    {.name = "holder_name",
	.label = "Name",
	.autocomplete = "off",
	.missing = "Enter the holder's name",
	.longest = 100},
    {.name = "holder_email",
	.label = "Email address",
	.type = "email",
	.autocomplete = "off",
	.longest = EMAIL_LONGEST},
    {.name = "note", .label = "For the staff alone", .longest = 500},
    {.name = "percent",
	.label = "Part of the price that goes back, in percent",
	.inputmode = "numeric",
	.missing = "Enter a number from 0 to 100",
	.longest = 3,
	.is_short = true},
    {.name = "why", .label = "Reason"},
};

void staff_booking_start(struct request *request, struct form *form)
{
	form_start(form, request->shop.arena, fields, COUNT_OF(fields));
}

/* Fields of the page's other forms are not missing: they were not sent. */
void staff_booking_read(struct request *request, struct form *form)
{
	form_read(form, request->shop.arena, fields, COUNT_OF(fields),
	    &request->form);
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (!fields_get(&request->form, fields[i].name))
			form->errors[i] = NULL;
}
