#include "base/token.h"
#include "tap.h"

#include <string.h>

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static struct arena arena;

static void test_random(void)
{
	static const struct {
		char *(*make)(struct arena *arena);
		const char *name;
		const char *prefix;
		const char *alphabet;
		size_t length;
	} rows[] = {
	    {token_reference, "reference", "", crockford, 10},
	    {token_id, "id", "", crockford, 26},
	    {token_ticket_code, "ticket code", "TKT-", "0123456789ABCDEF", 20},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *name = rows[i].name;
		char *one = rows[i].make(&arena);
		char *two = rows[i].make(&arena);
		const char *rest = one + strlen(rows[i].prefix);

		is_number((int64_t)strlen(one), (int64_t)rows[i].length, name);
		ok(text_starts_with(one, rows[i].prefix), "%s: prefix", name);
		ok(strspn(rest, rows[i].alphabet) == strlen(rest),
		    "%s: alphabet", name);
		ok(!text_equal(one, two), "%s: another each time", name);
	}
}

static void test_every_digit(void)
{
	bool seen[256] = {false};
	size_t count = 0;

	for (int i = 0; i < 400; i++)
		for (const char *at = token_reference(&arena); *at; at++)
			seen[(unsigned char)*at] = true;
	for (size_t i = 0; i < COUNT_OF(seen); i++)
		count += seen[i] ? 1 : 0;
	is_number((int64_t)count, 32, "every digit occurs");
}

static void test_read_reference(void)
{
	static const struct {
		const char *text;
		const char *reference;
	} rows[] = {
	    {"7GQ2XK9MVT", "7GQ2XK9MVT"},
	    {"7gq2xk9mvt", "7GQ2XK9MVT"},
	    {" 7gq2-xk9 mvt\n", "7GQ2XK9MVT"},
	    {"ILOilo0000", "1101100000"},
	    {"7GQ2XK9MV", NULL},
	    {"7GQ2XK9MVTT", NULL},
	    {"7GQ2XK9MVU", NULL},
	    {"7GQ2XK9MV!", NULL},
	    {"", NULL},
	    {NULL, NULL},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_text(token_read_reference(&arena, rows[i].text),
		    rows[i].reference, rows[i].text ? rows[i].text : "(NULL)");
}

static void test_sign(void)
{
	/* The expected value was made with Python's hmac module. */
	static const unsigned char key[TOKEN_KEY_BYTES] = "0123456789abcdef";
	static const unsigned char other[TOKEN_KEY_BYTES] = "another key";
	char *signature = token_sign(&arena, key, "csrf", "text");

	is_text(signature, "BY112RPSGMPYTVAC2GQHKZD2JBHGV8TY", "signature");
	ok(!text_equal(signature, token_sign(&arena, key, "csr", "ftext")),
	    "the purpose is apart from the text");
	ok(!text_equal(signature, token_sign(&arena, key, "link", "text")),
	    "another purpose");
	ok(!text_equal(signature, token_sign(&arena, key, "csrf", "texts")),
	    "another text");
	ok(!text_equal(signature, token_sign(&arena, other, "csrf", "text")),
	    "another key");
}

static void test_hash(void)
{
	/* FIPS 180-2, B.1 */
	is_text(token_hash(&arena, "abc"),
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	    "SHA-256 of abc");
	is_text(token_hash(&arena, ""),
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	    "SHA-256 of nothing");
}

static void test_digest(void)
{
	/* The first of vectors_sip128 of SipHash's authors */
	is_text(token_digest(&arena, NULL, 0),
	    "a3817f04ba25a8e66df67214c7550293", "SipHash-128 of nothing");
	is_text(token_digest(&arena, "\0\1", 1),
	    "da87c1d86b99af44347659119b22fc45", "SipHash-128 of one byte");
	is_text(token_digest(&arena, "\0\1", 2),
	    "8177228da4a45dc7fca38bdef60affe4", "SipHash-128 of two bytes");
}

static void test_equal(void)
{
	ok(token_equal("abc", "abc"), "equal");
	ok(token_equal("", ""), "empty");
	ok(!token_equal("abc", "abd"), "not equal");
	ok(!token_equal("abc", "ab"), "shorter");
	ok(!token_equal("", "a"), "empty and not");
}

static void test_base32(void)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *text;
	} rows[] = {
	    {"", 0, ""},
	    {"\xff", 1, "ZW"},
	    {"\x00\x01", 2, "000G"},
	    {"hello", 5, "D1JPRV3F"},
	};
	static const char *const bad[] = {
	    "", "Z", "ZZ", "ZX", "zw", "ZU", "Z ", "ZW0", "I0"};
	unsigned char bytes[8];

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		is_text(token_base32(&arena,
			    (const unsigned char *)rows[i].bytes, rows[i].size),
		    rows[i].text, "bytes in base32");
		ok(token_read_base32(rows[i].text, bytes, rows[i].size) &&
			memcmp(bytes, rows[i].bytes, rows[i].size) == 0,
		    "and back");
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		ok(!token_read_base32(bad[i], bytes, 1), "\"%s\" is no byte",
		    bad[i]);
}

int main(void)
{
	test_base32();
	test_random();
	test_every_digit();
	test_read_reference();
	test_sign();
	test_hash();
	test_digest();
	test_equal();
	arena_close(&arena);
	return done_testing();
}
