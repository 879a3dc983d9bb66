/*
 * The rules of password.h. A password is read as people make one up: a word,
 * a row of keys, a year, a repetition count as one thing to guess, as does
 * each other character; with too few of them it is refused.
 */
#include "account/password.h"
#include "account/password_words.h"
#include "account/person.h"
#include "base/text.h"
#include <ctype.h>
#include <sodium.h>
#include <string.h>

enum {
	FEWEST_THINGS = 6, /* to guess */
	SHORTEST_ROW = 3,  /* characters that are no accident */
	SHORTEST_OWN = 4,  /* of a name: shorter ones are in many words */
};

/* What stands for a letter: typed, then the letters. */
static const char *const substitutes[] = {"0o", "1il", "!il", "|il", "2z", "3e",
    "4a", "@a", "5s", "$s", "6g", "7t", "+t", "8b", "9g"};

/* ---- parts, each a number of bytes; 0 when there is none at `at` ---- */

static bool is_letter_for(char typed, char letter)
{
	if (typed == letter)
		return true;
	for (size_t i = 0; i < COUNT_OF(substitutes); i++)
		if (substitutes[i][0] == typed &&
		    strchr(substitutes[i] + 1, letter))
			return true;
	return false;
}

static bool begins_with(const char *at, const char *word)
{
	for (; *word; at++, word++)
		if (*at == '\0' || !is_letter_for(*at, *word))
			return false;
	return true;
}

static size_t word_at(const char *at)
{
	size_t longest = 0;

	for (const char *const *word = password_words; *word; word++)
		if (strlen(*word) > longest && begins_with(at, *word))
			longest = strlen(*word);
	return longest;
}

/* How far it walks along the row from `place` in steps of `step`. */
static size_t walk(const char *at, const char *row, size_t place, int step)
{
	size_t length = strlen(row);
	size_t count = 0;

	while (at[count] && place < length && row[place] == at[count]) {
		count++;
		place += (size_t)step;
	}
	return count;
}

static size_t row_at(const char *at)
{
	size_t longest = 0;

	for (const char *const *row = password_rows; *row; row++)
		for (size_t place = 0; (*row)[place]; place++)
			for (int step = -1; step <= 1; step += 2) {
				size_t count = walk(at, *row, place, step);

				if (count > longest)
					longest = count;
			}
	return longest >= SHORTEST_ROW ? longest : 0;
}

static size_t repetition_at(const char *at)
{
	size_t count = 1;

	while (at[count] && at[count] == at[0])
		count++;
	return count > 1 ? count : 0;
}

static size_t year_at(const char *at)
{
	bool is_year =
	    (strncmp(at, "19", 2) == 0 || strncmp(at, "20", 2) == 0) &&
	    isdigit((unsigned char)at[2]) && isdigit((unsigned char)at[3]);

	return is_year ? 4 : 0;
}

/* ---- counting ---- */

static size_t part_at(const char *at)
{
	size_t (*const parts[])(const char *) = {
	    word_at, row_at, repetition_at, year_at, text_character_size};
	size_t longest = 0;

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		size_t length = parts[i](at);

		if (length > longest)
			longest = length;
	}
	return longest;
}

/* Bytes after which the text begins anew; all of it when it does not. */
static size_t period_of(const char *text)
{
	size_t length = strlen(text);

	for (size_t period = 1; period <= length / 2; period++)
		if (memcmp(text, text + period, length - period) == 0)
			return period;
	return length;
}

static size_t count_things(char *folded)
{
	size_t period = period_of(folded);
	size_t things = folded[period] ? 1 : 0;

	folded[period] = '\0';
	for (const char *at = folded; *at; at += part_at(at))
		things++;
	return things;
}

static bool contains(const char *folded, const char *own)
{
	if (strlen(own) < SHORTEST_OWN)
		return false;
	for (; *folded; folded++)
		if (begins_with(folded, own))
			return true;
	return false;
}

/* ---- judging ---- */

static const char *judge_form(const char *password)
{
	if (!text_is_utf8(password, strlen(password)))
		return "is not UTF-8";
	for (const char *at = password; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return "must not have control characters";
	if (text_length(password) < PASSWORD_SHORTEST)
		return "must have at least 8 characters";
	if (text_length(password) > PASSWORD_LONGEST)
		return "must have at most 128 characters";
	return NULL;
}

static const char *judge(
    struct arena *arena, char *folded, const char *const *own)
{
	for (; *own; own++)
		if (contains(folded, text_lower(arena, *own)))
			return "must not contain your name, your email or the "
			       "name of this site";
	if (count_things(folded) < FEWEST_THINGS)
		return "is too easy to guess. Three or four words that do not "
		       "belong together make a good one";
	return NULL;
}

struct error *password_check(
    struct arena *arena, const char *password, const char *const *own)
{
	const char *reason = judge_form(password);

	if (!reason) {
		char *folded = text_lower(arena, password);
		size_t size = strlen(folded);

		reason = judge(arena, folded, own);
		sodium_memzero(folded, size);
	}
	if (!reason)
		return NULL;
	return person_refuse(VALIDATION_ERROR, "password", "Password", reason);
}
