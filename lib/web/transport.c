#include "web/transport.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
	LISTENING = 0 /* the server hands us the socket as standard input */
};

static volatile sig_atomic_t is_stopping;

/* /dev/null; -1 as plain CGI. */
static int nothing = -1;

/* ---- FastCGI ---- */

static FCGX_Request fastcgi;

static bool fastcgi_next(void)
{
	while (!is_stopping) {
		if (FCGX_Accept_r(&fastcgi) == 0)
			return true;
		if (errno != EINTR && errno != EAGAIN && errno != ECONNABORTED)
			return false;
	}
	return false;
}

static const char *fastcgi_variable(const char *name)
{
	return FCGX_GetParam(name, fastcgi.envp);
}

static size_t fastcgi_read(char *buffer, size_t size)
{
	int got = FCGX_GetStr(buffer, (int)size, fastcgi.in);

	return got > 0 ? (size_t)got : 0;
}

static void fastcgi_write(const char *bytes, size_t length)
{
	FCGX_PutStr(bytes, (int)length, fastcgi.out);
}

static void fastcgi_finish(void)
{
	FCGX_Finish_r(&fastcgi);
}

static const struct transport fastcgi_transport = {
    .is_lasting = true,
    .next = fastcgi_next,
    .variable = fastcgi_variable,
    .read = fastcgi_read,
    .write = fastcgi_write,
    .finish = fastcgi_finish,
};

/* ---- plain CGI ---- */

static bool cgi_next(void)
{
	static bool is_served;
	bool is_first = !is_served;

	is_served = true;
	return is_first;
}

static const char *cgi_variable(const char *name)
{
	return getenv(name);
}

static size_t cgi_read(char *buffer, size_t size)
{
	ssize_t got;

	do
		got = read(STDIN_FILENO, buffer, size);
	while (got < 0 && errno == EINTR);
	return got > 0 ? (size_t)got : 0;
}

static void cgi_write(const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t put = write(STDOUT_FILENO, bytes, length);

		if (put < 0 && errno != EINTR)
			return;
		if (put > 0) {
			bytes += put;
			length -= (size_t)put;
		}
	}
}

static void cgi_finish(void)
{
	close(STDOUT_FILENO);
}

static const struct transport cgi_transport = {
    .next = cgi_next,
    .variable = cgi_variable,
    .read = cgi_read,
    .write = cgi_write,
    .finish = cgi_finish,
};

/* ---- choosing ---- */

/*
 * It may come between the look at is_stopping and accept(), which would then
 * wait for ever. So the socket is gone, for this process alone.
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
	const struct sigaction stop = {.sa_handler = on_terminate};

	if (FCGX_IsCGI() || FCGX_Init() != 0 ||
	    FCGX_InitRequest(&fastcgi, LISTENING, FCGI_FAIL_ACCEPT_ON_INTR) !=
		0) {
		/* libfcgi has put handlers of its own there. */
		signal(SIGTERM, SIG_DFL);
		signal(SIGUSR1, SIG_DFL);
		return &cgi_transport;
	}
	nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGUSR1, &stop, NULL);
	end_with_parent();
	return &fastcgi_transport;
}
