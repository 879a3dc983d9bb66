/*
 * The operator's command: whatever words it is called with, whatever stands
 * in its files and on its standard input, it ends with 0, 1 or 2 and says why;
 * what is no right call changes nothing, nor does a verb that only looks; no
 * key and no password is printed; and the database is sound afterwards.
 *
 * The command is the real one, in a folder of its own with data of demo
 * events and bookings, made anew for each call. Network, mail and slow hashes
 * are replaced.
 *
 * Input: one byte of flags; then lines: the words, an empty one, and the rest,
 * which is standard input and the file "in", or (PATCHES) which bytes of
 * "copy.db", a backup, are different. The word REFERENCE is that of a
 * booking. With SHOW in the environment what is printed is shown.
 */
#include "fuzz.h"

#include "base/file.h"
#include "base/log.h"

int command_main(int count, char **words);
#define main command_main
#define log_open(program, path) log_open(program, "/dev/null")
#include "../../db/campuspass.c"
#undef log_open
#undef main

#include "../unit/site.h"
#include "account/account.h"
#include "booking/checkout.h"
#include "booking/hold.h"
#include "demo.h"
#include "world.h"

/* The input's first byte. */
enum {
	TERMINAL = 1, /* somebody sits there, and may be asked */
	PATCHES = 2,  /* the rest changes the copy */
	NOWHERE = 4,  /* no data directory is named by the environment */
};

enum {
	WORDS_MOST = 12,
	PATCH_SIZE = 4,   /* three bytes say where, one what */
	SECRET_LEAST = 12 /* shorter ones stand anywhere by chance */
};

/* ---- the folder ---- */

static struct site site; /* where the first data are made */
static struct arena lasting;
static const char *own_folder;
static int inside, outside;   /* the folder, and where the fuzzer works */
static const char *reference; /* of the booking that waits for its money */

/* What stands in the folder before each call. */
static struct kept {
	const char *name;
	char *bytes;
	size_t length;
} kept[] = {
    {"data/campuspass.db"},
    {"data/campuspass.conf"},
    {"data/keys"},
    {"copy.db"},
    {"copy.db.keys"},
};
enum {
	KEPT_DATABASE,
	KEPT_SETTINGS,
	KEPT_KEYS,
	KEPT_COPY,
	KEPT_COPIED_KEYS
};

static void write_bytes(const char *name, const char *bytes, size_t length)
{
	FILE *file = fopen(name, "we");

	require(file != NULL);
	require(fwrite(bytes, 1, length, file) == length);
	require(fclose(file) == 0);
}

static int remove_inside(
    const char *path, const struct stat *status, int type, struct FTW *position)
{
	(void)status;
	(void)type;
	return position->level > 0 ? remove(path) : 0;
}

static void make_folder(void)
{
	static const char *const folders[] = {
	    "data", "data/locks", "data/log", "data/run"};

	nftw(".", remove_inside, 16, FTW_DEPTH | FTW_PHYS);
	for (size_t i = 0; i < COUNT_OF(folders); i++)
		require(mkdir(folders[i], 0700) == 0);
	for (size_t i = 0; i < COUNT_OF(kept); i++)
		write_bytes(kept[i].name, kept[i].bytes, kept[i].length);
}

static void remove_all(void)
{
	nftw(own_folder, site_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static bool is_as_before(const struct kept *file)
{
	struct arena arena = ARENA_EMPTY;
	size_t length;
	char *bytes;
	bool is_same;

	must(file_read(&arena, file->name, SIZE_MAX, &bytes, &length));
	is_same =
	    length == file->length && memcmp(bytes, file->bytes, length) == 0;
	arena_close(&arena);
	return is_same;
}

/* ---- a call ---- */

static struct call_of_command {
	int count;
	char *words[WORDS_MOST + 2]; /* with the name and NULL */
	const char *rest;
	size_t rest_length;
	bool is_terminal;
	bool is_text; /* the words are UTF-8 */
	int code;
	char *output, *trouble; /* what it printed */
	size_t output_length, trouble_length;
} called;

int isatty(int descriptor)
{
	(void)descriptor;
	return called.is_terminal;
}

static void run_command(const char *data)
{
	FILE *input = stdin, *output = stdout, *trouble = stderr;

	if (data)
		setenv("CAMPUSPASS_DATA", data, true);
	else
		unsetenv("CAMPUSPASS_DATA");
	free(called.output);
	free(called.trouble);
	stdin =
	    fmemopen((char *)(uintptr_t)called.rest, called.rest_length, "r");
	stdout = open_memstream(&called.output, &called.output_length);
	stderr = open_memstream(&called.trouble, &called.trouble_length);
	if (!stdin || !stdout || !stderr)
		abort();
	clock_tick();
	called.code = command_main(called.count, called.words);
	fclose(stdin);
	fclose(stdout);
	fclose(stderr);
	stdin = input;
	stdout = output;
	stderr = trouble;
	error_reset();
	if (getenv("SHOW"))
		printf("%d\n%s%s", called.code, called.output, called.trouble);
}

/* One more, of our own words. */
static void run_ours(const char *verb, const char *more)
{
	char *words[] = {(char *)(uintptr_t) "campuspass",
	    (char *)(uintptr_t)verb, (char *)(uintptr_t)more, NULL};

	memcpy(called.words, words, sizeof(words));
	called.count = more ? 3 : 2;
	called.rest_length = 0;
	run_command("data");
}

/* ---- making a call of bytes ---- */

/* No path leads out of the folder. */
static bool may_be_said(const char *word)
{
	return !strchr(word, '/') && !text_equal(word, "..") &&
	    strlen(word) < 200;
}

static bool read_words(struct arena *arena, const char **at)
{
	called.words[0] = (char *)(uintptr_t) "campuspass";
	called.count = 1;
	called.is_text = true;
	while (**at && **at != '\n') {
		size_t length = strcspn(*at, "\n");
		char *word = arena_copy_bytes(arena, *at, length);

		*at += length + ((*at)[length] == '\n');
		if (called.count > WORDS_MOST || !may_be_said(word))
			return false;
		if (text_equal(word, "REFERENCE"))
			word = arena_copy(arena, reference);
		if (!text_is_utf8(word, strlen(word)))
			called.is_text = false;
		called.words[called.count++] = word;
	}
	called.words[called.count] = NULL;
	*at += **at == '\n';
	return true;
}

static void write_patched_copy(void)
{
	const unsigned char *at = (const unsigned char *)called.rest;
	struct arena arena = ARENA_EMPTY;
	size_t length = kept[KEPT_COPY].length;
	char *bytes = arena_copy_bytes(&arena, kept[KEPT_COPY].bytes, length);

	for (size_t left = called.rest_length; left >= PATCH_SIZE;
	     left -= PATCH_SIZE, at += PATCH_SIZE)
		bytes[(at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16) %
		    length] = (char)at[3];
	write_bytes("copy.db", bytes, length);
	arena_close(&arena);
}

static bool make_call(struct arena *arena, const uint8_t *data, size_t size)
{
	const char *text = arena_copy_bytes(arena, data + 1, size - 1);
	const char *end = text + size - 1;

	called.is_terminal = data[0] & TERMINAL;
	if (!read_words(arena, &text))
		return false;
	called.rest = text;
	called.rest_length = (size_t)(end - text);
	make_folder();
	if (data[0] & PATCHES)
		write_patched_copy();
	write_bytes("in", called.rest, called.rest_length);
	return true;
}

/* ---- what came of it ---- */

/* Verbs that look, by how their names begin. */
static const char *const looking[] = {"backup", "export", "event export",
    "user list", "late", "mail list", "mail show", "check", "doctor", "version",
    "help"};

static bool is_looking(struct arena *arena)
{
	int first =
	    called.count > 2 && text_equal(called.words[1], "--data") ? 3 : 1;
	const char *said = called.count > first + 1
	    ? arena_format(
		  arena, "%s %s", called.words[first], called.words[first + 1])
	    : called.count > first ? called.words[first]
				   : "";

	for (size_t i = 0; i < COUNT_OF(looking); i++)
		if (text_starts_with(said, looking[i]))
			return true;
	return false;
}

static bool was_printed(const char *text, size_t length)
{
	return memmem(called.output, called.output_length, text, length) ||
	    memmem(called.trouble, called.trouble_length, text, length);
}

static bool was_said(const char *text, size_t length)
{
	for (int i = 0; i < called.count; i++)
		if (memmem(
			called.words[i], strlen(called.words[i]), text, length))
			return true;
	return false;
}

/* The fuzzer sees what is looked for, and may say it itself. */
static void check_no_secret(void)
{
	const char *rest = called.rest, *end = kept[KEPT_KEYS].bytes;
	size_t length = called.rest_length;

	for (; (end = strchr(end, '\n')); end++) {
		const char *key = end - SECRET_LEAST;

		require(was_said(key, SECRET_LEAST) ||
		    memmem(rest, length, key, SECRET_LEAST) ||
		    !was_printed(key, SECRET_LEAST));
	}
	if (length >= SECRET_LEAST && called.count >= 3 &&
	    text_equal(called.words[1], "user") &&
	    text_equal(called.words[2], "add"))
		require(was_said(rest, length) || !was_printed(rest, length));
}

static void check_printed(void)
{
	require(called.code >= EXIT_GOOD && called.code <= EXIT_USAGE);
	if (called.code != EXIT_GOOD)
		require(called.trouble_length > 0 &&
		    called.trouble[called.trouble_length - 1] == '\n');
	if (!called.is_text)
		return;
	require(text_is_utf8(called.output, called.output_length));
	require(text_is_utf8(called.trouble, called.trouble_length) ||
	    !text_is_utf8(called.rest, called.rest_length));
}

/* What is not in the database's file yet. */
static bool has_log(void)
{
	struct stat state;

	return stat("data/campuspass.db-wal", &state) == 0 && state.st_size > 0;
}

static void check_data(struct arena *arena)
{
	bool may_change = called.code != EXIT_USAGE && !is_looking(arena);
	bool brings_rows = was_said("restore", 7) || was_said("import", 6);

	must(keys_check(arena, "data/keys"));
	if (is_as_before(&kept[KEPT_DATABASE]) && !has_log())
		return;
	require(may_change);
	run_ours("check", NULL);
	require(called.code == EXIT_GOOD);
	if (!brings_rows)
		return;
	/* What looks at it ends, whatever a copy or a file brought in. */
	run_ours("export", NULL);
	run_ours("user", "list");
	run_ours("mail", "list");
	run_ours("late", NULL);
	run_ours("sweep", NULL);
	run_ours("check", NULL);
	require(called.code == EXIT_GOOD);
}

/* ---- beginning ---- */

/* Returns its reference. */
static const char *book(const char *email, const struct payment *payment)
{
	static const struct viewer ada = {
	    .role = ROLE_VISITOR, .browser = "ada"};
	const struct order order = {
	    .event = "open-doors",
	    .tier = "general",
	    .quantity = 2,
	    .email = email,
	    .name = "Ada Lovelace",
	    .viewer = &ada,
	    .source = "page",
	    .form_key = "",
	    .replaces = "",
	};
	struct booking booking;
	const char *approve;

	must(hold_place(&site.shop, &order, &booking));
	must(checkout_pay(
	    &site.shop, booking.reference, &ada, payment, &booking, &approve));
	return arena_copy(&lasting, booking.reference);
}

/* One is paid, its mail waits in the outbox; one waits for its money. */
static void make_bookings(void)
{
	const struct payment card = {
	    .gateway = "campuspay", .token = "tok_valid"};
	const struct payment later = {.gateway = "later", .token = ""};

	book("ada@example.org", &card);
	reference = book("bob@example.org", &later);
}

static void add_account(void)
{
	const struct registration registration = {
	    .first_name = "",
	    .last_name = "",
	    .username = "ada",
	    .email = "ada@example.org",
	    .password = "seven brass kettles",
	};
	struct user user;

	must(account_create(&site.shop, &registration, ROLE_USER, true, &user));
}

static void keep(struct kept *file, const char *path)
{
	must(file_read(&lasting, path, SIZE_MAX, &file->bytes, &file->length));
}

static void make_data(void)
{
	const struct config *config;
	const char *copy;
	bool is_added;

	site_open(&site);
	config = &site.config;
	must(demo_load(&site.shop));
	must(config_add(
	    &lasting, config, "gateways", "campuspay later", &is_added));
	must(config_load(&site.arena, site.data, &site.config));
	make_bookings();
	add_account();
	copy = config_path(&lasting, config, "copy");
	must(db_backup(site.shop.db, &lasting, config, copy, false));
	db_keep_log_short(site.shop.db);
	db_close(site.shop.db);
	keep(&kept[KEPT_DATABASE],
	    config_path(&lasting, config, "campuspass.db"));
	keep(&kept[KEPT_SETTINGS], config->path);
	keep(&kept[KEPT_KEYS], config->keys_path);
	keep(&kept[KEPT_COPY], copy);
	keep(&kept[KEPT_COPIED_KEYS], config->keys_path);
	nftw(site.data, site_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	const char *place = getenv("TMPDIR");

	(void)count;
	(void)arguments;
	own_folder = mkdtemp(arena_format(
	    &lasting, "%s/command-XXXXXX", place ? place : "/tmp"));
	require(own_folder != NULL);
	atexit(remove_all);
	outside = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	inside = open(own_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	require(outside >= 0 && inside >= 0);
	clock_tick();
	make_data();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;

	require(fchdir(inside) == 0);
	if (size > 0 && make_call(&arena, data, size)) {
		run_command(data[0] & NOWHERE ? NULL : "data");
		check_printed();
		check_no_secret();
		check_data(&arena);
	}
	require(fchdir(outside) == 0);
	error_reset();
	arena_reset(&arena);
	return 0;
}
