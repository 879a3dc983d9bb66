#include "account/two_factor.h"

#include "account/account.h"
#include "account/password.h"
#include "account/totp.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/out.h"
#include "base/seal.h"
#include "base/text.h"
#include "base/token.h"
#include "store/limit.h"
#include "store/session_store.h"
#include "store/two_factor_store.h"
#include <string.h>

/* Per account: whoever comes here knows the password already. */
static const struct limit_wait tries = {
    .name = "two-factor", .free = 5, .most = 5 * MINUTE};

static const char *who(const struct shop *shop, int64_t user_id)
{
	return arena_format(shop->arena, "%lld", (long long)user_id);
}

/* ---- the secret ---- */

static const char *context(const struct shop *shop, int64_t user_id)
{
	return arena_format(
	    shop->arena, "user.totp_secret %lld", (long long)user_id);
}

static struct error *open_secret(const struct shop *shop,
    const struct two_factor_row *row, const char **secret)
{
	return seal_open(shop->arena, shop->config, context(shop, row->user_id),
	    row->secret_box, secret);
}

/* Secrets are typed by hand where the camera does not work. */
static const char *in_groups(struct arena *arena, const char *text)
{
	enum {
		GROUP = 4
	};
	struct out out = {.arena = arena};

	for (size_t i = 0; text[i]; i++) {
		if (i > 0 && i % GROUP == 0)
			out_char(&out, ' ');
		out_char(&out, text[i]);
	}
	return out_string(&out);
}

/* What apps read from the QR code (Google's "Key Uri Format"). */
static const char *make_url(
    const struct shop *shop, const struct user *user, const char *secret)
{
	struct out out = {.arena = shop->arena};

	out_text(&out, "otpauth://totp/");
	out_encoded(&out, shop->config->site_name);
	out_text(&out, ":");
	out_encoded(&out, user->username);
	out_format(&out, "?secret=%s&issuer=", secret);
	out_encoded(&out, shop->config->site_name);
	return out_string(&out);
}

struct error *two_factor_find(const struct shop *shop,
    const struct viewer *viewer, struct two_factor *state)
{
	struct two_factor_row row;
	const char *secret;
	struct user user;

	TRY(account_find(shop, viewer->user_id, &user));
	TRY(two_factor_store_find(
	    shop->db, shop->arena, viewer->user_id, &row));
	*state = (struct two_factor){
	    .is_on = row.on_at != 0,
	    .secret = "",
	    .url = "",
	    .codes_left = row.codes_left,
	};
	if (row.on_at || !*row.secret_box)
		return NULL;
	/* One that does not open is as good as none: begin makes another. */
	if (open_secret(shop, &row, &secret))
		return NULL;
	state->has_begun = true;
	state->secret = in_groups(shop->arena, secret);
	state->url = make_url(shop, &user, secret);
	return NULL;
}

/* ---- codes ---- */

/* Keyed, for 50 bits alone could be tried through from a stolen database. */
static const char *hash_code(
    const struct shop *shop, int64_t user_id, const char *code)
{
	return token_sign(shop->arena, shop->config->cookie_key,
	    "recovery code",
	    arena_format(shop->arena, "%lld %s", (long long)user_id, code));
}

/* Without the blanks and hyphens that people type between. */
static const char *squeeze(struct arena *arena, const char *code)
{
	struct out out = {.arena = arena};

	for (; *code; code++)
		if (!strchr(" -\t", *code))
			out_char(&out, *code);
	return out_string(&out);
}

static struct error *take_app_code_in(const struct shop *shop,
    const struct two_factor_row *row, const char *code, bool *taken)
{
	unsigned char bytes[TOTP_SECRET_BYTES];
	const char *secret;
	int64_t step;

	TRY(open_secret(shop, row, &secret));
	if (!totp_read_secret(secret, bytes))
		die("what was sealed as a secret is none");
	step = totp_find(shop->arena, bytes, code, clock_now(), row->step);
	if (!step)
		return NULL;
	return two_factor_store_take_step(shop->db, row->user_id, step, taken);
}

static struct error *take_code_in(const struct shop *shop,
    const struct two_factor_row *row, const char *typed, bool *taken)
{
	const char *code = squeeze(shop->arena, typed);
	const char *recovery = token_read_reference(shop->arena, code);

	*taken = false;
	if (strlen(code) == TOTP_DIGITS)
		return take_app_code_in(shop, row, code, taken);
	if (!recovery || !row->on_at)
		return NULL;
	return recovery_store_use(shop->db, row->user_id,
	    hash_code(shop, row->user_id, recovery), clock_now(), taken);
}

/*
 * Take a code; `next`, which may be NULL, is what follows in the same
 * transaction.
 */
static struct error *check_in(const struct shop *shop, int64_t user_id,
    const char *code,
    struct error *(*next)(const struct shop *shop,
	const struct two_factor_row *row, void *result),
    void *result)
{
	struct two_factor_row row;
	bool taken;

	TRY(two_factor_store_find(shop->db, shop->arena, user_id, &row));
	if (!*row.secret_box)
		return fail(STATE_ERROR, "There is no second factor");
	TRY(take_code_in(shop, &row, code, &taken));
	if (!taken)
		return fail_field("code",
		    "The code is not right. An app's code changes every 30 "
		    "seconds and works once");
	return next ? next(shop, &row, result) : NULL;
}

/* Take a code and go on; a wrong one makes the wait rise. */
static struct error *check(const struct shop *shop, int64_t user_id,
    const char *code,
    struct error *(*next)(const struct shop *shop,
	const struct two_factor_row *row, void *result),
    void *result)
{
	const char *account = who(shop, user_id);
	int64_t now = clock_now();
	struct error *error;

	TRY(limit_check(shop->config, &tries, account, now));
	error =
	    TRANSACTION(shop->db, check_in(shop, user_id, code, next, result));
	if (!error)
		limit_forgive(shop->config, &tries, account);
	else if (error_is(error, VALIDATION_ERROR))
		limit_failed(shop->config, &tries, account, now);
	return error;
}

struct error *two_factor_check(
    const struct shop *shop, int64_t user_id, const char *code)
{
	return check(shop, user_id, code, NULL, NULL);
}

/* ---- switching ---- */

static struct error *check_password(
    const struct shop *shop, const struct viewer *viewer, const char *password)
{
	const char *account = who(shop, viewer->user_id);
	int64_t now = clock_now();
	struct user user;
	bool fits;

	TRY(limit_check(shop->config, &tries, account, now));
	TRY(account_find(shop, viewer->user_id, &user));
	TRY(password_verify(shop, user.password_hash, password, &fits));
	if (fits)
		return NULL;
	limit_failed(shop->config, &tries, account, now);
	return fail_field("current", "The password is not right");
}

static struct error *begin_in(const struct shop *shop, int64_t user_id)
{
	struct two_factor_row row;
	const char *secret;
	bool moved;

	TRY(two_factor_store_find(shop->db, shop->arena, user_id, &row));
	if (*row.secret_box && !open_secret(shop, &row, &secret) && !row.on_at)
		return NULL;
	TRY(two_factor_store_begin(shop->db, user_id,
	    seal_text(shop->arena, shop->config, context(shop, user_id),
		totp_secret(shop->arena)),
	    &moved));
	if (!moved)
		return fail(STATE_ERROR, "Two-factor sign-in is on already");
	return NULL;
}

struct error *two_factor_begin(
    const struct shop *shop, const struct viewer *viewer, const char *password)
{
	TRY(check_password(shop, viewer, password));
	return TRANSACTION(shop->db, begin_in(shop, viewer->user_id));
}

static struct error *renew_in(
    const struct shop *shop, const struct two_factor_row *row, void *result)
{
	struct recovery_codes *codes = result;

	TRY(recovery_store_clear(shop->db, row->user_id));
	for (size_t i = 0; i < TWO_FACTOR_CODES; i++) {
		const char *code = token_reference(shop->arena);

		TRY(recovery_store_add(shop->db, row->user_id,
		    hash_code(shop, row->user_id, code)));
		codes->items[i] =
		    arena_format(shop->arena, "%.5s-%s", code, code + 5);
	}
	return NULL;
}

static struct error *switch_on_in(
    const struct shop *shop, const struct two_factor_row *row, void *result)
{
	bool moved;

	TRY(two_factor_store_switch_on(
	    shop->db, row->user_id, clock_now(), &moved));
	if (!moved)
		return fail(STATE_ERROR, "Two-factor sign-in is on already");
	/* Programs got theirs for the password alone. */
	TRY(session_store_end_tokens(shop->db, row->user_id, clock_now()));
	return renew_in(shop, row, result);
}

struct error *two_factor_confirm(const struct shop *shop,
    const struct viewer *viewer, const char *code, struct recovery_codes *codes)
{
	return check(shop, viewer->user_id, code, switch_on_in, codes);
}

struct error *two_factor_renew_codes(const struct shop *shop,
    const struct viewer *viewer, const char *password, const char *code,
    struct recovery_codes *codes)
{
	TRY(check_password(shop, viewer, password));
	return check(shop, viewer->user_id, code, renew_in, codes);
}

static struct error *switch_off_in(
    const struct shop *shop, const struct two_factor_row *row, void *result)
{
	(void)result;
	return two_factor_store_switch_off(shop->db, row->user_id);
}

struct error *two_factor_switch_off(const struct shop *shop,
    const struct viewer *viewer, const char *password, const char *code)
{
	TRY(check_password(shop, viewer, password));
	return check(shop, viewer->user_id, code, switch_off_in, NULL);
}

/* ---- a new key ---- */

static struct error *reseal(const struct shop *shop,
    const struct two_factor_row *row, struct resealing *state)
{
	const char *secret;

	state->last = row->user_id;
	if (seal_is_newest(shop->config, row->secret_box))
		return NULL;
	if (open_secret(shop, row, &secret)) {
		log_warn("the second factor of user %lld does not open",
		    (long long)row->user_id);
		state->broken++;
		return NULL;
	}
	state->count++;
	return two_factor_store_reseal(shop->db, row->user_id,
	    seal_text(shop->arena, shop->config, context(shop, row->user_id),
		secret));
}

static struct error *reseal_next(
    const struct shop *shop, struct resealing *state)
{
	struct two_factor_row_list list;

	TRY(two_factor_store_after(shop->db, shop->arena, state->last, &list));
	for (size_t i = 0; i < list.count; i++)
		TRY(reseal(shop, &list.items[i], state));
	return NULL;
}

struct error *two_factor_reseal_all(
    const struct shop *shop, struct resealing *result)
{
	return reseal_all(shop, reseal_next, result);
}
