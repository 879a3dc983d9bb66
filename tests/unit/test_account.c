/*
 * Accounts: registering (R1, R2), signing in (R3), the first admin (R6), and
 * one's own details.
 */
#include "accounts.h"

#include "account/password.h"

static const struct viewer root = {.role = ROLE_ADMIN, .browser = ""};

/* ---- registering ---- */

static void test_register(void)
{
	struct user user;

	site_open(&site);
	must(register_as("  Ada.L ", "  Ada@Example.ORG "));
	user = find("ada.l");
	is_text(user.username, "Ada.L", "R1 the name as typed");
	is_text(user.email, "ada@example.org", "R1 the email folded");
	is_text(user.first_name, "Ada", "R1 first name");
	ok(user.role == ROLE_USER && !user.verified_at, "R1 not verified yet");
	is_text(last_mail("ada@example.org").kind, "verify_email", "R1 mail");
	is_refused(register_as("ADA.l", "else@example.org"), "username",
	    "R1 a taken user name, whatever the case");
	site_close(&site);
}

/* What a stranger can see is the same for a taken email and a free one. */
static void test_register_taken(void)
{
	site_open(&site);
	sign_up("ada", "ada@example.org");
	must(register_as("spy1", "ada@example.org"));
	must(register_as("spy2", "nobody@example.org"));
	is_text(last_mail("ada@example.org").kind, "taken_email",
	    "R1 the owner of a taken email is told");
	is_text(secret_to("ada@example.org"), "", "R1 without a secret");
	is_refused(register_as("spy1", "a@example.org"), "username",
	    "R1 the name is used up for the one");
	is_refused(register_as("spy2", "a@example.org"), "username",
	    "R1 and for the other");
	ok(!log_in("spy1", PASSWORD), "R1 one can sign in to the one");
	ok(!log_in("spy2", PASSWORD), "R1 and to the other");
	is_text(find("spy1").email, "ada@example.org", "R1 which shows it");
	ok(find("ada").verified_at && !find("spy1").verified_at,
	    "R1 the address is who proved it's");
	must(account_send_verification(&site.shop, find("spy1").id));
	is_text(secret_to("ada@example.org"), "", "R1 nor asked for again");
	site_close(&site);
}

static void test_register_refused(void)
{
	static const struct {
		const char *username, *email, *field;
	} rows[] = {
	    {"ad", "a@example.org", "username"},
	    {"", "a@example.org", "username"},
	    {"ada@home", "a@example.org", "username"},
	    {"1ada", "a@example.org", "username"},
	    {"ada lovelace", "a@example.org", "username"},
	    {"\u0430da", "a@example.org", "username"}, /* Cyrillic a */
	    {"abcdefghijabcdefghijabcdefghijk", "a@example.org", "username"},
	    {"ada", "a.example.org", "email"},
	    {"ada", "", "email"},
	    {"ada", "a@b\x07.org", "email"},
	};
	struct registration registration = person("ada", "a@example.org");

	site_open(&site);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_refused(register_as(rows[i].username, rows[i].email),
		    rows[i].field, "R2 the field is named");
	registration.first_name = "A\nda";
	is_refused(account_register(&site.shop, &registration), "first_name",
	    "R2 control characters");
	registration = person("zebra", "orchard@example.org");
	registration.password = "my orchard key";
	is_refused(account_register(&site.shop, &registration), "password",
	    "R2 the mailbox is in it");
	registration.password = NULL;
	is_refused(
	    account_register(&site.shop, &registration), "password", "R2 none");
	ok(find("zebra").id == 0 && count_mails() == 0, "R2 nothing is kept");
	site_close(&site);
}

static void test_create(void)
{
	struct registration registration = person("ada", "ada@example.org");
	struct user user;

	site_open(&site);
	must(register_as("squatter", "ada@example.org"));
	is_refused_as(
	    account_create(&site.shop, &registration, ROLE_USER, false, &user),
	    STATE_ERROR, "email", "R1 who may tell, tells");
	must(account_create(
	    &site.shop, &registration, ROLE_ORGANISER, true, &user));
	ok(user.verified_at && find("ada").role == ROLE_ORGANISER,
	    "the operator's word proves the address");
	is_text(find("squatter").email, "", "and takes it from who did not");
	registration.email = "else@example.org";
	is_refused_as(
	    account_create(&site.shop, &registration, ROLE_USER, false, &user),
	    STATE_ERROR, "username", "R1 a taken name");
	site_close(&site);
}

/* ---- signing in ---- */

static void test_log_in(void)
{
	static const char *const wrong[][2] = {{"ada", "wrong"},
	    {"nobody", PASSWORD}, {"nobody@example.org", PASSWORD},
	    {"no@email@at", PASSWORD}, {"", ""}, {"ada", ""}};
	const char *message = NULL;
	struct error *error;
	struct user user;

	site_open(&site);
	sign_up("Ada", "ada@example.org");
	must(account_log_in(&site.shop, " ADA ", PASSWORD, "192.0.2.1", &user));
	is_text(user.username, "Ada", "R3 by name, whatever the case");
	must(account_log_in(
	    &site.shop, "ADA@example.org", PASSWORD, "192.0.2.1", &user));
	is_text(user.username, "Ada", "R3 by email");
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		error = log_in(wrong[i][0], wrong[i][1]);

		if (!ok(error_is(error, ACCESS_ERROR), "R3 refused"))
			continue;
		message =
		    message ? message : arena_copy(&site.arena, error->message);
		is_text(error->message, message, "R3 one message");
		ok(error->field_count == 0, "R3 and nothing beside it");
	}
	must(account_set_disabled(&site.shop, &root, find("ada").id, true));
	error = log_in("ada", PASSWORD);
	is_text(error ? error->message : NULL, message,
	    "R3 the same for a disabled account");
	must(account_set_disabled(&site.shop, &root, find("ada").id, false));
	ok(!log_in("ada", PASSWORD), "R3 until it is enabled");
	site_close(&site);
}

/* From addresses net.first, net.first + step ... until it has to wait. */
static struct error *fail_often(
    const char *login, const char *net, int first, int step, int times)
{
	struct error *error = NULL;
	struct user user;

	for (int i = 0; i < times && !error_is(error, RATE_LIMIT_ERROR); i++)
		error = account_log_in(&site.shop, login, "wrong",
		    arena_format(&site.arena, "%s.%d", net, first + i * step),
		    &user);
	return error;
}

static void test_waits(void)
{
	struct error *error;
	struct user user;

	site_open(&site);
	sign_up("ada", "ada@example.org");
	sign_up("bert", "bert@example.org");
	error = fail_often("ada", "192.0.2", 7, 0, 8);
	ok(error_is(error, RATE_LIMIT_ERROR), "R3 who fails often, waits");
	error = account_log_in(&site.shop, "ada", PASSWORD, "192.0.2.7", &user);
	ok(error_is(error, RATE_LIMIT_ERROR), "R3 also with the right one");
	ok(!log_in("ada", PASSWORD), "R3 from elsewhere she gets in");
	error = fail_often("ghost", "192.0.2", 8, 0, 8);
	ok(error_is(error, RATE_LIMIT_ERROR), "R3 so does an unknown name");
	pass_time(HOUR);
	error = fail_often("bert", "198.51.100", 1, 1, 40);
	ok(error_is(error, RATE_LIMIT_ERROR), "R3 from many places, too");
	pass_time(31);
	ok(!log_in("bert", PASSWORD), "R3 but never longer than 30 seconds");
	site_close(&site);
}

/* ---- one's own account ---- */

static void test_change(void)
{
	struct account_details details = {.first_name = "Augusta",
	    .last_name = "King",
	    .username = "augusta",
	    .email = "ada@example.org",
	    .wants_promotions = true};
	struct user user;
	bool is_mailed;

	site_open(&site);
	user = sign_up("ada", "ada@example.org");
	sign_up("bert", "bert@example.org");
	must(account_change(&site.shop, user.id, &details, &is_mailed));
	ok(!is_mailed && find("augusta").promotions_at, "details change");
	details.username = "BERT";
	is_refused(account_change(&site.shop, user.id, &details, &is_mailed),
	    "username", "but not to a taken name");
	details.username = "Augusta";
	details.email = "king@example.org";
	is_refused(account_change(&site.shop, user.id, &details, &is_mailed),
	    "current", "nor to a new address without the password");
	details.current = PASSWORD;
	must(account_change(&site.shop, user.id, &details, &is_mailed));
	ok(is_mailed, "a new address is to be proved");
	is_text(find("augusta").email, "ada@example.org", "the old one holds");
	must(account_verify(&site.shop, secret_to("king@example.org")));
	is_text(find("augusta").email, "king@example.org", "then the new one");
	is_text(last_mail("ada@example.org").kind, "email_changed",
	    "the old address is told");
	details.email = "bert@example.org";
	must(account_change(&site.shop, user.id, &details, &is_mailed));
	ok(is_mailed, "R1 a taken address looks the same");
	is_text(last_mail("bert@example.org").kind, "taken_email", "R1 told");
	site_close(&site);
}

static void test_change_password(void)
{
	const struct session_place here = {.browser = "a"},
				   there = {.browser = "b"};
	struct viewer viewer = {.browser = "a"}, other = {.browser = "b"};
	const char *cookie, *far;
	struct user user;

	site_open(&site);
	user = sign_up("ada", "ada@example.org");
	must(session_begin(&site.shop, &user, &here, &cookie));
	must(session_begin(&site.shop, &user, &there, &far));
	must(session_find(&site.shop, cookie, &viewer));
	is_refused(account_change_password(
		       &site.shop, &viewer, "wrong", OTHER_PASSWORD, false),
	    "current", "R2 the one so far is wrong");
	is_refused(account_change_password(
		       &site.shop, &viewer, PASSWORD, "12345678", false),
	    "password", "R2 the new one is weak");
	must(account_change_password(
	    &site.shop, &viewer, PASSWORD, OTHER_PASSWORD, true));
	must(session_find(&site.shop, far, &other));
	ok(other.user_id == user.id, "other sessions are kept if so wished");
	must(account_change_password(
	    &site.shop, &viewer, OTHER_PASSWORD, PASSWORD, false));
	must(session_find(&site.shop, far, &other));
	ok(other.user_id == 0, "else they end");
	must(session_find(&site.shop, cookie, &viewer));
	ok(viewer.user_id == user.id, "one's own stays");
	is_text(last_mail("ada@example.org").kind, "password_changed", "told");
	for (int i = 0; i < 6; i++)
		if (!account_change_password(
			&site.shop, &viewer, "wrong", OTHER_PASSWORD, false))
			ok(false, "a wrong one is refused");
	ok(error_is(account_change_password(
			&site.shop, &viewer, PASSWORD, OTHER_PASSWORD, false),
	       RATE_LIMIT_ERROR),
	    "who guesses at it waits");
	site_close(&site);
}

/* ---- the first admin ---- */

static void test_first_admin(void)
{
	struct user admin;

	site_open(&site);
	must(account_make_first_admin(&site.shop, &admin));
	is_number(admin.id, 0, "R6 nobody by default");
	site.config.admin_email = "root@example.org";
	site.config.admin_username = "root";
	must(account_make_first_admin(&site.shop, &admin));
	is_number(admin.id, 0, "R6 there is no default password");
	site.config.admin_password = "password1";
	is_refused(account_make_first_admin(&site.shop, &admin), "password",
	    "R6 nor a weak one");
	site.config.admin_password = PASSWORD;
	must(account_make_first_admin(&site.shop, &admin));
	ok(find("root").role == ROLE_ADMIN, "R6 from the configuration");
	ok(!log_in("root", PASSWORD), "R6 who can sign in");
	site.config.admin_username = "second";
	site.config.admin_email = "second@example.org";
	must(account_make_first_admin(&site.shop, &admin));
	is_number(admin.id, 0, "R6 once");
	ok(error_is(
	       account_set_role(&site.shop, &root, find("root").id, ROLE_USER),
	       STATE_ERROR),
	    "the last admin stays one");
	ok(error_is(
	       account_set_disabled(&site.shop, &root, find("root").id, true),
	       STATE_ERROR),
	    "and is not shut out");
	setenv("ADMIN_EMAIL", "third@example.org", true);
	CHANGE("UPDATE user SET role = 'user' /* scan: */");
	must(account_make_first_admin(&site.shop, &admin));
	is_text(admin.email, "third@example.org",
	    "R6 the environment goes before the file");
	unsetenv("ADMIN_EMAIL");
	site_close(&site);
}

int main(void)
{
	test_register();
	test_register_taken();
	test_register_refused();
	test_create();
	test_log_in();
	test_waits();
	test_change();
	test_change_password();
	test_first_admin();
	return done_testing();
}
