#include "payment/campuspay.h"

#include "base/text.h"
#include "base/token.h"
#include "payment/card.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct gateway_answer unreached = {.outcome = GATEWAY_UNREACHED,
    .reference = "",
    .capture = "",
    .approve = "",
    .reason = ""};
static const struct gateway_answer silent = {.outcome = GATEWAY_SILENT,
    .reference = "",
    .capture = "",
    .approve = "",
    .reason = ""};

static struct gateway_answer declined(const char *reason)
{
	return (struct gateway_answer){.outcome = GATEWAY_DECLINED,
	    .reference = "",
	    .capture = "",
	    .approve = "",
	    .reason = reason};
}

static const char *record_path(
    struct arena *arena, const struct config *config, const char *key)
{
	return arena_format(arena, "%s/campuspay/%s", config->data, key);
}

/* What a test wants it to do; "" in a build without hooks. */
static const char *behaviour(struct arena *arena, const struct config *config)
{
#ifdef TESTHOOKS
	char word[32] = "";
	FILE *file = fopen(record_path(arena, config, "behave"), "re");

	if (!file)
		return "";
	if (fscanf(file, "%31s", word) != 1)
		word[0] = '\0';
	fclose(file);
	return arena_copy(arena, word);
#else
	(void)arena;
	(void)config;
	return "";
#endif
}

/*
 * The reference that a key was captured with, NULL for none. False: nobody can
 * say, for there is a record that cannot be read.
 */
static bool find_record(struct arena *arena, const struct config *config,
    const char *key, const char **reference)
{
	char text[64];
	FILE *file = fopen(record_path(arena, config, key), "re");
	int found;

	*reference = NULL;
	if (!file)
		return errno == ENOENT;
	found = fscanf(file, "captured %63s", text);
	fclose(file);
	if (found == 1)
		*reference = arena_copy(arena, text);
	return found == 1;
}

/* Keep what was done; durable before anybody hears of it. */
static bool write_record(struct arena *arena, const struct config *config,
    const struct gateway_payment *charge, const char *reference)
{
	const char *path = record_path(arena, config, charge->idempotency_key);
	const char *fresh = arena_format(arena, "%s.new", path);
	FILE *file;
	bool is_kept;

	mkdir(arena_format(arena, "%s/campuspay", config->data), 0700);
	file = fopen(fresh, "we");
	if (!file)
		return false;
	is_kept = fprintf(file, "captured %s %s %s\n", reference,
		      money_plain(arena, charge->amount),
		      charge->amount.currency) > 0 &&
	    fflush(file) == 0 && fsync(fileno(file)) == 0;
	return fclose(file) == 0 && is_kept && rename(fresh, path) == 0;
}

static struct gateway_answer captured(const char *reference)
{
	return (struct gateway_answer){.outcome = GATEWAY_CAPTURED,
	    .reference = reference,
	    .capture = reference,
	    .approve = "",
	    .reason = ""};
}

static struct gateway_answer charge_card(struct arena *arena,
    const struct config *config, const struct gateway_payment *charge)
{
	const char *how = behaviour(arena, config);
	const char *reference;

	if (!find_record(arena, config, charge->idempotency_key, &reference))
		return silent;
	if (reference)
		return captured(reference);
	if (text_starts_with(charge->token, "tok_error"))
		return unreached;
	if (text_starts_with(charge->token, "tok_decline"))
		return declined("card declined");
	if (!text_starts_with(charge->token, "tok_valid"))
		return declined("invalid token");
	if (text_equal(how, "lost"))
		return silent;
	reference = arena_format(arena, "CPY-%s", token_id(arena));
	if (!write_record(arena, config, charge, reference))
		return unreached;
	return *how ? silent : captured(reference);
}

static struct gateway_answer ask_about(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment)
{
	const char *reference;

	if (!find_record(arena, config, payment->idempotency_key, &reference) ||
	    text_equal(behaviour(arena, config), "dead"))
		return silent;
	return reference ? captured(reference) : unreached;
}

/* A file for each refund, so that a test can count them. */
static struct gateway_answer refund(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment)
{
	const char *reference =
	    arena_format(arena, "refund-%s", payment->idempotency_key);
	struct gateway_payment record = *payment;

	if (text_equal(behaviour(arena, config), "dead"))
		return silent;
	record.idempotency_key = reference;
	if (!write_record(arena, config, &record, payment->capture))
		return unreached;
	return captured(reference);
}

/* Numbers that try out how a payment fails; all others are good. */
static const struct {
	const char *number;
	const char *token; /* how its tokens begin */
} test_cards[] = {
    {"4000000000000002", "tok_decline"},
    {"4000000000000119", "tok_error"},
};

/* The number is in no token: what is kept of it says nothing about it. */
static enum token_outcome tokenise(struct arena *arena,
    const struct config *config, const struct card *card, const char **token)
{
	const char *kind = "tok_valid";

	(void)config;
	if (!card_is_number(card->number))
		return TOKEN_REFUSED;
	for (size_t i = 0; i < COUNT_OF(test_cards); i++)
		if (text_equal(test_cards[i].number, card->number))
			kind = test_cards[i].token;
	*token = arena_format(arena, "%s_%s", kind, token_id(arena));
	return TOKEN_MADE;
}

const struct gateway campuspay_gateway = {
    .name = "campuspay",
    .label = "CampusPay",
    .is_demo = true,
    .charge = charge_card,
    .tokenise = tokenise,
    .ask = ask_about,
    .refund = refund,
};
