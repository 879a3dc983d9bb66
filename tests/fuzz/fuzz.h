/*
 * What the fuzzers share. Each is one file: libFuzzer calls it with bytes, and
 * it aborts when a promise is not kept.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* libFuzzer's entry point. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a fuzzer that has it does first. */
int LLVMFuzzerInitialize(int *count, char ***arguments);

/* A promise; a macro, for it says which one was not kept, and where. */
#define require(promise)                                                       \
	((promise) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #promise))

static inline void fuzz_fail(const char *file, int line, const char *promise)
{
	fprintf(stderr, "%s:%d: not kept: %s\n", file, line, promise);
	abort();
}

#endif
