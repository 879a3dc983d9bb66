/*
 * Terms: the operator's own terms of sale, the file that the key terms_file
 * names.
 */
#ifndef WEB_TERMS_H
#define WEB_TERMS_H

#include "booking/shop.h"

/*
 * Their text; "" when no file is named, or none is there. STORAGE_ERROR when
 * it cannot be read or is larger than 256 kB: nobody sells by other terms in
 * its place.
 */
MUST_CHECK struct error *terms_read(const struct shop *shop, const char **text);

#endif
