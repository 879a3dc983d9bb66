/*
 * Sandbox: each of these is tried by a process of its own from inside, as a
 * program that calls gateways and as one that calls nobody.
 */
#include "site.h"
#include "web/sandbox.h"
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum {
	LACKS = 77, /* the kernel lacks what this asks for */
	TOO_MUCH_MIB = 2048,
};

static struct site site;

/* Outside DATA, and ours: only the sandbox keeps us out. */
static char outside[] = "/tmp/campuspass-outside-XXXXXX";

static const char *in_data(const char *name)
{
	return config_path(&site.arena, &site.config, name);
}

static bool can_open(const char *path, int flags)
{
	return open(path, flags | O_CLOEXEC, 0600) >= 0;
}

/* ---- what is tried; each says whether it could ---- */

static bool read_data(void)
{
	return can_open(in_data("campuspass.conf"), O_RDONLY);
}

static bool write_data(void)
{
	return can_open(in_data("log/fresh"), O_WRONLY | O_CREAT) &&
	    rename(in_data("log/fresh"), in_data("locks/moved")) == 0 &&
	    truncate(in_data("locks/moved"), 0) == 0 &&
	    unlink(in_data("locks/moved")) == 0;
}

static bool make_socket_file(void)
{
	return mknod(in_data("run-pipe"), S_IFIFO | 0600, 0) == 0 ||
	    symlink("/", in_data("way-out")) == 0;
}

static bool read_outside(void)
{
	return can_open(outside, O_RDONLY);
}

static bool write_outside(void)
{
	return can_open(outside, O_WRONLY) || truncate(outside, 0) == 0;
}

static bool read_passwords(void)
{
	return can_open("/etc/passwd", O_RDONLY);
}

static bool list_root(void)
{
	return can_open("/", O_RDONLY | O_DIRECTORY);
}

static bool read_zone(void)
{
	return can_open("/usr/share/zoneinfo/UTC", O_RDONLY);
}

static bool write_zone(void)
{
	return can_open("/usr/share/zoneinfo/UTC", O_WRONLY);
}

static bool read_certificates(void)
{
	return can_open("/etc/ssl", O_RDONLY | O_DIRECTORY);
}

static bool run_program(void)
{
	execl("/bin/true", "true", NULL);
	return false;
}

static bool run_file(void)
{
	char name[] = "true", *const arguments[] = {name, NULL};

	syscall(SYS_execveat, AT_FDCWD, "/bin/true", arguments, environ, 0);
	return false;
}

static bool run_shell(void)
{
	return system("exit 0") == 0;
}

static bool start_process(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(EXIT_SUCCESS);
	return child > 0;
}

static void *do_nothing(void *nothing)
{
	return nothing;
}

static bool start_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, do_nothing, NULL) == 0 &&
	    pthread_join(thread, NULL) == 0;
}

static bool call_out(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	    .sin_port = htons(9),
	    .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return file >= 0 &&
	    (connect(file, (struct sockaddr *)&address, sizeof(address)) == 0 ||
		errno == ECONNREFUSED);
}

static bool open_local_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

static bool make_code(void)
{
	return mmap(NULL, 4096, PROT_WRITE | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool turn_into_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page != MAP_FAILED &&
	    mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool map_data(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool take_memory(void)
{
	return mmap(NULL, (size_t)TOO_MUCH_MIB * 1024 * 1024,
		   PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		   0) != MAP_FAILED;
}

static bool open_many(void)
{
	for (int i = 0; i < 300; i++)
		if (!can_open("/dev/null", O_RDONLY))
			return false;
	return true;
}

static bool trace_parent(void)
{
	return ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) == 0;
}

static bool mount_disk(void)
{
	return mount("none", site.data, "tmpfs", 0, NULL) == 0;
}

static bool leave_namespace(void)
{
	return unshare(CLONE_NEWNS) == 0;
}

static bool use_ring(void)
{
	return syscall(SYS_io_uring_setup, 1, NULL) >= 0 || errno == EFAULT;
}

#if defined(__x86_64__)
/* The numbers of x32: execve of that convention is another. */
static bool call_foreign(void)
{
	return syscall(0x40000000 + SYS_getpid) > 0;
}
#endif

static bool gain_rights(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0;
}

/* ---- the table ---- */

static const struct attempt {
	const char *name;
	bool (*can)(void);
	bool by_caller; /* may a program that calls gateways? */
	bool by_sealed; /* may one that does not? */
} attempts[] = {
    {"read DATA", read_data, true, true},
    {"write, move, cut and remove in DATA", write_data, true, true},
    {"make a pipe or a link in DATA", make_socket_file, false, false},
    {"read a file outside", read_outside, false, false},
    {"write or cut a file outside", write_outside, false, false},
    {"read /etc/passwd", read_passwords, false, false},
    {"list /", list_root, false, false},
    {"read a time zone", read_zone, true, true},
    {"write a time zone", write_zone, false, false},
    {"read certificates", read_certificates, true, false},
    {"run a program", run_program, false, false},
    {"run one by execveat", run_file, false, false},
    {"run a shell", run_shell, false, false},
    {"start a process", start_process, false, false},
    {"start a thread", start_thread, true, true},
    {"call a server", call_out, true, false},
    {"open a local socket", open_local_socket, true, false},
    {"get memory to write and run", make_code, false, false},
    {"turn memory into code", turn_into_code, false, false},
    {"get memory", map_data, true, true},
    {"get two GiB", take_memory, false, false},
    {"open three hundred files", open_many, false, false},
    {"trace its parent", trace_parent, false, false},
    {"mount a disk", mount_disk, false, false},
    {"leave its namespace", leave_namespace, false, false},
    {"use io_uring", use_ring, false, false},
#if defined(__x86_64__)
    {"use the other calling convention", call_foreign, false, false},
#endif
    {"gain rights", gain_rights, false, false},
};

/* The exit status of the child that tries. */
static int try_it(const struct attempt *attempt, bool calls_gateways)
{
	const struct sandbox sandbox = {
	    .config = &site.config, .calls_gateways = calls_gateways};
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		if (*sandbox_enter(&site.arena, &sandbox))
			_exit(LACKS);
		_exit(attempt->can() ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void judge(const struct attempt *attempt, bool calls_gateways)
{
	bool may = calls_gateways ? attempt->by_caller : attempt->by_sealed;
	const char *who = calls_gateways ? "a program that calls gateways"
					 : "a program that calls nobody";
	int status = try_it(attempt, calls_gateways);

	if (status == LACKS) {
		ok(true, "%s: %s # SKIP the kernel lacks it", who,
		    attempt->name);
		return;
	}
	ok(status == (may ? EXIT_SUCCESS : EXIT_FAILURE), "%s %s %s", who,
	    may ? "can" : "cannot", attempt->name);
}

/*
 * The probes are no good if they fail anyway: without the sandbox each can,
 * but for those that need to be root or another kernel.
 */
static void try_without(const struct attempt *attempt)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0)
		_exit(attempt->can() ? EXIT_SUCCESS : EXIT_FAILURE);
	waitpid(child, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS,
	    "without the sandbox one can %s", attempt->name);
}

/* Needs no rights and no special kernel. */
static bool is_for_all(const struct attempt *attempt)
{
	return attempt->can == read_outside || attempt->can == write_outside ||
	    attempt->can == read_passwords || attempt->can == list_root ||
	    attempt->can == run_program || attempt->can == run_file ||
	    attempt->can == run_shell || attempt->can == start_process ||
	    attempt->can == call_out || attempt->can == make_code ||
	    attempt->can == turn_into_code || attempt->can == open_many ||
	    attempt->can == take_memory || attempt->can == gain_rights ||
	    attempt->can == make_socket_file;
}

int main(void)
{
	int file = mkstemp(outside);

#ifdef __SANITIZE_ADDRESS__
	ok(true, "sandbox # SKIP none under AddressSanitizer");
	return done_testing();
#endif
	close(file);
	site_open(&site);
	for (size_t i = 0; i < COUNT_OF(attempts); i++) {
		judge(&attempts[i], true);
		judge(&attempts[i], false);
		if (is_for_all(&attempts[i]))
			try_without(&attempts[i]);
	}
	site_close(&site);
	unlink(outside);
	return done_testing();
}
