/*
 * Event file: one event as one file (JSON), which another site takes.
 *
 * It has what an organiser decided: words, times, place, rules, ticket types,
 * seats and the picture; nobody's bookings. Moments are epoch seconds, prices
 * minor units of the event's currency.
 */
#ifndef BOOKING_EVENT_FILE_H
#define BOOKING_EVENT_FILE_H

#include "base/error.h"
#include "base/out.h"
#include "booking/shop.h"
#include <stddef.h>

/* The largest such file, and the largest picture in it, in bytes. */
enum {
	EVENT_FILE_MOST = 16 * 1024 * 1024,
	EVENT_IMAGE_MOST = 8 * 1024 * 1024,
};

/* Write an event, drafts too. NOT_FOUND_ERROR "Event not found". */
MUST_CHECK struct error *event_file_write(
    const struct shop *shop, const char *slug, struct out *out);

/*
 * Add the event of a file as a draft that belongs to the admins; *slug is
 * its address. VALIDATION_ERROR names what in the file is not right, or says
 * that the site has such an event already.
 */
MUST_CHECK struct error *event_file_read(const struct shop *shop,
    const char *text, size_t length, const char **slug);

#endif
