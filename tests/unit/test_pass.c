/* R39, B7: what stands in a ticket's QR code, and who can have written it. */
#include "base/config.h"
#include "document/pass.h"
#include "tap.h"

#include <sodium.h>
#include <string.h>

static struct arena arena;

static const char code[] = "TKT-0123456789ABCDEF";

/* A configuration whose key is all one byte. */
static struct config config_of(unsigned char byte)
{
	struct config config = {.data = ""};

	memset(config.pass_key, byte, sizeof(config.pass_key));
	return config;
}

static char *write_sample(const struct config *config)
{
	return pass_write(&arena, config,
	    (struct pass){.code = code, .event_id = 42, .tier_id = 7});
}

static bool is_refused(const struct config *config, const char *text)
{
	struct pass pass = {.code = "old", .is_signed = true};

	return !pass_read(&arena, config, text, &pass) && !pass.code &&
	    !pass.is_signed && pass.event_id == 0 && pass.tier_id == 0;
}

static void test_round_trip(void)
{
	static const char alphanumeric[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
	static const struct {
		const char *code;
		int64_t event_id, tier_id;
	} rows[] = {
	    {code, 1, 1},
	    {"TKT-FFFFFFFFFFFFFFFF", 1234567, 9},
	    {"TKT-0000000000000000", INT64_MAX, INT64_MAX},
	};
	struct config config = config_of('k');

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct pass pass = {.code = rows[i].code,
		    .event_id = rows[i].event_id,
		    .tier_id = rows[i].tier_id};
		const char *text = pass_write(&arena, &config, pass);

		ok(strspn(text, alphanumeric) == strlen(text),
		    "R39 pass %zu is of QR's alphanumeric set", i);
		ok(pass_read(&arena, &config, text, &pass) && pass.is_signed,
		    "B7 it is read, and signed");
		is_text(pass.code, rows[i].code, "its code");
		is_number(pass.event_id, rows[i].event_id, "its event");
		is_number(pass.tier_id, rows[i].tier_id, "its tier");
	}
	is_text(write_sample(&config), write_sample(&config),
	    "the same ticket has the same text");
	ok(text_starts_with(
	       write_sample(&config), "CP1:42:7:0123456789ABCDEF:"),
	    "the parts stand in their order");
}

static void test_tidied(void)
{
	struct config config = config_of('k');
	const char *text = write_sample(&config);
	struct pass pass;

	ok(pass_read(&arena, &config, arena_format(&arena, " \t%s\r\n", text),
	       &pass) &&
		pass.is_signed,
	    "blanks around are trimmed");
	ok(pass_read(&arena, &config, text_lower(&arena, text), &pass) &&
		pass.is_signed,
	    "lower case is read");
	is_text(pass.code, code, "and becomes upper case");
}

static void test_bare(void)
{
	static const char *const good[] = {
	    code, "tkt-0123456789abcdef", "  TKT-0123456789abcDEF\n"};
	static const char *const bad[] = {"", " ", "TKT-", "TKT", "CP1",
	    "0123456789ABCDEF", "TKT-0123456789ABCDE", "TKT-0123456789ABCDEFA",
	    "TKT-0123456789ABCDEG", "TKT 0123456789ABCDEF",
	    "TKT-01234567 89ABCDEF",
	    "TKT-0123456789ABCDEF:", "TKT-0123456789ABCDE\xc3\xa9",
	    "https://example.org/"};
	struct config config = config_of('k');
	struct pass pass;

	for (size_t i = 0; i < COUNT_OF(good); i++) {
		ok(pass_read(&arena, &config, good[i], &pass) &&
			!pass.is_signed,
		    "bare code %zu is read, not signed", i);
		is_text(pass.code, code, "its code");
		is_number(pass.event_id, 0, "it names no event");
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		ok(is_refused(&config, bad[i]), "\"%s\" is refused", bad[i]);
	ok(is_refused(&config, NULL), "NULL is refused");
}

/* Replace the first `from` of a pass by `to`. */
static const char *change(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	return arena_format(
	    &arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void test_forged(void)
{
	struct config config = config_of('k');
	struct config other = config_of('x');
	const char *text = write_sample(&config);
	const struct {
		const char *text;
		const char *name;
	} rows[] = {
	    {write_sample(&other), "another key"},
	    {change(text, ":42:", ":43:"), "another event"},
	    {change(text, ":7:", ":8:"), "another tier"},
	    {change(text, "ABCDEF:", "ABCDEE:"), "another code"},
	    {change(text, "CP1:", "CP2:"), "another version"},
	    {change(text, ":42:", ":042:"), "a zero in front"},
	    {change(text, ":42:", ":+42:"), "a sign"},
	    {change(text, ":42:", ": 42:"), "a blank inside"},
	    {change(text, ":42:", ":0:"), "no event"},
	    {change(text, ":42:", ":-42:"), "a negative event"},
	    {change(text, ":42:", "::"), "an empty event"},
	    {change(text, ":42:", ":9223372036854775808:"), "an overflow"},
	    {change(text, ":7:", ":"), "a part too few"},
	    {arena_format(&arena, "%s:", text), "a part too many"},
	    {arena_format(&arena, "%s0", text), "a character too many"},
	    {arena_format(&arena, "%s%300s", text, ""), "endless blanks"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		ok(is_refused(&config, rows[i].text), "B7 %s is refused",
		    rows[i].name);
}

/* Every shorter text, and every text with one character changed. */
static void test_damaged(void)
{
	struct config config = config_of('k');
	const char *text = write_sample(&config);
	size_t length = strlen(text);
	size_t accepted = 0;

	for (size_t i = 0; i < length; i++)
		if (!is_refused(&config, arena_copy_bytes(&arena, text, i)))
			accepted++;
	is_number((int64_t)accepted, 0, "B7 nothing truncated is accepted");
	for (size_t i = 0; i < length; i++) {
		char *bad = arena_copy(&arena, text);

		bad[i] = bad[i] == '0' ? '1' : '0';
		accepted += is_refused(&config, bad) ? 0 : 1;
	}
	is_number((int64_t)accepted, 0, "B7 nothing changed is accepted");
}

/* The public half alone proves a pass, as the door's page will do it. */
static void test_public_key(void)
{
	struct config config = config_of('k');
	struct config other = config_of('x');
	unsigned char key[crypto_sign_PUBLICKEYBYTES];
	unsigned char signature[crypto_sign_BYTES];
	const char *text = write_sample(&config);
	const char *public = pass_public_key(&arena, &config);
	const char *colon = strrchr(text, ':');
	size_t size;

	ok(sodium_base642bin(key, sizeof(key), public, strlen(public), NULL,
	       &size, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
		size == sizeof(key),
	    "the public key is 32 bytes in base64url");
	ok(token_read_base32(colon + 1, signature, sizeof(signature)) &&
		crypto_sign_verify_detached(signature,
		    (const unsigned char *)text, (size_t)(colon - text),
		    key) == 0,
	    "B7 the public key proves the pass");
	ok(!text_equal(public, pass_public_key(&arena, &other)),
	    "another key has another public half");
}

int main(void)
{
	test_round_trip();
	test_tidied();
	test_bare();
	test_forged();
	test_damaged();
	test_public_key();
	arena_close(&arena);
	return done_testing();
}
