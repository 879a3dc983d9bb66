/*
 * Mailed secrets, and sessions (R3).
 */
#include "accounts.h"

#include "base/token.h"

static const struct viewer root = {.role = ROLE_ADMIN, .browser = ""};

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

/*
 * An address that was lost to another account, and is one's own again by a
 * newer link, is no news when the first link comes after all.
 */
static void test_proved_again(void)
{
	const struct account_details back = {
	    "", "", "ada", "shared@example.org", false, PASSWORD};
	const struct account_details away = {
	    "", "", "bob", "bob@example.org", false, PASSWORD};
	const char *first;
	bool is_mailed;

	site_open(&site);
	must(register_as("ada", "shared@example.org"));
	first = secret_to("shared@example.org");
	sign_up("bob", "shared@example.org");
	must(account_change(&site.shop, find("bob").id, &away, &is_mailed));
	must(account_verify(&site.shop, secret_to("bob@example.org")));
	is_text(last_mail("shared@example.org").kind, "email_changed",
	    "who moves to another address is told at the old one");
	must(account_change(&site.shop, find("ada").id, &back, &is_mailed));
	must(account_verify(&site.shop, secret_to("shared@example.org")));
	must(account_verify(&site.shop, first));
	is_text(find("ada").email, "shared@example.org", "it stays theirs");
	is_text(last_mail("shared@example.org").kind, "verify_email",
	    "and nobody is told of a change");
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

/* ---- sessions ---- */

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

int main(void)
{
	test_verify();
	test_proving_takes();
	test_proved_again();
	test_takeover();
	test_reset_ends();
	test_secrets_are_wiped();
	test_sessions();
	test_spans();
	return done_testing();
}
