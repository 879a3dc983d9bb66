/*
 * Picture: files of events' pictures, in DATA/images, and handing them out.
 *
 * A file has a random name and never changes: another picture is another
 * file. So whoever has it may keep it, and nobody finds that of a draft.
 */
#ifndef WEB_PICTURE_H
#define WEB_PICTURE_H

#include "document/image.h"
#include "web/request.h"

/* Keep it durably; *name is the file's. STORAGE_ERROR. */
MUST_CHECK struct error *picture_save(
    const struct shop *shop, const struct image *image, const char **name);

/* Remove a file that no event shows; what is not there is no matter. */
void picture_remove(const struct shop *shop, const char *name);

/* Answer with a file. NOT_FOUND_ERROR for what picture_save() never made. */
MUST_CHECK struct error *picture_send(
    struct request *request, const char *name);

#endif
