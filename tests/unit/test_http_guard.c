/*
 * Which addresses webhooks may call.
 */
#include "base/text.h"
#include "payment/http_guard.h"
#include "tap.h"
#include <arpa/inet.h>

struct example {
	const char *address;
	bool is_public;
};

static const struct example examples_4[] = {
    {"0.0.0.0", false},
    {"9.255.255.255", true},
    {"10.0.0.0", false},
    {"10.255.255.255", false},
    {"11.0.0.0", true},
    {"100.63.255.255", true},
    {"100.64.0.1", false},
    {"100.128.0.0", true},
    {"127.0.0.1", false},
    {"127.255.255.255", false},
    {"128.0.0.1", true},
    {"169.254.169.254", false},
    {"172.15.255.255", true},
    {"172.16.0.1", false},
    {"172.31.255.255", false},
    {"172.32.0.0", true},
    {"192.0.2.1", false},
    {"192.168.1.1", false},
    {"192.169.0.1", true},
    {"198.19.255.255", false},
    {"203.0.113.7", false},
    {"223.255.255.255", true},
    {"224.0.0.1", false},
    {"255.255.255.255", false},
    {"8.8.8.8", true},
};

static const struct example examples_6[] = {
    {"::", false},
    {"::1", false},
    {"::ffff:127.0.0.1", false},
    {"::ffff:8.8.8.8", true},
    {"::127.0.0.1", false},
    {"64:ff9b::10.0.0.1", false},
    {"64:ff9b::8.8.8.8", true},
    {"64:ff9b:1::1", false},
    {"100::1", false},
    {"2001::1", false},
    {"2001:d00:1::1", true},
    {"3fff::1", false},
    {"3ffe::1", true},
    {"64:ff9c::8.8.8.8", false},
    {"2001:db8::1", false},
    {"2001:4860:4860::8888", true},
    {"2002:7f00:1::", false},
    {"2a00:1450:4001:81c::200e", true},
    {"fc00::1", false},
    {"fd12:3456::1", false},
    {"fe80::1", false},
    {"fec0::1", false},
    {"ff02::1", false},
};

static void test_addresses(void)
{
	for (size_t i = 0; i < COUNT_OF(examples_4); i++) {
		struct in_addr address;

		inet_pton(AF_INET, examples_4[i].address, &address);
		ok(http_guard_is_public_4(address) == examples_4[i].is_public,
		    "%s", examples_4[i].address);
	}
	for (size_t i = 0; i < COUNT_OF(examples_6); i++) {
		struct in6_addr address;

		inet_pton(AF_INET6, examples_6[i].address, &address);
		ok(http_guard_is_public_6(&address) == examples_6[i].is_public,
		    "%s", examples_6[i].address);
	}
}

static void test_pins(void)
{
	struct arena arena = ARENA_EMPTY;
	const char *pin, *problem;

	ok(http_guard_resolve(
	       &arena, "https://8.8.8.8/x", false, &pin, &problem) &&
		text_equal(pin, ""),
	    "a number needs no pin");
	ok(http_guard_resolve(&arena, "https://[2001:4860:4860::8888]:8443/",
	       false, &pin, &problem) &&
		text_equal(pin, ""),
	    "nor does one in brackets");
	ok(http_guard_resolve(
	       &arena, "http://localhost:81/", true, &pin, &problem) &&
		(text_equal(pin, "localhost:81:127.0.0.1") ||
		    text_equal(pin, "localhost:81:[::1]")),
	    "a pin names host, port and address");
	ok(!http_guard_resolve(
	       &arena, "https://127.0.0.1/", false, &pin, &problem) &&
		*problem,
	    "a private address is refused");
	ok(http_guard_resolve(
	       &arena, "http://127.0.0.1:80/", true, &pin, &problem),
	    "unless the operator wants it");
	ok(!http_guard_resolve(
	       &arena, "https://nobody.invalid/", false, &pin, &problem) &&
		text_equal(problem, "the host is not found") && !pin,
	    "a name that nobody has is not found");
	ok(http_guard_resolve(
	       &arena, "http://[::1]:81/", true, &pin, &problem) &&
		text_equal(pin, ""),
	    "the operator's own machine in the longer form");
	ok(!http_guard_resolve(&arena, "http://8.8.8.8/", true, &pin, &problem),
	    "never without https to others");
	arena_close(&arena);
}

/* libcurl looks these up in another form than ours, so past the pin. */
static void test_forms(void)
{
	static const char *const wrong[] = {
	    "https://bücher.example/",
	    "https://\xe2\x91\xa0.1.1.1/",
	    "https://ev%69l.example/",
	    "https://0x08080808/",
	    "https://010.8.8.8/",
	    "https:///example.org/",
	    "https://user@example.org/",
	    "https://example.org\\@evil.example/",
	    "https:example.org/",
	    "https:/example.org/",
	    "https://exa_mple!.org/",
	    "http://localhost/",
	    "https://",
	    "",
	};
	static const char *const right[] = {
	    "https://example.org",
	    "https://Example.ORG:8443/a?b#c",
	    "https://xn--bcher-kva.example/",
	    "https://example.org./",
	    "https://8.8.8.8/",
	    "https://[2001:4860:4860::8888]/",
	};

	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		ok(!http_guard_is_right(wrong[i], false), "refused: %s",
		    wrong[i]);
	for (size_t i = 0; i < COUNT_OF(right); i++)
		ok(http_guard_is_right(right[i], false), "taken: %s", right[i]);
}

int main(void)
{
	test_forms();
	test_addresses();
	test_pins();
	return done_testing();
}
