/*
 * Log: one line an event, to DATA/log/campuspass.log or standard error.
 *
 * A line is one write(2) on an append-only descriptor, so that lines of
 * several processes do not mix:
 *   2026-11-28T18:30:00Z warn  book[1234] 7GQ2... message
 * The request id joins a line to the page a customer saw. No card number,
 * token, password or key is ever logged; control characters are made visible.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/compiler.h"
#include "base/error.h"
#include <stdint.h>

enum log_level {
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARN,
	LOG_LEVEL_ERROR,
};

/* Name the program and open the file; NULL logs to standard error. */
void log_open(const char *program, const char *path);

/*
 * When the file at `path` has grown beyond `most` bytes it becomes "PATH.1",
 * in the place of an older one, and a new one is begun. Other processes go on
 * in the new one with their next line.
 */
void log_turn_over(const char *path, int64_t most);

/* The id of the request under way ("" between requests). */
void log_set_request(const char *id);

/* Write a line. */
void log_write(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

/* Write an error with its kind, fields, file and line, and its causes. */
void log_error(enum log_level level, const struct error *error);

#define log_info(...) log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_warn(...) log_write(LOG_LEVEL_WARN, __VA_ARGS__)

#endif
