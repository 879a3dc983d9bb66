#include "verbs.h"

#include "account/account.h"
#include "base/text.h"
#include "store/user_store.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- adding ---- */

/* The one line of standard input. */
/* Who sits at the command line is nobody's account. */
static const struct viewer operator= {.role = ROLE_ADMIN, .browser = ""};

static struct error *read_password(struct arena *arena, const char **password)
{
	enum {
		LARGEST = 16 * 1024
	};
	char *text = arena_alloc(arena, LARGEST + 1);
	size_t size = fread(text, 1, LARGEST, stdin);

	if (size > 0 && text[size - 1] == '\n')
		text[--size] = '\0';
	if (strlen(text) != size || strchr(text, '\n') || size >= LARGEST - 1)
		return fail(VALIDATION_ERROR,
		    "Standard input must be one line of text, the password");
	*password = text;
	return NULL;
}

/* What the options of `user add` say. */
struct new_user {
	const char *role;
	const char *username;
	const char *email;
	bool has_password; /* --password-stdin */
};

static struct error *read_options(int count, char **words, struct new_user *new)
{
	const struct {
		const char *name;
		const char **value;
	} options[] = {
	    {"--role", &new->role},
	    {"--username", &new->username},
	    {"--email", &new->email},
	};

	for (int i = 0; i < count; i++) {
		size_t option = 0;

		if (text_equal(words[i], "--password-stdin")) {
			new->has_password = true;
			continue;
		}
		while (option < COUNT_OF(options) &&
		    !text_equal(options[option].name, words[i]))
			option++;
		if (option == COUNT_OF(options) || i + 1 == count)
			return fail(REQUEST_ERROR,
			    "user add: \"%s\" is not understood", words[i]);
		*options[option].value = words[++i];
	}
	if (!new->role || !new->username || !new->email || !new->has_password)
		return fail(REQUEST_ERROR,
		    "user add: --role, --username, --email and "
		    "--password-stdin are needed");
	return NULL;
}

static struct error *read_role(const char *word, enum role *role)
{
	if (role_read(word, role))
		return NULL;
	return fail(VALIDATION_ERROR,
	    "\"%s\" is no role: user, door, organiser or admin", word);
}

struct error *verb_user_add(struct call *call)
{
	const struct shop *shop = &call->shop;
	struct registration registration = {.first_name = ""};
	struct new_user new = {.role = NULL};
	struct user user;
	enum role role;

	TRY(read_options(call->argument_count, call->arguments, &new));
	TRY(read_role(new.role, &role));
	TRY(read_password(shop->arena, &registration.password));
	registration.username = new.username;
	registration.email = new.email;
	TRY(account_create(shop, &registration, role, true, &user));
	printf("%s is added: %s\n", user.username, role_word(role));
	return NULL;
}

/* ---- the others ---- */

struct error *verb_user_list(struct call *call)
{
	const struct shop *shop = &call->shop;
	struct user_list list;

	TRY(user_store_list(shop->db, shop->arena, &list));
	for (size_t i = 0; i < list.count; i++) {
		const struct user *user = &list.items[i];

		printf("%" PRId64 "  %s  %s  %s%s%s%s\n", user->id,
		    user->username, *user->email ? user->email : "-",
		    role_word(user->role),
		    user->verified_at ? "" : "  not verified",
		    user->two_factor_at ? "  two-factor" : "",
		    user->disabled_at ? "  disabled" : "");
	}
	return NULL;
}

static struct error *find_user(
    const struct shop *shop, const char *username, struct user *user)
{
	TRY(user_store_find_username(shop->db, shop->arena, username, user));
	if (user->id == 0)
		return fail(NOT_FOUND_ERROR, "There is no user %s", username);
	return NULL;
}

struct error *verb_user_role(struct call *call)
{
	const struct shop *shop = &call->shop;
	struct user user;
	enum role role;

	TRY(read_role(call->arguments[1], &role));
	TRY(find_user(shop, call->arguments[0], &user));
	TRY(account_set_role(shop, &operator, user.id, role));
	printf("%s is %s now\n", user.username, role_word(role));
	return NULL;
}

static struct error *set_disabled(struct call *call, bool is_disabled)
{
	struct user user;

	TRY(find_user(&call->shop, call->arguments[0], &user));
	TRY(account_set_disabled(&call->shop, &operator, user.id, is_disabled));
	printf(
	    "%s is %s\n", user.username, is_disabled ? "disabled" : "enabled");
	return NULL;
}

struct error *verb_user_disable(struct call *call)
{
	return set_disabled(call, true);
}

struct error *verb_user_enable(struct call *call)
{
	return set_disabled(call, false);
}

struct error *users_make_first_admin(const struct shop *shop)
{
	struct user admin;

	TRY(account_make_first_admin(shop, &admin));
	if (admin.id)
		printf("%s is the first admin\n", admin.username);
	if (*shop->config->admin_password)
		fprintf(stderr,
		    "campuspass: a password stands in campuspass.conf: remove "
		    "admin_password, it is not needed any more\n");
	return NULL;
}
