#include "web/cron.h"

#include "base/token.h"

static const char *secret_of(struct arena *arena, const struct config *config)
{
	return token_sign(arena, config->cookie_key, "cron", "");
}

const char *cron_path(struct arena *arena, const struct config *config)
{
	return arena_format(arena, "/cron/%s", secret_of(arena, config));
}

bool cron_is_right(
    struct arena *arena, const struct config *config, const char *secret)
{
	return token_equal(secret, secret_of(arena, config));
}
