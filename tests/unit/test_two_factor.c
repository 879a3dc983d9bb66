#include "account/password.h"
#include "account/totp.h"
#include "account/two_factor.h"
#include "base/clock.h"
#include "base/sha1.h"
#include "site.h"
#include "store/two_factor_store.h"
#include "store/user_store.h"

static struct site site;

static const char *hex(const unsigned char *bytes, size_t size)
{
	char *text = arena_alloc(&site.arena, 2 * size + 1);

	for (size_t i = 0; i < size; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return text;
}

/* FIPS 180-4's examples, and RFC 2202's. */
static void test_sha1(void)
{
	static const struct {
		const char *text;
		const char *digest;
	} hashes[] = {
	    {"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
	    {"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
	    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		"84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
	};
	static const struct {
		const char *key;
		const char *text;
		const char *mac;
	} macs[] = {
	    {"Jefe", "what do ya want for nothing?",
		"effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
	    {"\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
	     "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
	     "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
	     "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
	     "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa",
		"Test Using Larger Than Block-Size Key - Hash Key First",
		"aa4ae5e15272d00e95705637ce8a3b55ed402112"},
	};
	unsigned char digest[SHA1_BYTES];

	for (size_t i = 0; i < COUNT_OF(hashes); i++) {
		sha1(hashes[i].text, strlen(hashes[i].text), digest);
		is_text(hex(digest, sizeof(digest)), hashes[i].digest,
		    "SHA-1 as published");
	}
	for (size_t i = 0; i < COUNT_OF(macs); i++) {
		sha1_hmac((const unsigned char *)macs[i].key,
		    strlen(macs[i].key), macs[i].text, strlen(macs[i].text),
		    digest);
		is_text(hex(digest, sizeof(digest)), macs[i].mac,
		    "HMAC-SHA-1 as published");
	}
}

/* RFC 6238, appendix B. */
static void test_vectors(void)
{
	static const struct {
		int64_t time;
		const char *code;
	} rows[] = {
	    {59, "94287082"},
	    {1111111109, "07081804"},
	    {1111111111, "14050471"},
	    {1234567890, "89005924"},
	    {2000000000, "69279037"},
	    {20000000000, "65353130"},
	};
	static const unsigned char secret[] = "12345678901234567890";

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_text(totp_code(&site.arena, secret, 20,
			    rows[i].time / TOTP_STEP, 8),
		    rows[i].code, "RFC 6238's code");
}

static void test_window(void)
{
	static const unsigned char secret[] = "12345678901234567890";
	enum {
		NOW = 1111111111,
		STEP = NOW / TOTP_STEP,
		TWIN_NOW = 1710533490,
		TWIN_STEP = TWIN_NOW / TOTP_STEP
	};

	for (int off = -3; off <= 3; off++) {
		const char *code =
		    totp_code(&site.arena, secret, 20, STEP + off, TOTP_DIGITS);
		int64_t found = totp_find(&site.arena, secret, code, NOW, 0);

		ok(found == (off >= -1 && off <= 1 ? STEP + off : 0),
		    "the code of step %+d", off);
		ok(totp_find(&site.arena, secret, code, NOW, STEP + off) == 0,
		    "not once more");
	}
	ok(totp_find(&site.arena, secret, "", NOW, 0) == 0, "no code");
	ok(totp_find(&site.arena, secret, "882938", TWIN_NOW, 0) ==
		TWIN_STEP + 1,
	    "a code that the steps before and after share is the later one's");
	ok(totp_find(&site.arena, secret, "882938", TWIN_NOW, TWIN_STEP + 1) ==
		0,
	    "so that it works once");
	ok(totp_find(&site.arena, secret, "14050471", NOW, 0) == 0,
	    "too long a code");
}

static void test_secret(void)
{
	unsigned char bytes[TOTP_SECRET_BYTES];

	ok(totp_read_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", bytes) &&
		memcmp(bytes, "12345678901234567890", 20) == 0,
	    "base32 as RFC 4648 has it");
	ok(totp_read_secret(totp_secret(&site.arena), bytes), "a fresh one");
	ok(!text_equal(totp_secret(&site.arena), totp_secret(&site.arena)),
	    "another each time");
	ok(!totp_read_secret("GEZDGNBVGY3TQOJQ", bytes), "a short one");
	ok(!totp_read_secret("gezdgnbvgy3tqojqgezdgnbvgy3tqojq", bytes),
	    "small letters");
}

/* ---- an account ---- */

static const char password[] = "seven brass kettles";

static struct error *add_in(struct user *user)
{
	return user_store_add(site.shop.db, &site.arena, user);
}

static struct viewer make_user(const char *name)
{
	struct user user = {
	    .username = name,
	    .email = arena_format(&site.arena, "%s@example.org", name),
	    .first_name = "Ada",
	    .last_name = "Lovelace",
	    .role = ROLE_USER,
	    .verified_at = clock_now(),
	    .created_at = clock_now(),
	};

	must(password_hash(&site.shop, password, &user.password_hash));
	must(TRANSACTION(site.shop.db, add_in(&user)));
	return (struct viewer){
	    .role = ROLE_USER, .user_id = user.id, .browser = "browser"};
}

/* What the app shows `off` steps from now. */
static const char *app_code(const char *groups, int off)
{
	unsigned char bytes[TOTP_SECRET_BYTES];
	struct out out = {.arena = &site.arena};

	for (; *groups; groups++)
		if (*groups != ' ')
			out_char(&out, *groups);
	if (!totp_read_secret(out_string(&out), bytes))
		must(fail(STORAGE_ERROR, "no secret"));
	return totp_code(&site.arena, bytes, sizeof(bytes),
	    clock_now() / TOTP_STEP + off, TOTP_DIGITS);
}

static bool refuses(struct error *error, const char *field)
{
	return error_is(error, VALIDATION_ERROR) &&
	    text_equal(error_field_value(error, "field"), field);
}

static void test_switching(void)
{
	const struct shop *shop = &site.shop;
	struct viewer viewer = make_user("ada");
	struct recovery_codes codes, others;
	struct two_factor state;
	const char *secret;

	must(two_factor_find(shop, &viewer, &state));
	ok(!state.is_on && !state.has_begun, "off at first");
	ok(error_is(two_factor_confirm(shop, &viewer, "123456", &codes),
	       STATE_ERROR),
	    "there is nothing to confirm");
	ok(refuses(two_factor_begin(shop, &viewer, "wrong"), "current"),
	    "the password is asked for");
	must(two_factor_begin(shop, &viewer, password));
	must(two_factor_find(shop, &viewer, &state));
	secret = state.secret;
	ok(!state.is_on && state.has_begun, "it waits for the first code");
	ok(text_starts_with(state.url, "otpauth://totp/CampusPass:ada?secret="),
	    "the address for apps");
	must(two_factor_begin(shop, &viewer, password));
	must(two_factor_find(shop, &viewer, &state));
	is_text(state.secret, secret, "beginning again keeps the secret");
	ok(refuses(two_factor_confirm(shop, &viewer, "000000", &codes), "code"),
	    "a wrong code does not switch it on");
	must(two_factor_confirm(shop, &viewer, app_code(secret, -1), &codes));
	must(two_factor_find(shop, &viewer, &state));
	ok(state.is_on && state.codes_left == TWO_FACTOR_CODES, "it is on");
	is_text(state.secret, "", "the secret is shown no more");
	ok(error_is(two_factor_begin(shop, &viewer, password), STATE_ERROR),
	    "what is on cannot begin anew");
	ok(error_is(
	       two_factor_confirm(shop, &viewer, app_code(secret, 0), &others),
	       STATE_ERROR),
	    "nor be switched on twice");
	must(two_factor_find(shop, &viewer, &state));
	ok(state.is_on && state.codes_left == TWO_FACTOR_CODES,
	    "the recovery codes stay");

	ok(refuses(two_factor_check(shop, viewer.user_id, app_code(secret, -1)),
	       "code"),
	    "a step's code works once");
	ok(!two_factor_check(shop, viewer.user_id, app_code(secret, 0)),
	    "the next step's works");
	ok(!two_factor_check(shop, viewer.user_id, codes.items[3]),
	    "a recovery code works");
	ok(refuses(
	       two_factor_check(shop, viewer.user_id, codes.items[3]), "code"),
	    "once");
	ok(refuses(two_factor_renew_codes(
		       shop, &viewer, "wrong", codes.items[0], &others),
	       "current"),
	    "others are made for the password and a code");
	must(two_factor_renew_codes(
	    shop, &viewer, password, codes.items[0], &others));
	ok(refuses(
	       two_factor_check(shop, viewer.user_id, codes.items[1]), "code"),
	    "new recovery codes end those before");
	ok(refuses(two_factor_switch_off(shop, &viewer, password, "000000"),
	       "code"),
	    "switching off asks for a code");
	must(two_factor_switch_off(shop, &viewer, password, others.items[0]));
	must(two_factor_find(shop, &viewer, &state));
	ok(!state.is_on && !state.has_begun && state.codes_left == 0, "off");
}

static void test_limit(void)
{
	const struct shop *shop = &site.shop;
	struct viewer viewer = make_user("grace");
	struct recovery_codes codes;
	struct two_factor state;
	struct error *error = NULL;
	int tries = 0;

	must(two_factor_begin(shop, &viewer, password));
	must(two_factor_find(shop, &viewer, &state));
	must(two_factor_confirm(
	    shop, &viewer, app_code(state.secret, 0), &codes));
	while (tries < 100 && !error_is(error, RATE_LIMIT_ERROR)) {
		error = two_factor_check(shop, viewer.user_id, "000000");
		tries++;
	}
	ok(tries > 3 && tries < 10, "%d wrong codes make one wait", tries);
	ok(error_is(two_factor_check(shop, viewer.user_id, codes.items[0]),
	       RATE_LIMIT_ERROR),
	    "right ones wait, too");
}

static void test_parking(void)
{
	const struct shop *shop = &site.shop;
	struct viewer viewer = make_user("hedy");
	struct parked_login login;
	struct recovery_codes codes;
	struct two_factor state;
	const char *text, *changed;
	struct user user;

	must(two_factor_begin(shop, &viewer, password));
	must(two_factor_find(shop, &viewer, &state));
	must(two_factor_confirm(
	    shop, &viewer, app_code(state.secret, 0), &codes));
	must(user_store_find(shop->db, &site.arena, viewer.user_id, &user));
	must(two_factor_park(shop, &user, "browser", true, &text));
	ok(!two_factor_unpark(shop, text, "browser", &login) &&
		login.user_id == user.id && login.is_remembered,
	    "a parked login comes back");
	ok(error_is(
	       two_factor_unpark(shop, text, "another", &login), ACCESS_ERROR),
	    "not in another browser");
	changed = arena_format(&site.arena, "1%s", text);
	ok(error_is(two_factor_unpark(shop, changed, "browser", &login),
	       ACCESS_ERROR),
	    "not for another account");
	ok(error_is(
	       two_factor_unpark(shop, "", "browser", &login), ACCESS_ERROR),
	    "not from nothing");
	must(two_factor_check(shop, user.id, codes.items[0]));
	ok(error_is(
	       two_factor_unpark(shop, text, "browser", &login), ACCESS_ERROR),
	    "and only until a code was taken");
}

static void test_reseal(void)
{
	struct resealing result;

	must(two_factor_reseal_all(&site.shop, &result));
	is_number(result.count, 0, "nothing has an older key");
	is_number(result.broken, 0, "everything opens");
}

int main(void)
{
	site_open(&site);
	test_sha1();
	test_vectors();
	test_window();
	test_secret();
	test_switching();
	test_limit();
	test_parking();
	test_reseal();
	site_close(&site);
	return done_testing();
}
