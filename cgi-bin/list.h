/*
 * List: the visitors' pages. Each function answers one route of list.c.
 */
#ifndef LIST_H
#define LIST_H

#include "base/error.h"
#include "web/request.h"

/* list_find.c */
MUST_CHECK struct error *list_show_events(struct request *request);

/* list_event.c */
MUST_CHECK struct error *list_show_event(struct request *request);
MUST_CHECK struct error *list_show_comparison(struct request *request);

/* list_files.c */
MUST_CHECK struct error *list_event_calendar(struct request *request);
MUST_CHECK struct error *list_event_json(struct request *request);

/* list_share.c */
MUST_CHECK struct error *list_show_share(struct request *request);
MUST_CHECK struct error *list_share(struct request *request);
MUST_CHECK struct error *list_show_shared(struct request *request);
MUST_CHECK struct error *list_show_stop(struct request *request);
MUST_CHECK struct error *list_stop(struct request *request);

/* list_site.c */
MUST_CHECK struct error *list_move_to_events(struct request *request);
MUST_CHECK struct error *list_show_terms(struct request *request);
MUST_CHECK struct error *list_show_status(struct request *request);
MUST_CHECK struct error *list_do_chores(struct request *request);

/* The picture of an event (web/picture.h). */
MUST_CHECK struct error *list_send_picture(struct request *request);

#endif
