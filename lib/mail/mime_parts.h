/*
 * What the files of mime share: mime.c writes headers, mime_body.c bodies.
 */
#ifndef MAIL_MIME_PARTS_H
#define MAIL_MIME_PARTS_H

#include "mail/mime.h"

enum {
	MIME_LINE = 76 /* bytes of a line that we break ourselves */
};

/* The headers that describe the body, an empty line, and the body. */
void mime_put_body(struct out *out, const struct mime_message *message);

#endif
