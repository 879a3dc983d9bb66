/*
 * Api: the JSON calls. Each family of calls is a file with its face; each
 * function answers one route of api.c.
 */
#ifndef API_H
#define API_H

#include "base/error.h"
#include "model/booking.h"
#include "model/user.h"
#include "store/event_store.h"
#include "web/face.h"
#include "web/json.h"
#include "web/request.h"
#include "web/route.h"

/* ---- api_common.c: what the families share ---- */

/* An event by its number or its slug. NOT_FOUND_ERROR "Event not found". */
MUST_CHECK struct error *api_find_event(struct request *request,
    const char *name, enum event_scope scope, struct event *event);

/*
 * Where the buyer pays for a hold: *approve is the gateway's own page if it
 * is the first one and has one; "" else: at our checkout, which offers all
 * of them.
 */
MUST_CHECK struct error *api_open_payment(
    struct request *request, struct booking *booking, const char **approve);

/* The address of a booking's page in a folder: "checkout", "tickets". */
NONNULL_RESULT const char *api_address_of(const struct request *request,
    const char *folder, const struct booking *booking);

/*
 * How many: a whole number, or a text that is one. All else is
 * INVALID_BOOKING_ERROR (field `quantity`), with its cause.
 */
MUST_CHECK struct error *api_read_quantity(
    struct arena *arena, const json_t *value, int64_t *quantity);

/* api_campuspass.c: the calls of the CampusPass front-end. */
extern const struct face campuspass_face;
void campuspass_render(struct request *request, const struct error *error);
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

/* api_v1_*.c: /api/v1; see api_v1.h. */
extern const struct face v1_face;
MUST_CHECK struct error *v1_list_events(struct request *request);
MUST_CHECK struct error *v1_show_event(struct request *request);
MUST_CHECK struct error *v1_purchase(struct request *request);
MUST_CHECK struct error *v1_list_tickets(struct request *request);
MUST_CHECK struct error *v1_show_ticket(struct request *request);
MUST_CHECK struct error *v1_cancel_ticket(struct request *request);
MUST_CHECK struct error *v1_validate_ticket(struct request *request);
MUST_CHECK struct error *v1_list_event_tickets(struct request *request);
MUST_CHECK struct error *v1_scan_ticket(struct request *request);
MUST_CHECK struct error *v1_create_event(struct request *request);

/* api_openapi.c: the description of all of them. */
MUST_CHECK struct error *api_describe(struct request *request);

/* api_order.c: holds for somebody signed in. */
MUST_CHECK struct error *order_place(struct request *request);

#endif
