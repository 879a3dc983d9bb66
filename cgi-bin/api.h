/*
 * Api: the JSON calls. Each family of calls is a file with its face; each
 * function answers one route of api.c.
 */
#ifndef API_H
#define API_H

#include "base/error.h"
#include "web/face.h"
#include "web/request.h"

/* api_campuspass.c: the calls of the CampusPass front-end. */
extern const struct face campuspass_face;
MUST_CHECK struct error *api_list_events(struct request *request);
MUST_CHECK struct error *api_show_event(struct request *request);
MUST_CHECK struct error *api_book(struct request *request);
MUST_CHECK struct error *api_list_bookings(struct request *request);
MUST_CHECK struct error *api_show_status(struct request *request);

/* api_queue.c: the queue calls, on the configured event. */
MUST_CHECK struct error *queue_register(struct request *request);
MUST_CHECK struct error *queue_process(struct request *request);
MUST_CHECK struct error *queue_cancel(struct request *request);
MUST_CHECK struct error *queue_show(struct request *request);
MUST_CHECK struct error *queue_show_availability(struct request *request);
MUST_CHECK struct error *queue_show_summary(struct request *request);

/* api_auth.c: accounts and tokens for programs; its face is {"detail"}. */
extern const struct face detail_face;
MUST_CHECK struct error *auth_register(struct request *request);
MUST_CHECK struct error *auth_login(struct request *request);
MUST_CHECK struct error *auth_refresh(struct request *request);
MUST_CHECK struct error *auth_show_me(struct request *request);

/* api_order.c: holds for somebody signed in. */
MUST_CHECK struct error *order_place(struct request *request);

#endif
