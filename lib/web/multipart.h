/*
 * Multipart: forms with a file, multipart/form-data (RFC 7578).
 *
 * Invariants
 * - Fields are as fields.h has them: valid UTF-8 without NUL, or the whole
 *   input is refused.
 * - A file's bytes are not copied: they lie in the body. Its name is only a
 *   word; nothing is ever stored under it.
 * - What does not parse to the last boundary is refused, never repaired.
 */
#ifndef WEB_MULTIPART_H
#define WEB_MULTIPART_H

#include "web/fields.h"

/* The most parts of one input. */
enum {
	MULTIPART_MOST = 50
};

/* A file that was chosen in a form. */
struct upload {
	const char *field; /* name of the input; "" no file came */
	const char *name;  /* what the browser calls it; may be "" */
	const char *bytes;
	size_t length; /* 0: none was chosen */
};

/*
 * Take a body apart by the boundary in its Content-Type. Of several files
 * the first counts. REQUEST_ERROR for what is damaged, MEDIA_TYPE_ERROR for
 * another type.
 */
MUST_CHECK struct error *multipart_read(struct arena *arena,
    const char *content_type, const char *body, size_t length,
    struct fields *fields, struct upload *upload);

#endif
