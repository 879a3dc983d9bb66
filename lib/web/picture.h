/*
 * Picture: handing out the pictures of events (booking/picture.h).
 */
#ifndef WEB_PICTURE_H
#define WEB_PICTURE_H

#include "web/request.h"

/* Answer with a file, to be kept for good. NOT_FOUND_ERROR, STORAGE_ERROR. */
MUST_CHECK struct error *picture_send(
    struct request *request, const char *name);

#endif
