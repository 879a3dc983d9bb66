/*
 * Terms: the operator's own terms of sale, the file that the key terms_file
 * names.
 */
#ifndef WEB_TERMS_H
#define WEB_TERMS_H

#include "booking/shop.h"

/* What terms_file becomes where own terms are written and none is named. */
#define TERMS_FILE "terms.md"

/*
 * The path of their file, whether it is there or not, for changing them; ""
 * when it is in a folder of its own, which is the operator's business.
 */
NONNULL_RESULT const char *terms_path(const struct shop *shop);

/*
 * Their text; "" when no file is named, or none is there. STORAGE_ERROR when
 * it cannot be read or is larger than 256 kB: nobody sells by other terms in
 * its place.
 */
MUST_CHECK struct error *terms_read(const struct shop *shop, const char **text);

#endif
