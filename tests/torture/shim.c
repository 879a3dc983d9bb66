/*
 * Shim: stands before the C library (LD_PRELOAD) and makes a call fail, or
 * records what is written, for torture.py.
 *
 *   SHIM_FAIL=CALL:N   the N-th CALL of the process fails: write, sync,
 *                      malloc, open, rename
 *   SHIM_REPORT=FILE   gets a byte when it did
 *   SHIM_COUNT=FILE    is a line "WRITES SYNCS MALLOCS OPENS RENAMES" when it
 *                      ends
 *   SHIM_RECORD=FILE   gets each change of campuspass.db and its log, in order:
 *                      a line "CALL NAME OFFSET LENGTH" and the bytes (the
 *                      offset of a sync: of the record, where it began); and
 *                      what the simulated gateway did: "gateway NAME 0 LENGTH"
 *   SHIM_ORDERS=FILE   says which statement of the database fails, while
 *                      the program runs: struct orders, written by
 *                      tests/failing
 *
 * The files are opened before main(), for later a sandbox may forbid it. A
 * record follows what it records: what is not in it may have happened, what
 * is in it has.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static const char *failing = ""; /* "write:3" */
static long countdown;           /* 1: the next one fails; 0: none */
static int report = -1, record = -1, tally = -1;
static const char *const calls[] = {
    "write", "sync", "malloc", "open", "rename"};
enum {
	CALLS = sizeof(calls) / sizeof(*calls)
};
static long counts[CALLS]; /* of these */

enum {
	MOST_TEXTS = 1000
};

/* Shared with whoever gives the orders. */
struct orders {
	int32_t countdown; /* 1: the next statement fails; 0: none */
	int32_t is_late;   /* a COMMIT, and it is done but says it failed */
	int32_t fired;     /* how many have failed */
	int32_t commits;   /* how many changes were committed */
	int32_t turns; /* 1: wait before the next turn to write; 0: do not */
	int32_t waits; /* set while it does; whoever unsets it lets it go on */
	int32_t met;   /* how many statements began, and what their texts are */
	uint32_t texts[MOST_TEXTS];
};

static struct orders *orders;

static int open_named(const char *variable)
{
	const char *path = getenv(variable);

	return path
	    ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)
	    : -1;
}

/* An errand runs beside what is tried, so nothing fails there. */
static void take_orders(void)
{
	const char *path = getenv("SHIM_ORDERS");
	int file =
	    path && !getenv("CAMPUSPASS_ERRAND") ? open(path, O_RDWR) : -1;
	void *shared;

	if (file < 0)
		return;
	shared = mmap(
	    NULL, sizeof(*orders), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (shared == MAP_FAILED)
		abort();
	orders = shared;
	close(file);
}

__attribute__((constructor)) static void start(void)
{
	const char *fail = getenv("SHIM_FAIL");
	const char *number = fail ? strchr(fail, ':') : NULL;

	report = open_named("SHIM_REPORT");
	record = open_named("SHIM_RECORD");
	take_orders();
	tally = open_named("SHIM_COUNT");
	if (!number)
		return;
	failing = fail;
	countdown = strtol(number + 1, NULL, 10);
}

__attribute__((destructor)) static void end(void)
{
	if (tally >= 0)
		dprintf(tally, "%ld %ld %ld %ld %ld\n", counts[0], counts[1],
		    counts[2], counts[3], counts[4]);
}

/* Is it this call's turn? */
static bool fails(const char *call)
{
	for (int i = 0; i < CALLS; i++)
		counts[i] += *call == *calls[i];
	if (countdown == 0 || strncmp(failing, call, strlen(call)) != 0)
		return false;
	if (--countdown > 0)
		return false;
	if (report >= 0)
		syscall(SYS_write, report, "!", 1);
	return true;
}

/* ---- recording ---- */

/* The name of a file of the database; NULL for others. */
static const char *name_of(int file, char path[PATH_MAX])
{
	char link[64];
	ssize_t length;
	const char *name;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	length = readlink(link, path, PATH_MAX - 1);
	if (length < 0)
		return NULL;
	path[length] = '\0';
	name = strrchr(path, '/');
	return name && strncmp(name, "/campuspass.db", 14) == 0 ? name + 1
								: NULL;
}

static void note(
    const char *call, int file, const void *bytes, off_t offset, size_t length)
{
	char path[PATH_MAX];
	int saved = errno;
	const char *name = record >= 0 ? name_of(file, path) : NULL;

	if (name) {
		char line[PATH_MAX + 64];
		int size = snprintf(line, sizeof(line), "%s %s %lld %zu\n",
		    call, name, (long long)offset, length);
		struct iovec parts[] = {
		    {line, (size_t)size}, {(void *)(uintptr_t)bytes, length}};

		if (writev(record, parts, length > 0 ? 2 : 1) < 0)
			abort();
	}
	errno = saved;
}

/* The gateway keeps each movement of money in a file that it renames. */
static void note_gateway(const char *path)
{
	const char *name = strrchr(path, '/');
	char bytes[256], line[PATH_MAX];
	int file = record >= 0 && strstr(path, "/campuspay/")
	    ? open(path, O_RDONLY | O_CLOEXEC)
	    : -1;
	ssize_t length, size;

	if (file < 0)
		return;
	length = read(file, bytes, sizeof(bytes));
	close(file);
	size = snprintf(
	    line, sizeof(line), "gateway %s 0 %zd\n", name + 1, length);
	if (length < 0 ||
	    writev(record,
		(struct iovec[]){{line, (size_t)size}, {bytes, (size_t)length}},
		2) < 0)
		abort();
}

/* ---- the calls ---- */

int rename(const char *from, const char *to)
{
	int result;

	if (fails("rename")) {
		errno = EIO;
		return -1;
	}
	result = (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
	if (result == 0)
		note_gateway(to);
	return result;
}

static bool ends_with(const char *path, const char *tail)
{
	size_t length = strlen(path), end = strlen(tail);

	return length >= end && strcmp(path + length - end, tail) == 0;
}

/*
 * What a coverage build counts, and the file that moves the program's time,
 * are the tests' own: without the second a program would live in the past.
 */
static bool is_of_tests(const char *path)
{
	return ends_with(path, ".gcda") || ends_with(path, "/clock");
}

static int open_file(const char *path, int flags, mode_t mode)
{
	if (!is_of_tests(path) && fails("open")) {
		errno = EMFILE;
		return -1;
	}
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

/* Without O_CREAT there is no mode: what is read then is not looked at. */
int open(const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = va_arg(list, mode_t);
	va_end(list);
	return open_file(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = va_arg(list, mode_t);
	va_end(list);
	return open_file(path, flags, mode);
}

/* What a fortified program calls where it gives no mode. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);

int __open_2(const char *path, int flags)
{
	return open_file(path, flags, 0);
}

int __open64_2(const char *path, int flags)
{
	return open_file(path, flags, 0);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset)
{
	ssize_t put;

	if (fails("write")) {
		errno = ENOSPC;
		return -1;
	}
	put = syscall(SYS_pwrite64, file, bytes, length, offset);
	if (put > 0)
		note("write", file, bytes, offset, (size_t)put);
	return put;
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset)
{
	return pwrite64(file, bytes, length, offset);
}

ssize_t write(int file, const void *bytes, size_t length)
{
	if (fails("write")) {
		errno = EIO;
		return -1;
	}
	return syscall(SYS_write, file, bytes, length);
}

int ftruncate64(int file, off64_t size)
{
	int result;

	if (fails("write")) {
		errno = EIO;
		return -1;
	}
	result = (int)syscall(SYS_ftruncate, file, size);
	if (result == 0)
		note("truncate", file, NULL, size, 0);
	return result;
}

int ftruncate(int file, off_t size)
{
	return ftruncate64(file, size);
}

/* What others write while it lasts may be left out: it says where it began. */
static int sync_file(long call, int file)
{
	off_t begun = record >= 0 ? lseek(record, 0, SEEK_END) : 0;
	int result;

	if (fails("sync")) {
		errno = EIO;
		return -1;
	}
	result = (int)syscall(call, file);
	if (result == 0)
		note("sync", file, NULL, begun, 0);
	return result;
}

int fdatasync(int file)
{
	return sync_file(SYS_fdatasync, file);
}

int fsync(int file)
{
	return sync_file(SYS_fsync, file);
}

void *malloc(size_t size)
{
	return fails("malloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails("malloc") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails("malloc") ? NULL : __libc_realloc(old, size);
}

/* ---- turns ---- */

enum {
	LONGEST_WAIT_MS = 20 * 1000 /* nobody may let it go on */
};

/* Is this the first of the two locks, taken at the beginning of a turn? */
static bool is_turn(int file, int operation)
{
	char path[PATH_MAX], link[64];
	ssize_t length;

	if (operation != (LOCK_EX | LOCK_NB))
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	length = readlink(link, path, PATH_MAX - 1);
	if (length < 0)
		return false;
	path[length] = '\0';
	return strstr(path, "/queue.lock") != NULL;
}

int flock(int file, int operation)
{
	if (orders && orders->turns > 0 && is_turn(file, operation) &&
	    --orders->turns == 0) {
		volatile int32_t *waits = &orders->waits;

		*waits = 1;
		for (int i = 0; *waits && i < LONGEST_WAIT_MS; i++)
			usleep(1000);
	}
	return (int)syscall(SYS_flock, file, operation);
}

/* ---- requests ---- */

/*
 * What a worker looks up between its answer and the next request is nobody's:
 * a statement of it is none of those that are counted.
 */
static bool is_worker, is_answered;

int accept(int socket, __SOCKADDR_ARG address, socklen_t *length)
{
	is_worker = true;
	is_answered = false;
	return (int)syscall(
	    SYS_accept4, socket, address.__sockaddr__, length, 0);
}

ssize_t writev(int file, const struct iovec *parts, int count)
{
	is_answered = is_worker;
	return syscall(SYS_writev, file, parts, count);
}

/* ---- statements ---- */

/* The one that has failed: until it is reset, and its error is asked for. */
static sqlite3_stmt *failed;
static sqlite3 *failed_in;
static bool is_in_exec;

/* The library's own, behind the shim. */
static void *real(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (!function)
		abort();
	return function;
}

static bool is_commit(sqlite3_stmt *statement)
{
	return strcmp(sqlite3_sql(statement), "COMMIT") == 0;
}

/* The same in all processes (FNV-1a). */
static uint32_t digest(const char *text)
{
	uint32_t value = 2166136261u;

	for (; *text; text++)
		value = (value ^ (unsigned char)*text) * 16777619u;
	return value;
}

/* Not those of sqlite3_exec(): it would not see it. */
static bool statement_fails(sqlite3_stmt *statement)
{
	int32_t place;

	if (is_in_exec || is_answered || sqlite3_stmt_busy(statement) ||
	    (orders->is_late && !is_commit(statement)))
		return false;
	place = __atomic_fetch_add(&orders->met, 1, __ATOMIC_SEQ_CST);
	if (place < MOST_TEXTS)
		orders->texts[place] = digest(sqlite3_sql(statement));
	return orders->countdown > 0 &&
	    __atomic_sub_fetch(&orders->countdown, 1, __ATOMIC_SEQ_CST) == 0;
}

int sqlite3_step(sqlite3_stmt *statement)
{
	static int (*step)(sqlite3_stmt *);
	sqlite3 *handle;
	bool changes;

	if (!step)
		step = (int (*)(sqlite3_stmt *))real("sqlite3_step");
	/* One that was finalized may have had this address. */
	if (statement == failed)
		failed = NULL;
	/* Statements of the library itself have no text. */
	if (!orders || !sqlite3_sql(statement))
		return step(statement);
	handle = sqlite3_db_handle(statement);
	changes = sqlite3_txn_state(handle, NULL) == SQLITE_TXN_WRITE;
	if (!statement_fails(statement)) {
		orders->commits += changes && is_commit(statement);
		return step(statement);
	}
	orders->fired++;
	orders->commits += orders->is_late;
	/* Reading only, there is nothing that could fail at the end. */
	if (orders->is_late || (is_commit(statement) && !changes))
		step(statement);
	failed = statement;
	failed_in = handle;
	return SQLITE_IOERR;
}

int sqlite3_exec(sqlite3 *handle, const char *sql,
    int (*row)(void *, int, char **, char **), void *context, char **message)
{
	static int (*exec)(sqlite3 *, const char *,
	    int (*)(void *, int, char **, char **), void *, char **);
	int code;

	if (!exec)
		exec = (int (*)(sqlite3 *, const char *,
		    int (*)(void *, int, char **, char **), void *,
		    char **))real("sqlite3_exec");
	is_in_exec = true;
	code = exec(handle, sql, row, context, message);
	is_in_exec = false;
	return code;
}

int sqlite3_reset(sqlite3_stmt *statement)
{
	static int (*reset)(sqlite3_stmt *);
	int code;

	if (!reset)
		reset = (int (*)(sqlite3_stmt *))real("sqlite3_reset");
	code = reset(statement);
	if (!statement || statement != failed)
		return code;
	failed = NULL;
	return SQLITE_IOERR;
}

int sqlite3_extended_errcode(sqlite3 *handle)
{
	static int (*errcode)(sqlite3 *);

	if (!errcode)
		errcode = (int (*)(sqlite3 *))real("sqlite3_extended_errcode");
	if (!handle || handle != failed_in)
		return errcode(handle);
	failed_in = NULL;
	return SQLITE_IOERR;
}
