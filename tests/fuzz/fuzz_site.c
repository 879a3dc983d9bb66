/*
 * Whole requests: whoever asks for whatever page in whatever way, the answer
 * is an answer. Never a 5xx, no broken header, no text that is not UTF-8, no
 * JSON that does not read back, no redirect that leaves the site, no markup
 * of a stranger's; and a visitor's GET changes nothing.
 *
 * The programs are the real ones, with a database of demo events, which is
 * put back after each request that changed it. Network, mail and slow hashes
 * are replaced.
 *
 * Input: who asks (and HEAD instead of GET), two bytes that pick a route, one
 * that picks names for its parameters; then lines: the query, headers
 * "NAME=value", an empty one, and the body. Forms get their token, so that the
 * fuzzer gets behind it. With SHOW in the environment request and answer are
 * printed.
 */
#include "fuzz.h"

#include "../../cgi-bin/programs.h"
#include "../../lib/web/server.c"
#include "../unit/site.h"
#include "account/account.h"
#include "account/bearer.h"
#include "account/session.h"
#include "demo.h"
#include "store/db_sqlite.h"
#include "web/json.h"
#include "world.h"

/* What gets through to a page as markup is markup of a stranger's. */
#define MARKUP "<zq"

/* ---- instead of chores ---- */

void chores_run(const struct shop *shop, enum chores_left left)
{
	(void)shop;
	(void)left;
}

int64_t chores_last_sweep(struct arena *arena, const struct config *config)
{
	(void)arena;
	(void)config;
	return 0;
}

/* ---- the site ---- */

static struct site site;
static struct server worker;

/*
 * The database as it was made. Its bytes are written over the file, without a
 * word to SQLite, which finds another change counter and drops the pages that
 * it has kept. A real copy would make it prepare every statement anew, which
 * takes ten times as long as a request. There is no log beside it: the journal
 * is truncated.
 */
static struct {
	int file;
	char *bytes;
	size_t length;
} pristine;

/* Somebody who asks; the first is a visitor. */
static struct asker {
	enum role role;
	const char *cookie; /* both of them */
	const char *token;  /* of forms */
	const char *bearer; /* "Bearer ..." */
} askers[] = {
    {.role = ROLE_VISITOR},
    {.role = ROLE_USER},
    {.role = ROLE_DOOR},
    {.role = ROLE_ORGANISER},
    {.role = ROLE_ADMIN},
};

static const struct program *const programs[] = {
    &list_program,
    &book_program,
    &checkout_program,
    &tickets_program,
    &account_program,
    &admin_program,
    &door_program,
    &api_program,
};

/* What parameters of routes are called; some are found at the start. */
static const char *names[16] = {
    "jazz-evening",
    "open-doors",
    "queue-night",
    "classical-night",
    "1",
    "2",
    "arena-x",
    "campuspay",
    "campuspay_page",
};
enum {
	NAME_PAID = 9, /* references of bookings */
	NAME_HELD,
	NAME_CODE, /* of a ticket */
	NAME_KEY,  /* of an entry in the waiting list */
	NAME_NONE,
	NAME_OTHER,
	NAME_TIER,
};

static void keep_database(void)
{
	const char *path = config_path(&site.arena, &site.config, DB_FILE);
	struct stat status;

	pristine.file = open(path, O_RDWR | O_CLOEXEC);
	require(pristine.file >= 0 && fstat(pristine.file, &status) == 0);
	pristine.length = (size_t)status.st_size;
	pristine.bytes = arena_alloc(&site.arena, pristine.length);
	require(pread(pristine.file, pristine.bytes, pristine.length, 0) ==
	    (ssize_t)pristine.length);
}

static void put_back_database(void)
{
	require(pwrite(pristine.file, pristine.bytes, pristine.length, 0) ==
	    (ssize_t)pristine.length);
	require(ftruncate(pristine.file, (off_t)pristine.length) == 0);
}

static const char *sign(const char *purpose, const char *text)
{
	return token_sign(&site.arena, site.config.cookie_key, purpose, text);
}

static void make_asker(struct asker *asker, size_t number)
{
	const struct shop *shop = &site.shop;
	const struct registration registration = {
	    .first_name = "Ada",
	    .last_name = "Lovelace",
	    .username = arena_format(&site.arena, "ada%zu", number),
	    .email = arena_format(&site.arena, "ada%zu@example.org", number),
	    .password = "a long pass phrase",
	};
	/* A browser has one session. */
	const char *browser =
	    arena_format(&site.arena, "0123456789ABCDEFGHJKMNPQR%zu", number);
	const struct session_place place = {
	    .browser = browser, .user_agent = "fuzz", .address = "192.0.2.1"};
	struct bearer_tokens tokens;
	const char *secret = "";
	struct user user;

	asker->bearer = "";
	if (asker->role != ROLE_VISITOR) {
		must(account_create(
		    shop, &registration, asker->role, true, &user));
		must(session_begin(shop, &user, &place, &secret));
		must(bearer_begin(shop, &user, &tokens));
		asker->bearer =
		    arena_format(&site.arena, "Bearer %s", tokens.access);
	}
	asker->token =
	    sign("csrf", arena_format(&site.arena, "%s/%s", browser, secret));
	asker->cookie = arena_format(&site.arena,
	    "campuspass-%s=%s.%s; campuspass-session-%s=%s",
	    site.config.cookie_mark, browser, sign("browser", browser),
	    site.config.cookie_mark, secret);
}

static void remove_site(void)
{
	nftw(site.data, site_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- the transport ---- */

static struct {
	const char *method, *path, *query, *type;
	bool is_read; /* a GET or HEAD */
	const struct asker *asker;
	const char *headers; /* lines NAME=value */
	const char *body;
	size_t length, read; /* of the body */
	struct out answer;
} asked;

static const char *find_header(const char *name)
{
	const char *line = asked.headers;
	size_t length = strlen(name);

	while (line && *line) {
		size_t size = strcspn(line, "\n");

		if (size > length && line[length] == '=' &&
		    strncmp(line, name, length) == 0)
			return arena_copy_bytes(&worker.arena,
			    line + length + 1, size - length - 1);
		line += size + (line[size] == '\n');
	}
	return NULL;
}

static const char *find_variable(const char *name)
{
	if (text_equal(name, "REQUEST_METHOD"))
		return asked.method;
	if (text_equal(name, "PATH_INFO"))
		return asked.path;
	if (text_equal(name, "QUERY_STRING"))
		return asked.query;
	if (text_equal(name, "CONTENT_TYPE"))
		return asked.type;
	if (text_equal(name, "CONTENT_LENGTH"))
		return arena_format(&worker.arena, "%zu", asked.length);
	if (text_equal(name, "REMOTE_ADDR"))
		return "192.0.2.1";
	if (text_equal(name, "HTTP_AUTHORIZATION") && *asked.asker->bearer)
		return asked.asker->bearer;
	if (text_equal(name, "HTTP_COOKIE")) {
		const char *more = find_header(name);

		return arena_format(&worker.arena, "%s; %s",
		    asked.asker->cookie, more ? more : "");
	}
	return find_header(name);
}

static size_t read_body_bytes(char *buffer, size_t size)
{
	size_t left = asked.length - asked.read;

	if (size > left)
		size = left;
	memcpy(buffer, asked.body + asked.read, size);
	asked.read += size;
	return size;
}

static void take_answer(
    const char *head, size_t head_length, const char *body, size_t body_length)
{
	out_bytes(&asked.answer, head, head_length);
	out_bytes(&asked.answer, body, body_length);
}

static const struct transport transport = {
    .variable = find_variable,
    .read = read_body_bytes,
    .send = take_answer,
};

/* ---- making a request of bytes ---- */

/* A line; moves on. What a web server does not let through is no more. */
static char *take_line(struct arena *arena, const char **at)
{
	size_t size = strcspn(*at, "\n");
	char *line = arena_copy_bytes(arena, *at, size);

	*at += size + ((*at)[size] == '\n');
	for (char *c = line; *c; c++)
		if (*c == '\r')
			*c = ' ';
	return line;
}

static const struct route *pick_route(
    unsigned number, const struct program **program)
{
	size_t count = 0;

	for (size_t i = 0; i < COUNT_OF(programs); i++)
		count += programs[i]->route_count;
	number %= (unsigned)count;
	for (size_t i = 0;; i++) {
		if (number < programs[i]->route_count) {
			*program = programs[i];
			return &programs[i]->routes[number];
		}
		number -= (unsigned)programs[i]->route_count;
	}
}

/* The route's pattern with names for its parameters. */
static const char *make_path(
    struct arena *arena, const char *pattern, unsigned choice)
{
	struct out path = {.arena = arena};

	while (*pattern) {
		if (*pattern != '{') {
			out_char(&path, *pattern++);
			continue;
		}
		pattern += strcspn(pattern, "}") + 1;
		out_text(&path, names[choice % COUNT_OF(names)]);
		choice /= COUNT_OF(names);
	}
	return out_string(&path);
}

/* The body with the form's token in front. */
static void make_body(struct arena *arena, const struct route *route,
    const char *rest, size_t length)
{
	struct out body = {.arena = arena};

	asked.type = "application/x-www-form-urlencoded";
	if (route->body == BODY_JSON) {
		asked.type = "application/json";
	} else if (route->body == BODY_FILE) {
		asked.type = "multipart/form-data; boundary=x";
		out_format(&body,
		    "--x\r\nContent-Disposition: form-data; "
		    "name=\"csrf_token\"\r\n\r\n%s\r\n",
		    asked.asker->token);
	} else if (route->csrf == CSRF_TOKEN) {
		out_format(&body, "csrf_token=%s&", asked.asker->token);
	}
	out_bytes(&body, rest, length);
	asked.body = out_string(&body);
	asked.length = body.length;
}

static void make_request(struct arena *arena, const uint8_t *data, size_t size)
{
	const char *text = arena_copy_bytes(arena, data + 4, size - 4);
	const char *end = text + size - 4;
	struct out headers = {.arena = arena};
	const struct program *program;
	const struct route *route =
	    pick_route(data[1] | (unsigned)data[2] << 8, &program);
	char *line;

	memset(&asked, 0, sizeof(asked));
	asked.answer.arena = arena;
	asked.asker = &askers[data[0] % 128 % COUNT_OF(askers)];
	asked.method = route_method(route);
	asked.is_read = text_equal(asked.method, "GET");
	if (asked.is_read && data[0] >= 128)
		asked.method = "HEAD";
	asked.path = make_path(arena, route->path, data[3]);
	asked.query = take_line(arena, &text);
	while (*(line = take_line(arena, &text)))
		out_format(&headers, "%s\n", line);
	asked.headers = out_string(&headers);
	if (asked.is_read)
		return;
	make_body(arena, route, text, (size_t)(end - text));
}

/* ---- the answer ---- */

static void check_location(const char *line)
{
	const char *url = line + strlen("Location: ");

	if (!text_starts_with(line, "Location: "))
		return;
	require(url[0] == '/' && url[1] != '/' && url[1] != '\\');
}

static void check_body(const char *type, const char *body, size_t length)
{
	json_error_t problem;

	if (text_equal(asked.method, "HEAD")) {
		require(length == 0);
		return;
	}
	if (strstr(type, "json"))
		require(json_loadb(body, length, JSON_DECODE_ANY, &problem));
	if (!strstr(type, "json") && !strstr(type, "text/"))
		return;
	require(text_is_utf8(body, length));
	if (strstr(type, "html"))
		require(!memmem(body, length, MARKUP, strlen(MARKUP)));
}

static void check_answer(struct arena *arena)
{
	const char *head = out_string(&asked.answer);
	const char *end = memmem(head, asked.answer.length, "\r\n\r\n", 4);
	const char *type = "";
	char *lines, *line;
	int status = 0;

	require(end != NULL);
	lines = arena_copy_bytes(arena, head, (size_t)(end - head));
	require(strlen(lines) == (size_t)(end - head));
	while ((line = strsep(&lines, "\n"))) {
		size_t length = strlen(line);

		require(!lines || (length > 0 && line[length - 1] == '\r'));
		if (lines)
			line[length - 1] = '\0';
		require(!strchr(line, '\r') && strstr(line, ": "));
		if (text_starts_with(line, "Status: "))
			status = atoi(line + strlen("Status: "));
		if (text_starts_with(line, "Content-Type: "))
			type = line;
		check_location(line);
	}
	require(status >= 200 && status < 500);
	end += 4;
	check_body(type, end, asked.answer.length - (size_t)(end - head));
}

/* Ask, look at the answer, and put back what has changed. */
static void ask(struct arena *arena)
{
	sqlite3 *handle = worker.db ? worker.db->handle : NULL;
	int64_t before = handle ? sqlite3_total_changes64(handle) : 0;
	bool may_change;

	serve(&worker);
	if (getenv("SHOW"))
		printf("%s %s as %d\n%s\n", asked.method, asked.path,
		    (int)asked.asker->role, out_string(&asked.answer));
	check_answer(arena);
	require(worker.db != NULL);
	if (!handle || sqlite3_total_changes64(handle) == before)
		return;
	may_change = !asked.is_read || asked.asker->role != ROLE_VISITOR ||
	    text_starts_with(asked.path, "/checkout/return/") ||
	    text_starts_with(asked.path, "/checkout/cancel/");
	require(may_change);
	put_back_database();
}

/* ---- beginning ---- */

static const char *find_text(const char *sql)
{
	sqlite3_stmt *statement;
	const char *text;

	require(sqlite3_prepare_v2(
		    worker.db->handle, sql, -1, &statement, NULL) == SQLITE_OK);
	require(sqlite3_step(statement) == SQLITE_ROW);
	text = arena_copy(
	    &site.arena, (const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	return text;
}

static void post(const char *path, const char *body)
{
	asked.method = "POST";
	asked.is_read = false;
	asked.path = path;
	asked.query = asked.headers = "";
	asked.type = "application/json";
	asked.asker = &askers[1];
	asked.body = body;
	asked.length = strlen(body);
	asked.read = 0;
	asked.answer = (struct out){.arena = &site.arena};
	serve(&worker);
}

/* A paid booking, and places that are held. */
static void make_bookings(void)
{
	post("/api/events/open-doors/book",
	    "{\"email\":\"ada1@example.org\",\"tier_name\":\"general\","
	    "\"quantity\":1,\"payment_token\":\"tok_valid\"}");
	post("/event/jazz-evening/book/", "{}");
	names[NAME_PAID] = find_text(
	    "SELECT reference FROM booking WHERE state = 'confirmed'");
	names[NAME_HELD] =
	    find_text("SELECT reference FROM booking WHERE state = 'held'");
	post("/api/register",
	    "{\"first_name\":\"Ada\",\"last_name\":\"Lovelace\","
	    "\"ticket_type\":\"VIP\"}");
	names[NAME_CODE] = find_text("SELECT code FROM ticket");
	names[NAME_KEY] = find_text("SELECT entry_key FROM queue_entry");
	names[NAME_NONE] = "nothing";
	names[NAME_OTHER] = "%";
	names[NAME_TIER] = "general-admission";
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	bool is_added;

	(void)count;
	(void)arguments;
	clock_tick();
	site_open(&site);
	atexit(remove_site);
	log_open("fuzz", "/dev/null");
	must(demo_load(&site.shop));
	must(config_add(&site.arena, &site.config, "limits", "no", &is_added));
	must(config_add(
	    &site.arena, &site.config, "journal_mode", "truncate", &is_added));
	for (size_t i = 0; i < COUNT_OF(askers); i++)
		make_asker(&askers[i], i);
	db_close(site.shop.db);
	setenv("CAMPUSPASS_DATA", site.data, true);
	worker.parts = site_parts;
	worker.transport = &transport;
	make_bookings();
	keep_database();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;

	if (size < 4)
		return 0;
	make_request(&arena, data, size);
	ask(&arena);
	arena_reset(&arena);
	return 0;
}
