/*
 * Between password and code: the login that the browser keeps meanwhile.
 */
#include "account/two_factor.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "store/two_factor_store.h"
#include "store/user_store.h"
#include <string.h>

/*
 * The signature of a parked login. Whatever a finished login or a new
 * password changes is in it, so the text works once.
 */
static struct error *sign(const struct shop *shop, const struct user *user,
    const char *text, const char *browser, const char **signature)
{
	struct two_factor_row row;

	TRY(two_factor_store_find(shop->db, shop->arena, user->id, &row));
	*signature =
	    token_sign(shop->arena, shop->config->cookie_key, "parked login",
		arena_format(shop->arena, "%s %s %lld %lld %s", text, browser,
		    (long long)row.step, (long long)row.codes_left,
		    token_hash(shop->arena, user->password_hash)));
	return NULL;
}

struct error *two_factor_park(const struct shop *shop, const struct user *user,
    const char *browser, bool is_remembered, const char **text)
{
	int64_t ends = clock_now() + TWO_FACTOR_PARK_MINUTES * MINUTE;
	const char *head = arena_format(shop->arena, "%lld.%d.%lld",
	    (long long)user->id, is_remembered, (long long)ends);
	const char *signature;

	TRY(sign(shop, user, head, browser, &signature));
	*text = arena_format(shop->arena, "%s.%s", head, signature);
	return NULL;
}

/* The numbers of "ID.REMEMBERED.ENDS". */
static bool read_head(struct arena *arena, const char *head,
    struct parked_login *login, int64_t *ends)
{
	char *rest = arena_copy(arena, head);
	const char *id = strsep(&rest, ".");
	const char *remembered = strsep(&rest, ".");
	int64_t flag;

	if (!remembered || !rest ||
	    text_number(id, &login->user_id) != NUMBER_OK ||
	    text_number(remembered, &flag) != NUMBER_OK ||
	    text_number(rest, ends) != NUMBER_OK)
		return false;
	login->is_remembered = flag != 0;
	return true;
}

struct error *two_factor_unpark(const struct shop *shop, const char *text,
    const char *browser, struct parked_login *login)
{
	const char *dot = strrchr(text, '.');
	const char *head = dot
	    ? arena_copy_bytes(shop->arena, text, (size_t)(dot - text))
	    : "";
	const char *signature;
	struct user user;
	int64_t ends;

	if (read_head(shop->arena, head, login, &ends) && ends > clock_now() &&
	    *browser) {
		TRY(user_store_find(
		    shop->db, shop->arena, login->user_id, &user));
		if (user.id != 0) {
			TRY(sign(shop, &user, head, browser, &signature));
			if (token_equal(signature, dot + 1))
				return NULL;
		}
	}
	return fail(ACCESS_ERROR,
	    "Your sign-in took too long or was finished elsewhere. Sign in "
	    "again");
}
