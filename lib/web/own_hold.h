/*
 * Own_hold: a person's unfinished booking, to continue, change or release
 * (R75), on pages where another one cannot begin before.
 */
#ifndef WEB_OWN_HOLD_H
#define WEB_OWN_HOLD_H

#include "model/booking.h"
#include "views/views.h"
#include "web/request.h"

/* What is shown of it, and itself; id 0 and nothing shown: there is none. */
MUST_CHECK struct error *own_hold_make(
    struct request *request, struct own_hold_view *view, struct booking *own);

#endif
