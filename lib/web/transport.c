#include "web/transport.h"

#include "base/error.h"
#include "base/text.h"
#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	LISTENING = 0 /* the server hands us the socket as standard input */
};

static volatile sig_atomic_t is_stopping;

/* /dev/null; -1 as plain CGI. */
static int nothing = -1;

/* The socket, also when LISTENING is not it any more; -1 as plain CGI. */
static int queue = -1;

/* ---- writing ---- */

static struct iovec part_of(const void *bytes, size_t length)
{
	return (struct iovec){
	    .iov_base = (void *)(uintptr_t)bytes, .iov_len = length};
}

/* All of them, unless nobody listens any more. The parts are used up. */
static void write_parts(int file, struct iovec *parts, int count)
{
	while (count > 0) {
		ssize_t put = writev(file, parts, count);

		if (put < 0 && errno != EINTR)
			return;
		if (put < 0)
			continue;
		while (count > 0 && (size_t)put >= parts->iov_len) {
			put -= (ssize_t)parts->iov_len;
			parts++;
			count--;
		}
		if (count > 0)
			*parts = part_of((char *)parts->iov_base + put,
			    parts->iov_len - (size_t)put);
	}
}

/* ---- variables ---- */

/* Among lines NAME=value. */
static const char *find_variable(char **lines, const char *name)
{
	size_t length = strlen(name);
	const char *found = NULL;

	for (; *lines; lines++) {
		const char *line = *lines;

		if (strncmp(line, name, length) != 0 || line[length] != '=')
			continue;
		if (found)
			return NULL;
		found = line + length + 1;
	}
	return found;
}

/* ---- reading ---- */

/*
 * What is left of a body that was refused, or that is nobody's, and FastCGI's
 * record that ends it. A web server that is yet to write of it when we close
 * finds the connection broken, and some then show an error page of their own
 * instead of our answer. Web servers have limits below this one.
 */
static void read_rest(size_t (*read)(char *buffer, size_t size))
{
	enum {
		MOST = 16 * 1024 * 1024
	};
	char scrap[8192];
	size_t total = 0, got;

	while (total < MOST && (got = read(scrap, sizeof(scrap))) > 0)
		total += got;
}

/*
 * ---- FastCGI ----
 *
 * libfcgi reads; the answer is written here. Its streams write 8 KiB at a time
 * and end with a wait for the web server, which costs it and us a third of
 * what a kept page costs.
 */

/* FastCGI 1.0, 3.3 and 8. */
enum {
	RECORD_END = 3,
	RECORD_STDOUT = 6,
	RECORD_MOST = 0xffff,
};

struct record {
	unsigned char version, type, id[2], length[2], padding, reserved;
};

static FCGX_Request fastcgi;

static struct record record_of(unsigned char type, size_t length)
{
	return (struct record){
	    .version = 1,
	    .type = type,
	    .id = {(unsigned char)(fastcgi.requestId >> 8),
		(unsigned char)fastcgi.requestId},
	    .length = {(unsigned char)(length >> 8), (unsigned char)length},
	};
}

/*
 * Whom the web server has sent here before nobody else answers: it takes their
 * connection for broken when this process ends.
 */
static bool take_queued(void)
{
	struct pollfd waiting = {.fd = queue, .events = POLLIN};

	if (poll(&waiting, 1, 0) != 1)
		return false;
	fastcgi.ipcFd = accept4(queue, NULL, NULL, SOCK_CLOEXEC);
	/* Else libfcgi closes what it has not accepted itself. */
	fastcgi.keepConnection = true;
	return fastcgi.ipcFd >= 0;
}

static bool is_worth_another_try(void)
{
	return is_stopping || errno == EINTR || errno == EAGAIN ||
	    errno == ECONNABORTED;
}

static bool fastcgi_next(void)
{
	while (!is_stopping || take_queued()) {
		if (FCGX_Accept_r(&fastcgi) == 0)
			return true;
		if (!is_worth_another_try())
			return false;
	}
	return false;
}

static const char *fastcgi_variable(const char *name)
{
	return find_variable(fastcgi.envp, name);
}

static size_t fastcgi_read(char *buffer, size_t size)
{
	int got = FCGX_GetStr(buffer, (int)size, fastcgi.in);

	return got > 0 ? (size_t)got : 0;
}

/* libfcgi would close it again: by then it may be another file's number. */
static void fastcgi_close(void)
{
	close(fastcgi.ipcFd);
	fastcgi.ipcFd = -1;
	FCGX_Free(&fastcgi, false);
}

/* In one call, unless it is longer than a record. */
static void fastcgi_send(
    const char *head, size_t head_length, const char *body, size_t body_length)
{
	const struct record first = record_of(RECORD_STDOUT, head_length);
	const struct {
		struct record no_more, end;
		unsigned char statuses[8];
	} end = {.no_more = record_of(RECORD_STDOUT, 0),
	    .end = record_of(RECORD_END, sizeof(end.statuses))};
	struct iovec parts[5] = {
	    part_of(&first, sizeof(first)), part_of(head, head_length)};
	int count = 2;

	if (head_length > RECORD_MOST)
		die("an answer's head of %zu bytes", head_length);
	read_rest(fastcgi_read);
	do {
		size_t size =
		    body_length < RECORD_MOST ? body_length : RECORD_MOST;
		const struct record next = record_of(RECORD_STDOUT, size);

		if (size > 0) {
			parts[count++] = part_of(&next, sizeof(next));
			parts[count++] = part_of(body, size);
			body += size;
			body_length -= size;
		}
		if (body_length == 0)
			parts[count++] = part_of(&end, sizeof(end));
		write_parts(fastcgi.ipcFd, parts, count);
		count = 0;
	} while (body_length > 0);
	fastcgi_close();
}

static const struct transport fastcgi_transport = {
    .is_lasting = true,
    .next = fastcgi_next,
    .variable = fastcgi_variable,
    .read = fastcgi_read,
    .send = fastcgi_send,
};

/* ---- plain CGI ---- */

/*
 * Of the body. No more is read, for the server may leave the stream open
 * (RFC 3875, 4.2).
 */
static size_t cgi_left;

static const char *cgi_variable(const char *name)
{
	return find_variable(environ, name);
}

static bool cgi_next(void)
{
	static bool is_served;
	const char *text = cgi_variable("CONTENT_LENGTH");
	int64_t length;

	if (is_served)
		return false;
	if (text && text_number(text, &length) == NUMBER_OK && length > 0)
		cgi_left = (size_t)length;
	is_served = true;
	return true;
}

static size_t cgi_read(char *buffer, size_t size)
{
	ssize_t got;

	if (size > cgi_left)
		size = cgi_left;
	if (size == 0)
		return 0;
	do
		got = read(STDIN_FILENO, buffer, size);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return 0;
	cgi_left -= (size_t)got;
	return (size_t)got;
}

static void cgi_send(
    const char *head, size_t head_length, const char *body, size_t body_length)
{
	struct iovec parts[] = {
	    part_of(head, head_length), part_of(body, body_length)};

	read_rest(cgi_read);
	write_parts(STDOUT_FILENO, parts, COUNT_OF(parts));
	close(STDOUT_FILENO);
}

static const struct transport cgi_transport = {
    .next = cgi_next,
    .variable = cgi_variable,
    .read = cgi_read,
    .send = cgi_send,
};

/* ---- choosing ---- */

/*
 * Whoever waits for a request is to be woken, also when the signal comes just
 * before accept(): so the socket is gone, for this process alone. All other
 * calls go on (SA_RESTART): a body on its way in is read to its end.
 */
static void on_terminate(int signal_number)
{
	int saved = errno;

	(void)signal_number;
	is_stopping = 1;
	dup2(nothing, LISTENING);
	errno = saved;
}

/*
 * A worker ends with its server. The server may be gone already: then another
 * process, of another session, is the parent. Who leads a session was put
 * apart on purpose.
 */
static void end_with_parent(void)
{
	pid_t session = getsid(0);

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (session != getpid() && getsid(getppid()) != session)
		raise(SIGTERM);
}

const struct transport *transport_choose(void)
{
	const struct sigaction stop = {
	    .sa_handler = on_terminate, .sa_flags = SA_RESTART};

	if (FCGX_IsCGI() || FCGX_Init() != 0 ||
	    FCGX_InitRequest(&fastcgi, LISTENING, FCGI_FAIL_ACCEPT_ON_INTR) !=
		0) {
		/* libfcgi has put handlers of its own there. */
		signal(SIGTERM, SIG_DFL);
		signal(SIGUSR1, SIG_DFL);
		return &cgi_transport;
	}
	nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	queue = fcntl(LISTENING, F_DUPFD_CLOEXEC, LISTENING + 1);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGUSR1, &stop, NULL);
	end_with_parent();
	return &fastcgi_transport;
}
