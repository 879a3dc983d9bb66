/*
 * Answer: the response of a request as bytes, with the headers that every one
 * of them has.
 */
#ifndef WEB_ANSWER_H
#define WEB_ANSWER_H

#include "web/request.h"
#include "web/transport.h"

/* Send it whole: status and headers, and the body unless it is a HEAD. */
void answer_send(
    const struct transport *transport, const struct request *request);

#endif
