/*
 * campuspass.conf and keys: any file is read whole, or refused with its line;
 * what an admin's change writes is what the next page reads, and leaves the
 * other values as they were.
 *
 * The first byte picks a key of the file; then a line with its new value, and
 * the file. The sources are taken in, for no file is written.
 */
#include "fuzz.h"

#include "base/config_settings.c"
#include "base/config_write.c"

static const char file_name[] = "campuspass.conf";

/* Every text is one line of UTF-8, every number is within its bounds. */
static void check_config(struct config *config)
{
	for (size_t i = 0; i < COUNT_OF(settings); i++) {
		const struct setting *setting = &settings[i];
		const char *text;

		if (setting->type == SETTING_NUMBER) {
			int64_t number = *number_member(config, setting);

			require(number >= setting->least);
			require(number <= setting->most);
			continue;
		}
		text = *text_member(config, setting);
		require(text_is_utf8(text, strlen(text)));
		require(!text_has_control(text) && !strpbrk(text, "\r\n"));
	}
}

static bool is_same(struct arena *arena, const struct config *a,
    const struct config *b, const char *but)
{
	for (size_t i = 0; i < COUNT_OF(settings); i++) {
		const char *key = settings[i].key;

		if (!text_equal(key, but) &&
		    !text_equal(config_value(arena, a, key),
			config_value(arena, b, key)))
			return false;
	}
	return true;
}

/* As config_set() does, without the disk. */
static void check_change(struct arena *arena, const struct config *config,
    const char *text, const struct config_change *change)
{
	struct config again = {.data = ""};
	const struct setting *setting = find_setting(change->key);

	require(setting);
	if (config_check(change->key, change->value))
		return;
	require(!config_apply_defaults(&again));
	require(!config_apply_text(
	    arena, &again, file_name, changed_text(arena, text, change)));
	if (setting->type == SETTING_TEXT)
		require(text_equal(config_value(arena, &again, change->key),
		    text_trim(arena, change->value)));
	require(is_same(arena, config, &again, change->key));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	struct config_change change;
	struct config config = {.data = ""};
	struct error *error;
	char *rest;
	const char *text;

	if (size == 0)
		return 0;
	rest = arena_copy_bytes(&arena, data + 1, size - 1);
	change.key = settings[data[0] % COUNT_OF(settings)].key;
	change.value = strsep(&rest, "\n");
	text = rest ? rest : "";
	require(!config_apply_defaults(&config));
	error = config_apply_text(&arena, &config, file_name, text);
	if (error) {
		require(text_starts_with(error->message, "campuspass.conf:"));
	} else {
		check_config(&config);
		check_change(&arena, &config, text, &change);
	}
	error_reset();
	arena_reset(&arena);
	return 0;
}
