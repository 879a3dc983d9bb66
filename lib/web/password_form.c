#include "web/password_form.h"

#include "base/text.h"

void password_form_check(struct form *form)
{
	if (!text_equal(form_value(form, "password"),
		form_value(form, "password_again")))
		form_fail(form, "password_again", "The passwords do not match");
}
