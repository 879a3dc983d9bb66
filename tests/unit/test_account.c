/*
 * Accounts with a clock of the test's own: registering (R1, R2), signing in
 * (R3), the first admin (R6), mailed secrets, sessions, and whose bookings
 * are whose (R34).
 */
#include "people.h"

#include "account/account.h"
#include "account/password.h"
#include "account/session.h"
#include "base/clock.h"
#include "base/token.h"
#include "booking/confirm.h"
#include "booking/forget.h"
#include "booking/hold.h"
#include "store/booking_store.h"
#include "store/outbox_store.h"
#include "store/user_store.h"

#define OTHER_PASSWORD "seven purple otters"

static const struct viewer root = {.role = ROLE_ADMIN, .browser = ""};

static void pass_time(int64_t seconds)
{
	site_set_clock(&site, clock_now() + seconds);
}

static struct registration person(const char *username, const char *email)
{
	return (struct registration){.first_name = "Ada",
	    .last_name = "Lovelace",
	    .username = username,
	    .email = email,
	    .password = PASSWORD};
}

static struct error *register_as(const char *username, const char *email)
{
	const struct registration registration = person(username, email);

	return account_register(&site.shop, &registration);
}

static int64_t count_mails(void)
{
	struct mail_list list;

	must(outbox_store_list(site.shop.db, &site.arena, 1000, &list));
	return (int64_t)list.count;
}

static struct error *log_in(const char *login, const char *password)
{
	struct user user;

	return account_log_in(&site.shop, login, password, "192.0.2.1", &user);
}

/* Register, verified by mail. */
static struct user sign_up(const char *username, const char *email)
{
	must(register_as(username, email));
	must(account_verify(&site.shop, secret_to(email)));
	return find(username);
}

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

/* ---- mailed secrets ---- */

static void test_verify(void)
{
	const char *secret, *again;
	struct user user;

	site_open(&site);
	must(register_as("ada", "ada@example.org"));
	secret = secret_to("ada@example.org");
	must(account_check_verify(&site.shop, secret, &user));
	is_text(user.username, "ada", "the page can name the account");
	ok(!find("ada").verified_at, "looking changes nothing");
	ok(error_is(account_verify(&site.shop, "0123"), STATE_ERROR),
	    "a made-up secret");
	ok(error_is(account_check_reset(&site.shop, secret), STATE_ERROR),
	    "it does not reset");
	pass_time(ACCOUNT_VERIFY_HOURS * HOUR);
	ok(error_is(account_verify(&site.shop, secret), STATE_ERROR),
	    "it ends after a day");
	must(account_send_verification(&site.shop, find("ada").id));
	again = secret_to("ada@example.org");
	ok(!text_equal(again, secret), "another one");
	must(account_verify(&site.shop, again));
	ok(find("ada").verified_at, "verified");
	ok(error_is(account_verify(&site.shop, again), STATE_ERROR), "once");
	ok(error_is(
	       account_check_verify(&site.shop, again, &user), STATE_ERROR),
	    "its page says so at once");
	site_close(&site);
}

static void test_proving_takes(void)
{
	const char *squatters;

	site_open(&site);
	must(register_as("squatter", "ada@example.org"));
	squatters = secret_to("ada@example.org");
	sign_up("ada", "ada@example.org");
	is_text(find("squatter").email, "", "who proves it takes the address");
	ok(error_is(account_verify(&site.shop, squatters), STATE_ERROR),
	    "older links of others are dead");
	ok(!log_in("ada@example.org", PASSWORD), "it signs in to the owner");
	site_close(&site);
}

/* A reset takes an unverified account over, and whoever had it is out. */
static void test_takeover(void)
{
	const struct session_place place = {.browser = "thief"};
	struct viewer viewer = {.browser = ""};
	const char *cookie, *secret;
	struct user thief;

	site_open(&site);
	must(register_as("thief", "ada@example.org"));
	thief = find("thief");
	must(session_begin(&site.shop, &thief, &place, &cookie));
	must(account_forgot(&site.shop, " ADA@example.org "));
	is_text(last_mail("ada@example.org").kind, "reset_password", "mail");
	secret = secret_to("ada@example.org");
	must(account_check_reset(&site.shop, secret));
	ok(error_is(account_verify(&site.shop, secret), STATE_ERROR),
	    "it does not verify");
	is_refused(account_reset(&site.shop, secret, "password"), "password",
	    "R2 a weak password");
	must(account_reset(&site.shop, secret, OTHER_PASSWORD));
	ok(find("thief").verified_at, "who resets proves the address");
	is_text(last_mail("ada@example.org").kind, "password_changed", "told");
	ok(error_is(log_in("thief", PASSWORD), ACCESS_ERROR),
	    "the old is dead");
	ok(!log_in("ada@example.org", OTHER_PASSWORD), "the new one works");
	must(session_find(&site.shop, cookie, &viewer));
	ok(viewer.role == ROLE_VISITOR, "the thief's session is over");
	ok(error_is(account_reset(&site.shop, secret, PASSWORD), STATE_ERROR),
	    "a reset works once");
	site_close(&site);
}

static void test_reset_ends(void)
{
	const char *secret;

	site_open(&site);
	sign_up("ada", "ada@example.org");
	must(account_forgot(&site.shop, "ada@example.org"));
	secret = secret_to("ada@example.org");
	pass_time(ACCOUNT_RESET_MINUTES * MINUTE - 10);
	must(account_check_reset(&site.shop, secret));
	pass_time(10);
	ok(error_is(
	       account_reset(&site.shop, secret, OTHER_PASSWORD), STATE_ERROR),
	    "a reset link ends after 30 minutes");
	must(account_forgot(&site.shop, "nobody@example.org"));
	must(account_forgot(&site.shop, "no address"));
	is_text(last_mail("nobody@example.org").kind, "",
	    "R1 an unknown address gets no mail, and no error tells");
	for (int i = 0; i < 10; i++)
		must(account_forgot(&site.shop, "ada@example.org"));
	ok(count_mails() < 8, "nobody's mailbox is filled");
	site_close(&site);
}

static struct error *send_all(int64_t id, bool is_sent)
{
	return is_sent ? outbox_store_sent(site.shop.db, id, clock_now())
		       : outbox_store_give_up(site.shop.db, id, "no");
}

static void test_secrets_are_wiped(void)
{
	struct db_rows rows;

	site_open(&site);
	for (int i = 0; i < 2; i++) {
		const char *email =
		    arena_format(&site.arena, "ada%d@example.org", i);
		const char *secret;

		must(register_as(arena_format(&site.arena, "ada%d", i), email));
		secret = secret_to(email);
		ok(*secret, "a waiting mail has its secret");
		must(TRANSACTION(
		    site.shop.db, send_all(last_mail(email).id, i == 0)));
		ok(!strstr(last_mail(email).snapshot, secret),
		    "one that is %s has not", i == 0 ? "sent" : "dropped");
		must(db_query(site.shop.db, &site.arena, &rows,
		    "SELECT 1 FROM account_token WHERE token_hash = $1",
		    PARAMS(text(secret))));
		is_number((int64_t)rows.count, 0, "nor the table of tokens");
		must(account_verify(&site.shop, secret));
	}
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

/* ---- sessions ---- */

static bool is_in(const char *cookie)
{
	struct viewer viewer = {.browser = ""};

	must(session_find(&site.shop, cookie, &viewer));
	return viewer.user_id != 0;
}

/* It lasts `idle` without a request, and `most` with one now and then. */
static void test_span(
    const char *username, bool is_remembered, int64_t idle, int64_t most)
{
	struct user user = find(username);
	const struct session_place place = {
	    .browser = "span", .is_remembered = is_remembered};
	int64_t step = idle - 5 * MINUTE, passed;
	const char *cookie;

	must(session_begin(&site.shop, &user, &place, &cookie));
	/* The true clock goes on meanwhile: a minute is room for that. */
	pass_time(idle - MINUTE);
	ok(is_in(cookie), "%s: a minute before being idle", username);
	must(session_begin(&site.shop, &user, &place, &cookie));
	pass_time(idle);
	ok(!is_in(cookie), "%s: idle", username);
	must(session_begin(&site.shop, &user, &place, &cookie));
	for (passed = 0; passed + step < most; passed += step) {
		pass_time(step);
		if (!is_in(cookie))
			break;
	}
	ok(passed + step >= most, "%s: lasts while used", username);
	pass_time(most - passed);
	ok(!is_in(cookie), "%s: the absolute end", username);
}

static void test_sessions(void)
{
	const struct session_place place = {.browser = "one",
	    .address = "192.0.2.1",
	    .user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) "
			  "Gecko/20100101 Firefox/128.0"};
	const struct session_place phone = {.browser = "two",
	    .user_agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS "
			  "X) Version/17.0 Mobile/15E148 Safari/604.1"};
	struct viewer viewer = {.browser = "one"}, stranger;
	const char *cookie, *again, *mobile;
	struct session_list list;
	struct db_rows rows;
	struct user user;

	site_open(&site);
	user = sign_up("ada", "ada@example.org");
	stranger = (struct viewer){.user_id = sign_up("eve", "eve@x.org").id};
	must(session_begin(&site.shop, &user, &place, &cookie));
	is_number((int64_t)strlen(cookie), TOKEN_ID_LENGTH, "128 bits");
	must(db_query(site.shop.db, &site.arena, &rows,
	    "SELECT 1 FROM session WHERE token_hash = $1",
	    PARAMS(text(cookie))));
	is_number((int64_t)rows.count, 0, "its hash alone is kept");
	must(session_begin(&site.shop, &user, &place, &again));
	ok(!is_in(cookie) && is_in(again), "a new one at each login");
	must(session_begin(&site.shop, &user, &phone, &mobile));
	must(session_find(&site.shop, again, &viewer));
	must(session_list(&site.shop, &viewer, &list));
	is_number((int64_t)list.count, 2, "two browsers");
	is_text(list.items[0].device, "Safari on iPhone", "the phone");
	is_text(list.items[1].device, "Firefox on Linux", "the computer");
	ok(list.items[1].is_current && !list.items[0].is_current, "current");
	ok(error_is(session_end_one(&site.shop, &stranger, list.items[0].id),
	       NOT_FOUND_ERROR),
	    "R34 somebody else's is not found");
	must(session_end_one(&site.shop, &viewer, list.items[0].id));
	ok(!is_in(mobile) && is_in(again), "one of them ends");
	must(session_end(&site.shop, &viewer));
	ok(!is_in(again), "logging out ends it");
	must(session_end(&site.shop, &viewer));
	ok(!is_in("") && !is_in("0123") && !is_in(NULL), "no such session");
	site_close(&site);
}

static void test_spans(void)
{
	const struct session_place place = {.browser = "staff"};
	const char *cookie;
	struct user user;

	site_open(&site);
	user = sign_up("ada", "ada@example.org");
	test_span("ada", false, 12 * HOUR, 12 * HOUR);
	test_span("ada", true, 30 * DAY, 90 * DAY);
	must(session_begin(&site.shop, &user, &place, &cookie));
	must(account_set_role(&site.shop, &root, user.id, ROLE_DOOR));
	ok(!is_in(cookie), "other rights, another session");
	test_span("ada", true, 30 * MINUTE, 12 * HOUR);
	user = find("ada");
	must(session_begin(&site.shop, &user, &place, &cookie));
	must(account_set_disabled(&site.shop, &root, user.id, true));
	ok(!is_in(cookie), "a disabled user is out");
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

/* ---- whose bookings ---- */

/* A free event of somebody's; 0: of nobody's. */
static void add_show(const char *slug, int64_t owner_id)
{
	struct event event = event_of(slug);

	event.tiers = one_tier(0, 0);
	event.owner_id = owner_id;
	add_event(event);
}

static struct error *confirm(struct booking *booking)
{
	bool moved;

	return confirm_booking_in(&site.shop, booking, clock_now(), &moved);
}

/* Book and confirm. */
static struct booking book(
    const struct viewer *viewer, const char *event, const char *email)
{
	struct order order = order_of(viewer, event, "general");
	struct booking booking;

	order.email = email;
	order.name = "Ada Lovelace";
	must(hold_place(&site.shop, &order, &booking));
	must(TRANSACTION(site.shop.db, confirm(&booking)));
	return booking;
}

static bool sees(const struct viewer *viewer, const struct booking *booking)
{
	struct booking found;

	return booking_store_find(site.shop.db, &site.arena, booking->reference,
		   viewer, &found) == NULL;
}

static size_t count_own(const struct viewer *viewer)
{
	struct booking_list list;

	must(booking_store_list(site.shop.db, &site.arena, viewer, &list));
	return list.count;
}

static void test_own_bookings(void)
{
	struct viewer ada = {.role = ROLE_USER, .browser = "shared"};
	const struct viewer next = {.browser = "shared"};
	const struct viewer abroad = {.role = ROLE_USER, .browser = "else"};
	struct viewer anywhere = abroad, eve = abroad;
	struct booking booking;

	site_open(&site);
	add_show("show", 0);
	ada.user_id = anywhere.user_id = sign_up("ada", "ada@example.org").id;
	eve.user_id = sign_up("eve", "eve@example.org").id;
	booking = book(&ada, "show", "ada@example.org");
	ok(sees(&ada, &booking) && sees(&anywhere, &booking),
	    "R34 the account's, in each browser");
	ok(!sees(&next, &booking) && count_own(&next) == 0,
	    "R34 not of the next person at the browser");
	ok(!sees(&eve, &booking) && count_own(&eve) == 0,
	    "R34 not of another account");
	site_close(&site);
}

static void test_staff(void)
{
	struct viewer owner = {.role = ROLE_ORGANISER, .browser = ""};
	struct viewer other = owner, door = owner, admin = owner;
	const struct viewer guest = {.browser = "guest"};
	struct booking booking;

	site_open(&site);
	owner.user_id = sign_up("owner", "owner@example.org").id;
	other.user_id = sign_up("other", "other@example.org").id;
	door.user_id = sign_up("door", "door@example.org").id;
	admin.user_id = sign_up("admin", "admin@example.org").id;
	door.role = ROLE_DOOR;
	admin.role = ROLE_ADMIN;
	add_show("show", owner.user_id);
	booking = book(&guest, "show", "guest@example.org");
	ok(sees(&owner, &booking), "organisers see those of their events");
	ok(!sees(&other, &booking), "and of no others");
	ok(sees(&admin, &booking), "admins see all");
	ok(!sees(&door, &booking), "the door sees none");
	ok(count_own(&owner) == 0 && count_own(&admin) == 0,
	    "R34 none of them is their own");
	site_close(&site);
}

static void test_joining(void)
{
	const struct viewer guest = {.browser = "guest"};
	struct viewer ada = {.role = ROLE_USER, .browser = "home"};
	struct viewer spy = {.role = ROLE_USER, .browser = "spy"};
	struct booking before, between, after, unfinished;

	site_open(&site);
	add_show("show", 0);
	before = book(&guest, "show", "ada@example.org");
	must(register_as("ada", "ada@example.org"));
	must(register_as("spy", "ada@example.org"));
	ada.user_id = find("ada").id;
	spy.user_id = find("spy").id;
	between = book(&guest, "show", "ada@example.org");
	ok(!sees(&ada, &before) && !sees(&ada, &between),
	    "R34 to say an address is not to have it");
	must(account_send_verification(&site.shop, ada.user_id));
	must(account_verify(&site.shop, secret_to("ada@example.org")));
	ok(sees(&ada, &before) && sees(&ada, &between),
	    "R34 a guest's booking joins who proves it");
	ok(sees(&guest, &before), "R34 the guest keeps it");
	after = book(&guest, "show", "ada@example.org");
	ok(sees(&ada, &after), "R34 later ones join as they are confirmed");
	ok(!sees(&spy, &before) && !sees(&spy, &after),
	    "R34 nobody else sees them");
	must(booking_store_unfinished(
	    site.shop.db, &site.arena, &ada, clock_now(), &unfinished));
	is_number(unfinished.id, 0, "R30 nor are others' holds in her way");
	site_close(&site);
}

/* ---- being forgotten ---- */

static void test_delete(void)
{
	const struct session_place place = {.browser = "a"};
	struct viewer ada = {.browser = "a"};
	struct booking booking, kept;
	const char *cookie, *findings;
	struct user user;

	site_open(&site);
	add_show("show", 0);
	user = sign_up("ada", "ada@example.org");
	must(session_begin(&site.shop, &user, &place, &cookie));
	must(session_find(&site.shop, cookie, &ada));
	booking = book(&ada, "show", "ada@example.org");
	is_refused(account_delete(&site.shop, &ada, "wrong"), "current",
	    "not without the password");
	must(account_delete(&site.shop, &ada, PASSWORD));
	ok(!is_in(cookie) && find("ada").id == 0, "gone");
	ok(error_is(log_in("ada@example.org", PASSWORD), ACCESS_ERROR), "gone");
	kept = again(&booking);
	is_text(kept.name, "Ada Lovelace", "for the event they are needed");
	must(user_store_check(site.shop.db, &site.arena, &findings));
	is_text(findings, "", "nothing else is left");
	pass_time(11 * DAY);
	must(forget_sweep(&site.shop));
	kept = again(&booking);
	is_text(kept.name, "", "after it the name goes");
	is_text(kept.email, "", "and the email");
	is_text(kept.tickets.items[0].holder_name, "", "and the holder");
	is_text(last_mail("ada@example.org").kind, "", "and mails");
	must(register_as("ada", "ada@example.org"));
	ok(find("ada").id != user.id, "somebody may begin anew");
	site_close(&site);
}

static void test_unsubscribe(void)
{
	struct registration registration = person("ada", "ada@example.org");
	const char *key;
	struct user user;

	site_open(&site);
	registration.wants_promotions = true;
	must(account_create(&site.shop, &registration, ROLE_USER, true, &user));
	ok(find("ada").promotions_at, "said yes");
	key = account_unsubscribe_key(&site.shop, user.id);
	ok(error_is(account_unsubscribe(&site.shop, "1-0123"), STATE_ERROR),
	    "a made-up key");
	ok(error_is(account_unsubscribe(&site.shop, ""), STATE_ERROR), "none");
	must(account_unsubscribe(&site.shop, key));
	ok(!find("ada").promotions_at, "no more mails");
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
	test_verify();
	test_proving_takes();
	test_takeover();
	test_reset_ends();
	test_secrets_are_wiped();
	test_change();
	test_change_password();
	test_sessions();
	test_spans();
	test_first_admin();
	test_own_bookings();
	test_staff();
	test_joining();
	test_delete();
	test_unsubscribe();
	return done_testing();
}
