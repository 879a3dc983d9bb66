#include "web/remote.h"

#include "base/config.h"
#include "base/text.h"
#include <arpa/inet.h>
#include <string.h>

static bool is_address(const char *text)
{
	struct in6_addr address;

	return inet_pton(AF_INET, text, &address) == 1 ||
	    inet_pton(AF_INET6, text, &address) == 1;
}

const char *remote_address(struct arena *arena, const char *trusted,
    const char *peer, const char *forwarded)
{
	char *left = arena_copy(arena, forwarded);

	while (*left && config_has_word(trusted, peer)) {
		char *comma = strrchr(left, ',');
		const char *last = text_trim(arena, comma ? comma + 1 : left);

		if (!is_address(last))
			break;
		peer = last;
		*(comma ? comma : left) = '\0';
	}
	return peer;
}
