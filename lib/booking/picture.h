/*
 * Picture: files of events' pictures, in DATA/images. Their names are random
 * and never reused, so whoever has one may keep it for good.
 */
#ifndef BOOKING_PICTURE_H
#define BOOKING_PICTURE_H

#include "booking/shop.h"
#include "document/image.h"

/* Keep it durably; *name is the file's. STORAGE_ERROR. */
MUST_CHECK struct error *picture_save(
    const struct shop *shop, const struct image *image, const char **name);

/*
 * A file that picture_save() made, with its type: NOT_FOUND_ERROR for any
 * other name (no path leads out of the folder), STORAGE_ERROR.
 */
MUST_CHECK struct error *picture_read(const struct shop *shop, const char *name,
    const char **content_type, char **bytes, size_t *length);

/*
 * Remove a file that no event shows; what is not there is no matter. One that
 * an event of DATA/before-restore.db shows stays as long as that is there.
 */
void picture_remove(const struct shop *shop, const char *name);

/*
 * Remove pictures that no event shows and that have been there for a day: of
 * requests whose process was killed before they were at their end, and of
 * events that are gone.
 */
MUST_CHECK struct error *picture_sweep(const struct shop *shop);

#endif
