/*
 * What admins and the operator do with other people's accounts.
 */
#include "account/account.h"
#include "account/person.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/db.h"
#include "store/session_store.h"
#include "store/user_store.h"
#include <inttypes.h>

static struct error *end_all_in(const struct shop *shop, int64_t user_id)
{
	TRY(session_store_end_all(shop->db, user_id, 0));
	return session_store_end_tokens(shop->db, user_id, clock_now());
}

static struct error *set_role_in(
    const struct shop *shop, int64_t user_id, enum role role)
{
	struct user user;
	bool moved;

	TRY(account_find(shop, user_id, &user));
	if (role != ROLE_ADMIN)
		TRY(person_check_not_last(shop, &user));
	TRY(user_store_set_role(shop->db, user_id, role, &moved));
	return moved ? end_all_in(shop, user_id) : NULL;
}

struct error *account_set_role(
    const struct shop *shop, int64_t user_id, enum role role)
{
	TRY(TRANSACTION(shop->db, set_role_in(shop, user_id, role)));
	log_info("user %" PRId64 " is %s now", user_id, role_word(role));
	return NULL;
}

static struct error *set_disabled_in(
    const struct shop *shop, int64_t user_id, bool is_disabled)
{
	struct user user;

	TRY(account_find(shop, user_id, &user));
	if (!is_disabled)
		return user_store_set_disabled(shop->db, user_id, 0);
	TRY(person_check_not_last(shop, &user));
	TRY(user_store_set_disabled(shop->db, user_id, clock_now()));
	return end_all_in(shop, user_id);
}

struct error *account_set_disabled(
    const struct shop *shop, int64_t user_id, bool is_disabled)
{
	TRY(TRANSACTION(shop->db, set_disabled_in(shop, user_id, is_disabled)));
	log_info("user %" PRId64 " is %s", user_id,
	    is_disabled ? "disabled" : "enabled");
	return NULL;
}
