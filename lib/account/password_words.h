/*
 * What people take for a password: words, and rows of characters that the
 * hand or the alphabet gives.
 */
#ifndef ACCOUNT_PASSWORD_WORDS_H
#define ACCOUNT_PASSWORD_WORDS_H

/* Words in lower case, NULL at the end. */
extern const char *const password_words[];

/* Rows that are walked along in both directions, NULL at the end. */
extern const char *const password_rows[];

#endif
