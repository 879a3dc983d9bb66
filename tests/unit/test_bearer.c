/*
 * Bearer tokens (R8): what is accepted, what is forged, expired, used twice,
 * and what ends with a user's rights.
 */
#include "account/bearer.h"
#include "base/clock.h"
#include "base/token.h"
#include "stage.h"
#include "store/refresh_store.h"
#include "store/session_store.h"
#include <sodium.h>

enum {
	ADA = 1,
	BOB = 2,
};

/* The program's clock, so far from the system's. */
static void move_clock(int64_t seconds)
{
	site_set_clock(&site, (int64_t)time(NULL) + seconds);
}

static struct bearer_tokens begin(int64_t user_id)
{
	const struct user user = {.id = user_id};
	struct bearer_tokens tokens;

	must(bearer_begin(&site.shop, &user, &tokens));
	return tokens;
}

/* Whom does it name? 0: it is refused, as such tokens are. */
static int64_t holder(const char *access)
{
	struct viewer viewer = {.role = ROLE_VISITOR, .browser = ""};
	struct error *error = bearer_find(&site.shop, access, &viewer);

	if (!error)
		return viewer.user_id;
	if (!error_is(error, LOGIN_ERROR) || viewer.role != ROLE_VISITOR)
		return -1;
	return 0;
}

static bool refreshes(const char *refresh, struct bearer_tokens *tokens)
{
	struct error *error = bearer_refresh(&site.shop, refresh, tokens);

	if (error && !error_is(error, LOGIN_ERROR))
		must(error);
	return !error;
}

static void test_good(void)
{
	struct bearer_tokens ada = begin(ADA), bob = begin(BOB);
	struct viewer viewer = {.role = ROLE_VISITOR, .browser = ""};

	is_number(holder(ada.access), ADA, "R8 a token names its user");
	is_number(holder(bob.access), BOB, "R8 another one another");
	must(bearer_find(&site.shop, bob.access, &viewer));
	is_number(viewer.role, ROLE_ORGANISER, "R8 the role is the user's");
	CHANGE("UPDATE user SET role = 'user' WHERE id = 2");
	must(bearer_find(&site.shop, bob.access, &viewer));
	is_number(viewer.role, ROLE_USER, "R8 a changed role counts at once");
	CHANGE("UPDATE user SET role = 'organiser' WHERE id = 2");
}

/* ---- forgeries ---- */

static const char *base64(const char *text)
{
	size_t size = sodium_base64_encoded_len(
	    strlen(text), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *result = arena_alloc(&site.arena, size);

	return sodium_bin2base64(result, size, (const unsigned char *)text,
	    strlen(text), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* A text signed with a key. */
static const char *sign(const char *text, const unsigned char *key)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	char signature[64];
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, TOKEN_KEY_BYTES);
	crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)text, strlen(text));
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_bin2base64(signature, sizeof(signature), mac, sizeof(mac),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return arena_format(&site.arena, "%s.%s", text, signature);
}

/* header.payload signed with a key. */
static const char *forge(
    const char *header, const char *payload, const unsigned char *key)
{
	return sign(
	    arena_format(&site.arena, "%s.%s", base64(header), base64(payload)),
	    key);
}

/* The payload of a real token. */
static const char *payload_of(const char *access)
{
	const char *dot = strchr(access, '.') + 1;
	size_t size = strcspn(dot, "."), length;
	char *text = arena_alloc(&site.arena, size + 1);

	if (sodium_base642bin((unsigned char *)text, size, dot, size, NULL,
		&length, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		must(fail(VALUE_ERROR, "not base64"));
	text[length] = '\0';
	return text;
}

/* The same payload of another user, in JSON. */
static const char *claim_to_be(const char *payload, const char *user)
{
	static const char own[] = "\"sub\":\"1\"";
	const char *at = strstr(payload, own);

	if (!at)
		die("a token that is not Ada's");
	return arena_format(&site.arena, "%.*s\"sub\":%s%s",
	    (int)(at - payload), payload, user, at + strlen(own));
}

#define HS256 "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"

static void test_forged(void)
{
	const char *access = begin(ADA).access;
	const char *payload = payload_of(access);
	const char *signature = strrchr(access, '.');
	unsigned char key[TOKEN_KEY_BYTES], other[TOKEN_KEY_BYTES] = {1};
	char *changed = arena_copy(&site.arena, access);

	token_derive(site.config.cookie_key, "access token", key);
	is_text(forge(HS256, payload, key), access,
	    "the forger's tool makes real ones with the real key");
	is_number(holder(forge(HS256, payload, other)), 0, "R8 another key");
	is_number(holder(forge(HS256, payload, site.config.cookie_key)), 0,
	    "R8 the cookies' key");
	is_number(
	    holder(arena_format(&site.arena, "%s.%s.",
		base64("{\"alg\":\"none\",\"typ\":\"JWT\"}"), base64(payload))),
	    0, "R8 alg none, no signature");
	is_number(
	    holder(arena_format(&site.arena, "%s.%s%s",
		base64("{\"alg\":\"none\"}"), base64(payload), signature)),
	    0, "R8 alg none with another's signature");
	is_number(
	    holder(forge("{\"alg\":\"HS512\",\"typ\":\"JWT\"}", payload, key)),
	    0, "R8 another algorithm, though signed");
	is_number(
	    holder(forge("{\"typ\":\"JWT\",\"alg\":\"HS256\"}", payload, key)),
	    0, "R8 the header is one text, though signed");
	is_number(holder(arena_format(&site.arena, "%s.%s%s", base64(HS256),
		      base64("{\"sub\":\"2\"}"), signature)),
	    0, "R8 another payload");
	is_number(holder(forge(HS256, "{\"sub\":\"2\"}", key)), 0,
	    "R8 claims that are missing");
	is_number(holder(forge(HS256, "[1]", key)), 0, "R8 no object");
	is_number(holder(forge(HS256, "", key)), 0, "R8 nothing");
	is_number(holder(forge(HS256, claim_to_be(payload, "\"1\""), key)), ADA,
	    "the tool changes claims");
	is_number(holder(forge(HS256, claim_to_be(payload, "\"2\""), key)), 0,
	    "R8 another user by one's own sign-in, though signed");
	is_number(holder(forge(HS256, claim_to_be(payload, "\"ada\""), key)), 0,
	    "R8 a name is no user");
	is_number(holder(forge(HS256, claim_to_be(payload, "2"), key)), 0,
	    "R8 nor is a number that is no text");
	is_number(holder(sign(arena_format(&site.arena, "%s.%s*", base64(HS256),
				  base64(payload)),
		      key)),
	    0, "R8 no base64, though signed");
	changed[strlen(changed) - 1] ^= 1;
	is_number(holder(changed), 0, "R8 the signature's last bit");
	for (size_t i = 0; i < strlen(access); i += 7)
		is_number(holder(arena_copy_bytes(&site.arena, access, i)), 0,
		    "R8 a token that is cut");
	is_number(holder(arena_format(&site.arena, "%s=", access)), 0,
	    "R8 padding behind it");
	is_number(holder(arena_format(&site.arena, "%s.%s", access, "x")), 0,
	    "R8 a fourth part");
	is_number(holder(base64(HS256)), 0, "R8 the header alone");
	is_number(
	    holder(arena_format(&site.arena, "%04000d", 0)), 0, "R8 long");
}

static void test_issuer(void)
{
	struct bearer_tokens ada = begin(ADA);

	site.config.base_url = "https://elsewhere.example";
	is_number(holder(ada.access), 0, "R8 another site's");
	is_number(holder(begin(ADA).access), ADA, "R8 that site's own");
	site.config.base_url = "";
}

/* ---- time ---- */

static void test_time(void)
{
	struct bearer_tokens ada = begin(ADA), next;

	move_clock(30 * MINUTE - 30);
	is_number(holder(ada.access), ADA, "R8 it works for 30 minutes");
	move_clock(30 * MINUTE + 1);
	is_number(holder(ada.access), 0, "R8 and expires then");
	ok(refreshes(ada.refresh, &next), "R8 the refresh token goes on");
	is_number(holder(next.access), ADA, "R8 with a fresh one");
	move_clock(30 * DAY + 1);
	ok(!refreshes(next.refresh, &ada),
	    "R8 30 days after the sign-in "
	    "the family ends");
	move_clock(0);
}

/* ---- refreshing ---- */

static void test_rotation(void)
{
	struct bearer_tokens first = begin(ADA), second, third, none;
	struct bearer_tokens other = begin(ADA);

	ok(refreshes(first.refresh, &second), "R8 a refresh token works");
	ok(!text_equal(first.refresh, second.refresh), "R8 and changes");
	ok(!text_equal(first.access, second.access), "R8 as the access token");
	is_number(holder(first.access), ADA, "R8 the old one lives on");
	ok(refreshes(second.refresh, &third), "R8 the next works");
	ok(!refreshes(first.refresh, &none), "R8 the first a second time not");
	ok(!refreshes(third.refresh, &none), "R8 that ended the family");
	is_number(holder(third.access), 0, "R8 its access tokens too");
	is_number(holder(other.access), ADA, "R8 another sign-in lives on");
	ok(refreshes(other.refresh, &none), "R8 and is refreshed");
	ok(!refreshes("", &none), "R8 an empty one");
	ok(!refreshes("0123456789ABCDEFGHJKMNPQRS", &none),
	    "R8 an unknown one");
}

static void test_rights(void)
{
	struct bearer_tokens bob = begin(BOB), none;
	struct bearer_tokens ada = begin(ADA);

	CHANGE("UPDATE user SET disabled_at = 1 WHERE id = 2");
	is_number(holder(bob.access), 0, "R8 a disabled user's token");
	ok(!refreshes(bob.refresh, &none), "R8 is not refreshed");
	CHANGE("UPDATE user SET disabled_at = NULL WHERE id = 2");
	bob = begin(BOB);
	must(TRANSACTION(site.shop.db,
	    session_store_end_tokens(site.shop.db, BOB, clock_now())));
	is_number(holder(bob.access), 0, "R8 a changed password ends tokens");
	ok(!refreshes(bob.refresh, &none), "R8 of both kinds");
	is_number(holder(ada.access), ADA, "R8 nobody else's");
}

static void test_sweep(void)
{
	struct db_rows rows;

	must(TRANSACTION(site.shop.db,
	    session_store_sweep(site.shop.db, clock_now() + 31 * DAY)));
	must(db_query(site.shop.db, &site.arena, &rows,
	    "SELECT 1 FROM refresh_token LIMIT 1 /* scan: is it empty? */",
	    NO_PARAMS));
	is_number((int64_t)rows.count, 0, "what is over is removed");
}

int main(void)
{
	site_open(&site);
	move_clock(0);
	CHANGE("INSERT INTO user (id, username, username_key, role, created_at)"
	       " VALUES (1, 'Ada', 'ada', 'user', 1),"
	       " (2, 'Bob', 'bob', 'organiser', 1)");
	test_good();
	test_forged();
	test_issuer();
	test_time();
	test_rotation();
	test_rights();
	test_sweep();
	site_close(&site);
	return done_testing();
}
