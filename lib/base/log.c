#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	NAME_SIZE = 32,    /* of a program's name */
	REQUEST_SIZE = 64, /* of a request's id */
	LINE_SIZE = 8192,  /* of a line; what is longer is cut */
	ESCAPE_SIZE = 5,   /* of \x1b and a NUL */
	PATH_SIZE = 1024, /* of the file's path; a longer one is not followed */
	FILE_MODE = 0640,
};

/* Nothing here allocates: die() logs when there is no memory. */
struct line {
	char bytes[LINE_SIZE];
	size_t length; /* always leaves room for the line feed */
};

static struct {
	char program[NAME_SIZE];
	char request[REQUEST_SIZE];
	char path[PATH_SIZE]; /* "" for standard error */
	int descriptor;
} logger = {.program = "campuspass", .descriptor = STDERR_FILENO};

static const char *const level_names[] = {
    [LOG_LEVEL_INFO] = "info ",
    [LOG_LEVEL_WARN] = "warn ",
    [LOG_LEVEL_ERROR] = "error",
};

static int open_file(const char *path)
{
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, FILE_MODE);
}

void log_open(const char *program, const char *path)
{
	int descriptor = -1;

	snprintf(logger.program, sizeof(logger.program), "%s", program);
	if (logger.descriptor != STDERR_FILENO)
		close(logger.descriptor);
	if (path)
		descriptor = open_file(path);
	logger.descriptor = descriptor < 0 ? STDERR_FILENO : descriptor;
	snprintf(logger.path, sizeof(logger.path), "%s",
	    descriptor >= 0 && strlen(path) < sizeof(logger.path) ? path : "");
	if (path && descriptor < 0)
		log_warn("cannot open %s: %s", path, strerror(errno));
}

/* Another process, or the operator, may have put the file away. */
static void follow_file(void)
{
	struct stat ours, there;
	int descriptor;

	if (!*logger.path || fstat(logger.descriptor, &ours) != 0 ||
	    (stat(logger.path, &there) == 0 && ours.st_ino == there.st_ino &&
		ours.st_dev == there.st_dev))
		return;
	descriptor = open_file(logger.path);
	if (descriptor < 0)
		return;
	close(logger.descriptor);
	logger.descriptor = descriptor;
}

void log_turn_over(const char *path, int64_t most)
{
	char kept[PATH_SIZE + sizeof(".1")];
	struct stat status;

	if (strlen(path) >= PATH_SIZE || stat(path, &status) != 0 ||
	    status.st_size <= most)
		return;
	snprintf(kept, sizeof(kept), "%s.1", path);
	if (rename(path, kept) != 0)
		log_warn("%s cannot be put away: %s", path, strerror(errno));
}

void log_set_request(const char *id)
{
	snprintf(logger.request, sizeof(logger.request), "%s", id);
}

/* All of it or nothing, so that no escape is cut in two. */
static void add_bytes(struct line *line, const char *bytes, size_t length)
{
	if (length >= sizeof(line->bytes) - line->length)
		return;
	memcpy(line->bytes + line->length, bytes, length);
	line->length += length;
}

/* Is it a control character, or the first byte of U+0080 to U+009F? */
static bool is_control(const unsigned char *at)
{
	return at[0] < 0x20 || at[0] == 0x7f ||
	    (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0);
}

/* A line is one line, and a terminal shows it as it is. */
static void add_text(struct line *line, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	for (; *at; at++) {
		char escape[ESCAPE_SIZE];

		if (!is_control(at)) {
			add_bytes(line, (const char *)at, 1);
			continue;
		}
		snprintf(escape, sizeof(escape), "\\x%02x", *at);
		add_bytes(line, escape, strlen(escape));
	}
}

static void add_number(struct line *line, long number)
{
	char digits[3 * sizeof(number) + 1];

	snprintf(digits, sizeof(digits), "%ld", number);
	add_text(line, digits);
}

static void start_line(struct line *line, enum log_level level)
{
	char now_text[sizeof("2026-11-28T18:30:00Z")];
	time_t now = time(NULL);
	struct tm utc;

	line->length = 0;
	if (gmtime_r(&now, &utc) &&
	    strftime(now_text, sizeof(now_text), "%Y-%m-%dT%H:%M:%SZ", &utc))
		add_text(line, now_text);
	add_text(line, " ");
	add_text(line, level_names[level]);
	add_text(line, " ");
	add_text(line, logger.program);
	add_text(line, "[");
	add_number(line, getpid());
	add_text(line, "] ");
	add_text(line, *logger.request ? logger.request : "-");
	add_text(line, " ");
}

static void write_line(struct line *line)
{
	ssize_t written;

	line->bytes[line->length++] = '\n';
	follow_file();
	do
		written = write(logger.descriptor, line->bytes, line->length);
	while (written < 0 && errno == EINTR);
}

void log_write(enum log_level level, const char *format, ...)
{
	char message[LINE_SIZE];
	int saved_errno = errno;
	struct line line;
	va_list list;

	va_start(list, format);
	vsnprintf(message, sizeof(message), format, list);
	va_end(list);
	start_line(&line, level);
	add_text(&line, message);
	write_line(&line);
	errno = saved_errno;
}

static void add_error(struct line *line, const struct error *error)
{
	add_text(line, error_kind_name(error->kind));
	add_text(line, ": ");
	add_text(line, error->message);
	for (size_t i = 0; i < error->field_count; i++) {
		add_text(line, i == 0 ? " {" : ", ");
		add_text(line, error->fields[i].name);
		add_text(line, ": ");
		add_text(line, error->fields[i].value);
	}
	add_text(line, error->field_count > 0 ? "} at " : " at ");
	add_text(line, error->file);
	add_text(line, ":");
	add_number(line, error->line);
}

void log_error(enum log_level level, const struct error *error)
{
	int saved_errno = errno;
	struct line line;

	start_line(&line, level);
	add_error(&line, error);
	for (error = error->cause; error; error = error->cause) {
		add_text(&line, "; caused by ");
		add_error(&line, error);
	}
	write_line(&line);
	errno = saved_errno;
}
