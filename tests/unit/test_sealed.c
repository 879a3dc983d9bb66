/*
 * What is sealed or signed for members, where it does not open: cards, second
 * factors, parked logins; sessions that are over; and passwords on a site
 * whose data directory cannot be used.
 */
#include "people.h"

#include "account/card.h"
#include "account/session.h"
#include "account/two_factor.h"

/* ---- what is sealed ---- */

static struct saved_card a_card(const char *last_four)
{
	return (struct saved_card){.gateway = "campuspay",
	    .brand = "Visa",
	    .last_four = last_four,
	    .expires = "2090-01",
	    .holder = "N",
	    .address = "Street 1",
	    .token = "tok_valid_x"};
}

static void test_cards(void)
{
	struct viewer ned = join("ned");
	struct saved_card card = a_card("4242");
	struct saved_card_list list;
	struct resealing result;

	ok(error_is(
	       card_save(&site.shop, &(struct viewer){.browser = "b"}, &card),
	       ACCESS_ERROR),
	    "a guest saves no card");
	for (int i = 0; i < CARDS_MOST; i++) {
		card = a_card(arena_format(&site.arena, "%04d", i));
		must(card_save(&site.shop, &ned, &card));
	}
	card = a_card("9999");
	is_refused(card_save(&site.shop, &ned, &card), "card_number",
	    "one card too many");
	must(card_list_usable(&site.shop, &ned, &list));
	is_number((int64_t)list.count, CARDS_MOST, "is not kept");
	site.config.gateways = "later";
	must(card_list_usable(&site.shop, &ned, &list));
	is_number(
	    (int64_t)list.count, 0, "without its gateway a card cannot pay");
	ok(!card_can_add(&site.shop) && !*card_hint(&site.config),
	    "nor is one asked for");
	site.config.gateways = "campuspay";
	ok(card_can_add(&site.shop) &&
		strstr(card_hint(&site.config), "do not type a real card"),
	    "a simulation says that it is one");
	CHANGE("UPDATE saved_card SET token_box = '0.damaged'"
	       " WHERE last_four = '0003' /* scan: */");
	must(card_reseal_all(&site.shop, &result));
	ok(result.count == 0 && result.broken == 1,
	    "a box that does not open is counted and left");
	CHANGE("INSERT INTO saved_card (user_id, gateway, brand, last_four,"
	       " expires, holder, address_box, token_box, created_at)"
	       " SELECT a.user_id, a.gateway, a.brand, a.last_four, a.expires,"
	       " a.holder, a.address_box, '0.damaged', a.created_at"
	       " FROM saved_card a, saved_card b LIMIT 150 /* scan: */");
	must(card_reseal_all(&site.shop, &result));
	is_number(result.broken, 151, "all are looked at, however many");
}

static void test_no_card_gateway(void)
{
	const struct card_text text = {.number = "4242424242424242",
	    .expires = "2040-01",
	    .holder = "N",
	    .type = "",
	    .address = "Street 1"};
	struct card_mistakes mistakes;
	struct saved_card token;
	struct card card;

	ok(card_read(&site.arena, &text, 1700000000, "UTC", &card, &mistakes),
	    "a good card");
	site.config.gateways = "later";
	is_refused(card_tokenise(&site.shop, &card, &token), "card_number",
	    "is not taken where no gateway takes cards");
	is_text(card.number, "", "and its number is wiped");
	site.config.gateways = "campuspay";
}

static void test_broken_factor(void)
{
	struct viewer ole = join("ole");
	struct recovery_codes codes;
	struct two_factor state;
	struct resealing result;
	const char *secret;

	must(two_factor_begin(&site.shop, &ole, PASSWORD));
	must(two_factor_find(&site.shop, &ole, &state));
	secret = state.secret;
	is_refused(two_factor_confirm(&site.shop, &ole, "ABCDE-FGHJK", &codes),
	    "code", "a recovery code does not switch it on");
	CHANGE("UPDATE user SET totp_secret = '0.damaged'"
	       " WHERE username = 'ole' /* scan: */");
	must(two_factor_find(&site.shop, &ole, &state));
	ok(!state.has_begun, "a secret that does not open is as good as none");
	ok(error_is(two_factor_confirm(&site.shop, &ole, "123456", &codes),
	       STORAGE_ERROR),
	    "no code fits it");
	must(two_factor_reseal_all(&site.shop, &result));
	ok(result.count == 0 && result.broken == 1,
	    "a new key counts it and leaves it");
	must(two_factor_begin(&site.shop, &ole, PASSWORD));
	must(two_factor_find(&site.shop, &ole, &state));
	ok(state.has_begun && !text_equal(state.secret, secret),
	    "beginning again makes another");
}

/* Whoever knows a session may not try passwords without end. */
static void test_password_tries(void)
{
	struct viewer pat = join("pat");
	struct error *error = NULL;
	int tries = 0;

	while (tries < 20 && !error_is(error, RATE_LIMIT_ERROR)) {
		error = two_factor_begin(&site.shop, &pat, "wrong");
		tries++;
	}
	ok(tries > 3 && tries < 10, "%d wrong passwords make one wait", tries);
	ok(error_is(
	       two_factor_begin(&site.shop, &pat, PASSWORD), RATE_LIMIT_ERROR),
	    "right ones wait, too");
}

/* ID.REMEMBERED.ENDS.SIGNATURE, or it is no parked login. */
static void test_bent_parking(void)
{
	struct viewer quin = join("quin");
	struct user user = find("quin");
	struct parked_login login;
	const char *text, *rest;

	must(two_factor_park(&site.shop, &user, "browser", false, &text));
	must(two_factor_unpark(&site.shop, text, "browser", &login));
	rest = strchr(text, '.');
	const char *const bent[] = {
	    arena_format(&site.arena, "x%s", rest),
	    arena_format(&site.arena, "%lld.x%s", (long long)user.id,
		strchr(rest + 1, '.')),
	    arena_format(&site.arena, "%lld.0.x%s", (long long)user.id,
		strrchr(text, '.')),
	    arena_format(&site.arena, "%lld.0%s", (long long)user.id,
		strrchr(text, '.')),
	    arena_format(
		&site.arena, "%lld%s", (long long)user.id, strrchr(text, '.')),
	    arena_format(&site.arena, "999999%s", rest),
	};

	for (size_t i = 0; i < COUNT_OF(bent); i++)
		ok(error_is(two_factor_unpark(
				&site.shop, bent[i], "browser", &login),
		       ACCESS_ERROR),
		    "not from %s", bent[i]);
	ok(error_is(
	       two_factor_unpark(&site.shop, text, "", &login), ACCESS_ERROR),
	    "not without a browser's cookie");
	must(account_delete(&site.shop, &quin, PASSWORD));
	ok(error_is(two_factor_unpark(&site.shop, text, "browser", &login),
	       ACCESS_ERROR),
	    "not for who has left");
}

/* ---- sessions ---- */

static void test_sessions(void)
{
	const struct session_place place = {.is_remembered = false};
	struct viewer rex = join("rex");
	struct user user = find("rex");
	const char *first, *second;
	struct session_list list;
	struct viewer viewer = {.browser = ""};

	must(session_begin(&site.shop, &user, &place, &first));
	must(session_begin(&site.shop, &user, &place, &second));
	must(session_find(&site.shop, first, &viewer));
	ok(viewer.user_id == rex.user_id, "signed in from nowhere known");
	CHANGE("UPDATE session SET ends_at = 1 WHERE id ="
	       " (SELECT max(id) FROM session /* scan: */)");
	must(session_list(&site.shop, &viewer, &list));
	is_number((int64_t)list.count, 1, "one that is over is not listed");
	ok(list.items[0].is_current, "the own one is");
}

/* ---- a data directory that cannot be used ---- */

/* Hashing waits in line by lock files: none, no password is judged. */
static void test_without_locks(void)
{
	const char *locks = config_path(&site.arena, &site.config, "locks");
	const char *away = config_path(&site.arena, &site.config, "away");
	const struct registration registration = {.username = "tom",
	    .email = "tom@example.org",
	    .password = PASSWORD};
	struct viewer sue = join("sue");
	const char *secret;
	struct user user;

	must(account_forgot(&site.shop, "sue@example.org"));
	secret = secret_to("sue@example.org");
	if (rename(locks, away) != 0)
		must(fail(STORAGE_ERROR, "the locks cannot be moved"));
	ok(error_is(
	       account_log_in(&site.shop, "sue", PASSWORD, "192.0.2.1", &user),
	       CONFIGURATION_ERROR),
	    "signing in says that the site is at fault");
	ok(error_is(account_register(&site.shop, &registration),
	       CONFIGURATION_ERROR),
	    "so does registering");
	ok(error_is(account_change_password(&site.shop, &sue, PASSWORD,
			"seven purple otters", false),
	       CONFIGURATION_ERROR),
	    "a new password");
	ok(error_is(account_reset(&site.shop, secret, "seven purple otters"),
	       CONFIGURATION_ERROR),
	    "one by mail");
	ok(error_is(two_factor_begin(&site.shop, &sue, PASSWORD),
	       CONFIGURATION_ERROR),
	    "and a second factor");
	if (rename(away, locks) != 0)
		must(fail(STORAGE_ERROR, "the locks cannot be moved"));
	must(account_log_in(&site.shop, "sue", PASSWORD, "192.0.2.1", &user));
	must(account_reset(&site.shop, secret, "seven purple otters"));
}

int main(void)
{
	site_open(&site);
	test_cards();
	test_no_card_gateway();
	test_broken_factor();
	test_password_tries();
	test_bent_parking();
	test_sessions();
	test_without_locks();
	site_close(&site);
	return done_testing();
}
