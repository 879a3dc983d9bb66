/*
 * Words: what somebody types into a search box. Each word is looked for by
 * itself, wherever it stands and also within longer ones; what stands in
 * "quotes" is looked for as it is. A quote within a word is part of it, and
 * one that is never closed says nothing.
 */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include "base/arena.h"
#include "base/compiler.h"
#include <stdbool.h>
#include <stddef.h>

/* What has to be found, in the order in which it was typed; none is "". */
struct words {
	const char *const *items;
	size_t count;
};

/* The words and phrases of what was typed; they live in the arena. */
struct words words_read(struct arena *arena, const char *typed);

/* Are all of them in the text? Both are folded, or neither is. */
bool words_are_in(const struct words *words, const char *text);

#endif
