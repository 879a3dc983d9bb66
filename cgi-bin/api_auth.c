/*
 * The sign-in calls (R8): an account and its tokens for programs. Errors are
 * {"detail": message}.
 */
#include "api.h"

#include "account/account.h"
#include "account/bearer.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/limit.h"
#include "web/json.h"

/* ---- the face ---- */

static const struct kind_status statuses[] = {
    {AVAILABILITY_ERROR, 409},
    {PAYMENT_ERROR, 502},
    {PAYMENT_DECLINED_ERROR, 402},
    {PAYMENT_PENDING_ERROR, 409},
    {PAYMENT_OUTAGE_ERROR, 503},
};

static void render_detail(struct request *request, const struct error *error)
{
	json_begin(request);
	json_answer(request, json_pack("{s:s}", "detail", error->message));
}

const struct face detail_face = {
    .statuses = statuses,
    .status_count = COUNT_OF(statuses),
    .fallback = 400,
    .render = render_detail,
};

/* ---- reading ---- */

/* A text of the body; VALIDATION_ERROR when it is not there. */
static struct error *read_text(
    const json_t *body, const char *name, const char **text)
{
	*text = json_string_value(json_object_get(body, name));
	if (!text_is_empty(*text))
		return NULL;
	return fail_field(name, "%s is required", name);
}

/* ---- answering ---- */

static json_t *show_user(const struct user *user)
{
	return json_pack("{s:s, s:s, s:I}", "email", user->email, "username",
	    user->username, "id", (json_int_t)user->id);
}

static void answer_tokens(
    struct request *request, const struct bearer_tokens *tokens)
{
	json_answer(request,
	    json_pack("{s:s, s:s, s:s, s:s}", "Status", "Success",
		"access_token", tokens->access, "refresh_token",
		tokens->refresh, "token_type", "bearer"));
}

/* ---- the calls ---- */

/*
 * This answer tells which addresses have accounts, as the page never does:
 * so it is not given often.
 */
static struct error *take_registration(const struct request *request)
{
	static const struct limit_rate rate = {.name = "registrations by API",
	    .burst = 60,
	    .seconds = HOUR,
	    .count = 60};

	return limit_take(request->shop.config, &rate,
	    limit_network(request->shop.arena, request->remote), clock_now());
}

struct error *auth_register(struct request *request)
{
	struct registration registration = {.first_name = "", .last_name = ""};
	struct user user;
	json_t *body;

	json_begin(request);
	TRY(json_read_body(request, &body));
	TRY(read_text(body, "username", &registration.username));
	TRY(read_text(body, "email", &registration.email));
	TRY(read_text(body, "password", &registration.password));
	TRY(take_registration(request));
	TRY(account_create(
	    &request->shop, &registration, ROLE_USER, false, &user));
	json_answer(request,
	    json_pack(
		"{s:s, s:o}", "Status", "Success", "User", show_user(&user)));
	return NULL;
}

struct error *auth_login(struct request *request)
{
	const char *email, *password;
	struct bearer_tokens tokens;
	struct error *error;
	struct user user;
	json_t *body;

	json_begin(request);
	TRY(json_read_body(request, &body));
	TRY(read_text(body, "email", &email));
	TRY(read_text(body, "password", &password));
	error = account_log_in(
	    &request->shop, email, password, request->remote, &user);
	if (error_is(error, ACCESS_ERROR))
		return fail(LOGIN_ERROR, "%s", error->message);
	TRY(error);
	if (user.two_factor_at)
		return fail(LOGIN_ERROR,
		    "This account asks for a code at login: programs cannot "
		    "sign in to it");
	TRY(bearer_begin(&request->shop, &user, &tokens));
	answer_tokens(request, &tokens);
	return NULL;
}

struct error *auth_refresh(struct request *request)
{
	struct bearer_tokens tokens;
	const char *refresh;
	json_t *body;

	json_begin(request);
	TRY(json_read_body(request, &body));
	TRY(read_text(body, "refresh_token", &refresh));
	TRY(bearer_refresh(&request->shop, refresh, &tokens));
	answer_tokens(request, &tokens);
	return NULL;
}

struct error *auth_show_me(struct request *request)
{
	struct user user;

	json_begin(request);
	TRY(account_find(&request->shop, request->viewer.user_id, &user));
	json_answer(request, show_user(&user));
	return NULL;
}
