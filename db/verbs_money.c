#include "verbs.h"

#include "base/clock.h"
#include "base/token.h"
#include "booking/checkout.h"
#include "booking/payment.h"
#include "booking/refund.h"
#include "store/booking_store.h"
#include "store/payment_store.h"
#include "store/refund_store.h"
#include "web/chores.h"
#include <stdio.h>

struct error *verb_sweep(struct call *call)
{
	return chores_run_all(&call->shop);
}

struct error *verb_reconcile(struct call *call)
{
	TRY(payment_settle_open(&call->shop));
	return refund_settle_open(&call->shop);
}

struct error *verb_paid(struct call *call)
{
	const char *reference =
	    token_read_reference(call->shop.arena, call->arguments[0]);

	if (!reference)
		return fail(
		    VALIDATION_ERROR, "%s is no reference", call->arguments[0]);
	TRY(checkout_mark_paid(&call->shop, reference));
	printf("%s is paid and confirmed\n", reference);
	return NULL;
}

static const char *late_fate(const struct late_money *money)
{
	static const char *const words[] = {
	    [LATE_ON_ITS_WAY] = "refund on its way",
	    [LATE_BY_HAND] = "refund by hand waits",
	    [LATE_REFUSED] = "refund refused",
	    [LATE_REFUNDED] = "refunded",
	};

	return money->fate == LATE_KEPT ? booking_state_word(money->state)
					: words[money->fate];
}

struct error *verb_late(struct call *call)
{
	static const struct viewer operator= {
	    .role = ROLE_ADMIN, .browser = ""};
	struct arena *arena = call->shop.arena;
	struct late_money_list list;

	TRY(late_money_list(
	    call->shop.db, arena, &operator, 0, INT64_MAX, &list));
	for (size_t i = 0; i < list.count; i++) {
		const struct late_money *money = &list.items[i];

		printf("%s  %s  %s  %s %s  %s  %s\n",
		    clock_iso_utc(arena, money->came_at), money->reference,
		    money->slug, money_plain(arena, money->total),
		    money->total.currency, late_fate(money), money->email);
	}
	return NULL;
}
