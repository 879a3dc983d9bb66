/*
 * What admins and the operator do with other people's accounts.
 */
#include "account/account.h"
#include "account/person.h"
#include "base/clock.h"
#include "base/log.h"
#include "booking/audit.h"
#include "store/db.h"
#include "store/session_store.h"
#include "store/user_store.h"
#include <inttypes.h>

static struct error *end_all_in(const struct shop *shop, int64_t user_id)
{
	TRY(session_store_end_all(shop->db, user_id, 0));
	return session_store_end_tokens(shop->db, user_id, clock_now());
}

/* Named by the number, which stays when the person is forgotten. */
static struct error *note_in(const struct shop *shop,
    const struct viewer *viewer, int64_t user_id, const char *action,
    const char *name, const char *before, const char *after)
{
	const struct audit audit = {
	    .action = action,
	    .subject = arena_format(shop->arena, "user %" PRId64, user_id),
	};

	return audit_value_in(
	    shop, viewer, &audit, name, before, after, clock_now());
}

static struct error *set_role_in(const struct shop *shop,
    const struct viewer *viewer, int64_t user_id, enum role role)
{
	struct user user;
	bool moved;

	TRY(account_find(shop, user_id, &user));
	if (role != ROLE_ADMIN)
		TRY(person_check_not_last(shop, &user));
	TRY(user_store_set_role(shop->db, user_id, role, &moved));
	if (!moved)
		return NULL;
	TRY(note_in(shop, viewer, user_id, "user.role", "role",
	    role_word(user.role), role_word(role)));
	return end_all_in(shop, user_id);
}

struct error *account_set_role(const struct shop *shop,
    const struct viewer *viewer, int64_t user_id, enum role role)
{
	TRY(TRANSACTION(shop->db, set_role_in(shop, viewer, user_id, role)));
	log_info("user %" PRId64 " is %s now", user_id, role_word(role));
	return NULL;
}

static struct error *set_disabled_in(const struct shop *shop,
    const struct viewer *viewer, int64_t user_id, bool is_disabled)
{
	struct user user;

	TRY(account_find(shop, user_id, &user));
	if ((user.disabled_at != 0) == is_disabled)
		return NULL;
	if (is_disabled)
		TRY(person_check_not_last(shop, &user));
	TRY(user_store_set_disabled(
	    shop->db, user_id, is_disabled ? clock_now() : 0));
	TRY(note_in(shop, viewer, user_id,
	    is_disabled ? "user.disable" : "user.enable", "may sign in",
	    is_disabled ? "yes" : "no", is_disabled ? "no" : "yes"));
	return is_disabled ? end_all_in(shop, user_id) : NULL;
}

struct error *account_set_disabled(const struct shop *shop,
    const struct viewer *viewer, int64_t user_id, bool is_disabled)
{
	TRY(TRANSACTION(
	    shop->db, set_disabled_in(shop, viewer, user_id, is_disabled)));
	log_info("user %" PRId64 " is %s", user_id,
	    is_disabled ? "disabled" : "enabled");
	return NULL;
}
