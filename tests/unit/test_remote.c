/*
 * Remote: whose request it is. X-Forwarded-For is anybody's to write; only
 * what trusted proxies appended counts.
 */
#include "tap.h"
#include "web/remote.h"

static struct arena arena = ARENA_EMPTY;

static const struct {
	const char *trusted, *peer, *forwarded, *expected, *name;
} rows[] = {
    {"", "10.0.0.1", "", "10.0.0.1", "no proxy"},
    {"", "10.0.0.1", "1.2.3.4", "10.0.0.1", "nobody is trusted"},
    {"10.0.0.1", "10.0.0.2", "1.2.3.4", "10.0.0.2", "another is trusted"},
    {"10.0.0.1", "10.0.0.1", "1.2.3.4", "1.2.3.4", "a trusted proxy"},
    {"10.0.0.1", "10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4",
	"what the client invented stands further left"},
    {"10.0.0.1 10.0.0.9", "10.0.0.1", "6.6.6.6, 1.2.3.4 , 10.0.0.9", "1.2.3.4",
	"two proxies, with blanks"},
    {"10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1", "itself alone"},
    {"10.0.0.1", "10.0.0.1", "", "10.0.0.1", "a proxy that says nothing"},
    {"10.0.0.1", "10.0.0.1", "1.2.3.4, unknown", "10.0.0.1", "no address"},
    {"10.0.0.1", "10.0.0.1", "1.2.3.4,", "10.0.0.1", "an empty last part"},
    {"10.0.0.1", "10.0.0.1", ",,,,", "10.0.0.1", "commas alone"},
    {"::1", "::1", "2001:db8::7", "2001:db8::7", "version 6"},
    {"10.0.0.10", "10.0.0.1", "1.2.3.4", "10.0.0.1", "a part of an address"},
    {"10.0.0.1", "", "1.2.3.4", "", "no peer"},
};

int main(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_text(remote_address(&arena, rows[i].trusted, rows[i].peer,
			    rows[i].forwarded),
		    rows[i].expected, rows[i].name);
	arena_close(&arena);
	return done_testing();
}
