/*
 * Face: how one kind of client sees errors - which status, which envelope.
 *
 * All faces share one domain and one error value; a face is a table of
 * statuses by kind, where they differ from the usual ones or are its own (the
 * kind's row, else its parent's), and a function that writes the answer. Pages
 * are page_face; JSON clients have others.
 */
#ifndef WEB_FACE_H
#define WEB_FACE_H

#include "base/error.h"
#include <stddef.h>

struct request;

struct kind_status {
	enum error_kind kind;
	int status; /* of HTTP */
};

struct face {
	const struct kind_status *statuses;
	size_t status_count;
	int fallback; /* status of kinds that no row is for */

	/* Write the error as an answer; the status is set already. */
	void (*render)(struct request *request, const struct error *error);
};

/* The status of a kind: its row, or that of the nearest kind above it. */
int face_status(const struct face *face, enum error_kind kind);

/*
 * Answer with an error: status, headers that belong to it (Allow,
 * Retry-After, WWW-Authenticate), a log line where the fault is ours, and the
 * face's envelope.
 */
void face_answer(const struct face *face, struct request *request,
    const struct error *error);

#endif
