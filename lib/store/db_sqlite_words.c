/* The functions of SQL by which people find what they look for. */
#include "base/text.h"
#include "base/words.h"
#include "store/db_sqlite.h"

#include <string.h>

/* What is looked for, read once for all rows of a statement. */
struct wanted {
	struct arena arena; /* holds this, too */
	struct words words;
};

static struct wanted *read_wanted(const char *typed)
{
	struct arena arena = ARENA_EMPTY;
	struct wanted *wanted = ARENA_NEW(&arena, struct wanted);

	wanted->words = words_read(&arena, text_fold(&arena, typed));
	wanted->arena = arena;
	return wanted;
}

static void forget_wanted(void *memory)
{
	struct arena arena = ((struct wanted *)memory)->arena;

	arena_close(&arena);
}

static const char *text_of(sqlite3_value *value)
{
	const unsigned char *text = sqlite3_value_text(value);

	return text ? (const char *)text : "";
}

static void has_words(
    sqlite3_context *context, int count, sqlite3_value **values)
{
	struct wanted *wanted = sqlite3_get_auxdata(context, 1);
	bool is_new = !wanted;

	(void)count;
	if (is_new)
		wanted = read_wanted(text_of(values[1]));
	sqlite3_result_int(
	    context, words_are_in(&wanted->words, text_of(values[0])));
	/* It may be forgotten at once. */
	if (is_new)
		sqlite3_set_auxdata(context, 1, wanted, forget_wanted);
}

static void fold(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct arena *arena = sqlite3_user_data(context);

	(void)count;
	sqlite3_result_text(context, text_fold(arena, text_of(values[0])), -1,
	    SQLITE_TRANSIENT);
	arena_reset(arena);
}

int db_sqlite_add_words(struct db *db)
{
	const int flags =
	    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
	int code = sqlite3_create_function(
	    db->handle, "has_words", 2, flags, NULL, has_words, NULL, NULL);

	if (code != SQLITE_OK)
		return code;
	return sqlite3_create_function(
	    db->handle, "fold", 1, flags, &db->fold_arena, fold, NULL, NULL);
}
