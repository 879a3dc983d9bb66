#include "account/tell.h"

#include "account/account.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/notice.h"
#include "store/limit.h"
#include "store/outbox_store.h"
#include "store/user_store.h"

/* What is mailed with a secret, and how long that works. */
static const struct {
	const char *kind;
	int64_t seconds;
} secrets[] = {
    [SECRET_VERIFY] = {"verify_email", ACCOUNT_VERIFY_HOURS *HOUR},
    [SECRET_RESET] = {"reset_password", ACCOUNT_RESET_MINUTES *MINUTE},
    [SECRET_EMAIL] = {"verify_email", ACCOUNT_VERIFY_HOURS *HOUR},
};

bool tell_is_allowed(const struct shop *shop, const char *email, int64_t now)
{
	static const struct limit_rate mails = {
	    .name = "account-mail", .burst = 4, .seconds = 15 * MINUTE};

	return limit_take(shop->config, &mails, email, now) == NULL;
}

static struct error *add_mail(const struct shop *shop, const char *kind,
    const struct user *user, const char *recipient, const char *secret,
    int64_t until, int64_t now)
{
	const char *name =
	    *user->first_name ? user->first_name : user->username;
	json_t *snapshot;

	json_use(shop->arena);
	snapshot = json_pack("{ss ss ss ss sI}", "name", name, "username",
	    user->username, "site", shop->config->site_name, "secret", secret,
	    "until", until);
	if (until)
		json_object_set_new(
		    snapshot, "valid_until", json_integer(until));
	return notice_add_in(shop, kind, recipient, 0, snapshot, now);
}

struct error *tell_in(const struct shop *shop, const char *kind,
    const struct user *user, const char *recipient, int64_t now)
{
	return add_mail(shop, kind, user, recipient, "", 0, now);
}

struct error *tell_secret_in(const struct shop *shop,
    enum secret_purpose purpose, const struct user *user, const char *email,
    int64_t now)
{
	const char *secret = token_id(shop->arena);
	const struct account_token token = {
	    .user_id = user->id,
	    .purpose = purpose,
	    .email = email,
	    .created_at = now,
	    .ends_at = now + secrets[purpose].seconds,
	};
	struct user owner;

	TRY(user_store_find_email(shop->db, shop->arena, email, &owner));
	if (owner.verified_at && owner.id != user->id)
		return tell_in(shop, "taken_email", &owner, email, now);
	TRY(account_token_add(
	    shop->db, &token, token_hash(shop->arena, secret)));
	return add_mail(shop, secrets[purpose].kind, user, email, secret,
	    token.ends_at, now);
}

struct error *tell_nobody_in(const struct shop *shop, int64_t now)
{
	return outbox_store_pretend(shop->db, shop->arena, now);
}
