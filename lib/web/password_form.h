/*
 * The two fields of a password that somebody chooses: of an account, also of
 * the first one.
 */
#ifndef WEB_PASSWORD_FORM_H
#define WEB_PASSWORD_FORM_H

#include "account/password.h"
#include "web/form.h"

/* `password` and `password_again`, two rows of a table of fields; `words` is
 * the first one's label. */
#define PASSWORD_FORM_FIELDS(words)                                            \
	{.name = "password",                                                   \
	    .label = (words),                                                  \
	    .hint = "At least 8 characters. Several words in a row are easy "  \
		    "to remember and hard to guess.",                          \
	    .type = "password",                                                \
	    .autocomplete = "new-password",                                    \
	    .missing = "Choose a password",                                    \
	    .longest = PASSWORD_LONGEST},                                      \
	{                                                                      \
		.name = "password_again", .label = words " again",             \
		.type = "password", .autocomplete = "new-password",            \
		.missing = "Enter the password again",                         \
		.longest = PASSWORD_LONGEST                                    \
	}

/* Note a mistake when the two differ. */
void password_form_check(struct form *form);

#endif
