#include "account/reseal.h"

#include "store/db.h"

struct error *reseal_all(const struct shop *shop,
    struct error *(*next)(const struct shop *shop, struct resealing *state),
    struct resealing *result)
{
	int64_t before;

	*result = (struct resealing){.last = 0};
	do {
		before = result->last;
		TRY(TRANSACTION(shop->db, next(shop, result)));
	} while (result->last != before);
	return NULL;
}
