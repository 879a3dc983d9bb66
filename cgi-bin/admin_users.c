/*
 * Accounts: who there is, what they may do, whether they may sign in (R5).
 */
#include "admin.h"

#include "account/account.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/user_store.h"
#include "web/present.h"
#include <inttypes.h>

enum {
	PAGE_SIZE = 50
};

static const struct form_field fields[] = {
    {.name = "q", .label = "Name, user name or email", .type = "search"},
    {.name = "role", .label = "Role"},
    {.name = "page", .label = "Page", .has_no_input = true},
};

static const struct form_field role_fields[] = {
    {.name = "role", .label = "What they may do", .missing = "Choose a role"},
};

static const struct option role_filter[] = {
    {.value = "", .label = "All"},
    {.value = "staff", .label = "Staff"},
    {.value = "admin", .label = "Administrators"},
    {.value = "organiser", .label = "Organisers"},
    {.value = "door", .label = "Door staff"},
    {.value = "user", .label = "Users"},
};

static const struct option roles[] = {
    {.value = "user", .label = "User", .hint = "Buys tickets.", .id = "role"},
    {.value = "door",
	.label = "Door staff",
	.hint = "Checks tickets of the events they are assigned to.",
	.id = "role-door"},
    {.value = "organiser",
	.label = "Organiser",
	.hint = "Runs events of their own.",
	.id = "role-organiser"},
    {.value = "admin",
	.label = "Administrator",
	.hint = "Runs everything: all events, users, settings.",
	.id = "role-admin"},
};

static const struct notice notices[] = {
    {"role", "The role is changed."},
    {"disable", "The account may not sign in any more."},
    {"enable", "The account may sign in again."},
};

static const char *role_label(enum role role)
{
	for (size_t i = 0; i < COUNT_OF(roles); i++)
		if (text_equal(roles[i].value, role_word(role)))
			return roles[i].label;
	return role_word(role);
}

static const char *id_text(struct arena *arena, int64_t id)
{
	return arena_format(arena, "%" PRId64, id);
}

static struct staff_user_row make_row(
    struct arena *arena, const struct user *user)
{
	return (struct staff_user_row){
	    .username = user->username,
	    .url =
		url_local(arena, "/admin/users/{}", id_text(arena, user->id)),
	    .name = account_full_name(arena, user),
	    .email = user->email,
	    .role = role_label(user->role),
	    .is_verified = user->verified_at,
	    .is_staff = user->role > ROLE_USER,
	    .has_two_factor = user->two_factor_at,
	    .is_disabled = user->disabled_at,
	};
}

/* ---- the list ---- */

struct error *staff_show_users(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct staff_users_view view;
	struct user_filter filter;
	struct staff_user_row *rows;
	struct user_list list;
	struct form form;
	int64_t page;

	form_read(&form, arena, fields, COUNT_OF(fields), &request->query);
	TRY(staff_read_page(form_value(&form, "page"), &page));
	TRY(staff_check_choice(
	    &form, "role", role_filter, COUNT_OF(role_filter)));
	filter = (struct user_filter){
	    .text = form_value(&form, "q"),
	    .role = form_value(&form, "role"),
	    .offset = (page - 1) * PAGE_SIZE,
	    .limit = PAGE_SIZE + 1,
	};
	TRY(user_store_search(request->shop.db, arena, &filter, &list));
	view = (struct staff_users_view){
	    .page = staff_page(request, "Users", STAFF_USERS),
	    .q = form_field(&form, "q"),
	    .role =
		staff_select(&form, "role", role_filter, COUNT_OF(role_filter)),
	};
	view.pages = staff_turn_pages(&form, url_local(arena, "/admin/users"),
	    filter.offset, PAGE_SIZE, &list.count);
	rows = arena_array(arena, list.count, sizeof(*rows));
	for (size_t i = 0; i < list.count; i++)
		rows[i] = make_row(arena, &list.items[i]);
	view.users =
	    (struct staff_user_row_list){.items = rows, .count = list.count};
	view_staff_users(&request->response.body, &view);
	return NULL;
}

/* ---- one account ---- */

static struct field_view role_field(const struct form *form)
{
	return staff_select(form, "role", roles, COUNT_OF(roles));
}

static void show_user(struct request *request, const struct user *user,
    const struct form *form, const struct error *error)
{
	struct arena *arena = request->shop.arena;
	const char *id = id_text(arena, user->id);
	struct staff_user_view view = {
	    .page = staff_page(request,
		arena_format(arena, "User - %s", user->username), STAFF_USERS),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .notice = page_notice(request, notices, COUNT_OF(notices)),
	    .is_own = user->id == request->viewer.user_id,
	    .user = make_row(arena, user),
	    .since = present_site_when(
		request->shop.config, user->created_at, WHEN_DATE),
	    .disabled = present_site_when(
		request->shop.config, user->disabled_at, WHEN_SHORT),
	    .role = role_field(form),
	    .role_act = url_local(arena, "/admin/users/{}/role", id),
	    .state_act = user->disabled_at
		? url_local(arena, "/admin/users/{}/enable", id)
		: url_local(arena, "/admin/users/{}/disable", id),
	};

	view.page.has_error = view.box.is_shown;
	view_staff_user(&request->response.body, &view);
}

static struct error *find_user(struct request *request, struct user *user)
{
	int64_t id;

	TRY(staff_read_id(request, &id));
	return account_find(&request->shop, id, user);
}

struct error *staff_show_user(struct request *request)
{
	struct user user;
	struct form form;

	TRY(find_user(request, &user));
	form_start(
	    &form, request->shop.arena, role_fields, COUNT_OF(role_fields));
	form_set(&form, "role", role_word(user.role));
	show_user(request, &user, &form, NULL);
	return NULL;
}

/* Done, or the page once more with what stands in the way. */
static struct error *conclude(struct request *request, const struct user *user,
    struct form *form, const char *done, struct error *error)
{
	struct arena *arena = request->shop.arena;

	if (!error) {
		request_redirect(request,
		    url_local(arena, "/admin/users/{}?done={}",
			id_text(arena, user->id), done));
		return NULL;
	}
	if (!page_take_error(request, form, error))
		return error;
	show_user(request, user, form, error);
	return NULL;
}

struct error *staff_set_role(struct request *request)
{
	struct error *error;
	struct user user;
	struct form form;
	enum role role;

	TRY(find_user(request, &user));
	form_read(&form, request->shop.arena, role_fields,
	    COUNT_OF(role_fields), &request->form);
	if (role_read(form_value(&form, "role"), &role))
		error = account_set_role(
		    &request->shop, &request->viewer, user.id, role);
	else
		error = fail_field("role", "Choose a role");
	return conclude(request, &user, &form, "role", error);
}

static struct error *set_disabled(
    struct request *request, bool is_disabled, const char *done)
{
	struct user user;
	struct form form;

	TRY(find_user(request, &user));
	form_start(
	    &form, request->shop.arena, role_fields, COUNT_OF(role_fields));
	form_set(&form, "role", role_word(user.role));
	return conclude(request, &user, &form, done,
	    account_set_disabled(
		&request->shop, &request->viewer, user.id, is_disabled));
}

struct error *staff_disable_user(struct request *request)
{
	return set_disabled(request, true, "disable");
}

struct error *staff_enable_user(struct request *request)
{
	return set_disabled(request, false, "enable");
}
