/*
 * Counts: linked into every program of a coverage build, so that what a
 * process has run is written however it ends, and wherever it is shut in.
 *
 * gcov writes at exit(). Here it writes, too, before _exit(), abort() and a
 * signal that ends the process; and the sandbox leaves the folder of the
 * counts open. The programs' own sources know nothing of it: the linker puts
 * these functions in the place of the C library's (--wrap).
 */
#include <fcntl.h>
#include <gcov.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

_Noreturn void __real__exit(int status);
_Noreturn void __real_abort(void);
long __real_syscall(long number, ...);
sighandler_t __real_signal(int number, sighandler_t handler);

_Noreturn void __wrap__exit(int status);
_Noreturn void __wrap_abort(void);
long __wrap_syscall(long number, ...);
sighandler_t __wrap_signal(int number, sighandler_t handler);

/* Its counts are being written, here or by exit(): it is left to end. */
static volatile sig_atomic_t is_ending;

static void write_once(void)
{
	if (is_ending)
		return;
	is_ending = 1;
	__gcov_dump();
}

static void begin_end(void)
{
	is_ending = 1;
}

void __wrap__exit(int status)
{
	write_once();
	__real__exit(status);
}

void __wrap_abort(void)
{
	write_once();
	__real_abort();
}

/* lighttpd ends a worker, and its own death does: two signals, one end. */
static void on_end(int number)
{
	if (is_ending)
		return;
	write_once();
	__real_signal(number, SIG_DFL);
	raise(number);
}

/* Where a program asks for the default, which is to end, it gets ours. */
sighandler_t __wrap_signal(int number, sighandler_t handler)
{
	if (handler == SIG_DFL && number != SIGCHLD)
		handler = on_end;
	return __real_signal(number, handler);
}

__attribute__((constructor)) static void start(void)
{
	static const int ending[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};

	atexit(begin_end); /* comes before gcov's own */
	for (size_t i = 0; i < sizeof(ending) / sizeof(*ending); i++)
		__real_signal(ending[i], on_end);
}

static void open_folder(int ruleset)
{
	struct landlock_path_beneath_attr rule = {
	    .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE |
		LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
		LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_READ_DIR,
	    .parent_fd = open(COUNTS_FOLDER, O_PATH | O_CLOEXEC)};

	__real_syscall(SYS_landlock_add_rule, ruleset,
	    LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
}

/* No call of the programs has more than five arguments. */
long __wrap_syscall(long number, ...)
{
	long arguments[5];
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 5; i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_landlock_restrict_self)
		open_folder((int)arguments[0]);
	return __real_syscall(number, arguments[0], arguments[1], arguments[2],
	    arguments[3], arguments[4]);
}
