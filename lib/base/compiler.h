/*
 * The GNU C extensions that CampusPass uses, all of them here.
 *
 * Beside these attributes the code relies on two language extensions that
 * gcc and clang share: statement expressions ({ ... }) in TRANSACTION() and
 * DB_STATEMENT(), and __typeof__ in compiled views; and error_raised() on
 * __builtin_unreachable().
 */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

/* The result must be looked at; for functions that return an error. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Argument `fmt` is a printf format for the arguments from `first` on. */
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

/* Never returns NULL. */
#define NONNULL_RESULT __attribute__((returns_nonnull))

/* Does not come back. */
#define NORETURN __attribute__((noreturn))

/* Number of elements of an array (not of a pointer). */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
