#include "payment/campuspay.h"

#include "base/file.h"
#include "base/text.h"
#include "base/token.h"
#include "payment/card.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *campuspay_path(
    struct arena *arena, const struct config *config, const char *name)
{
	return config_path(
	    arena, config, arena_format(arena, "campuspay/%s", name));
}

bool campuspay_keep(struct arena *arena, const struct config *config,
    const char *name, const char *text)
{
	return !file_make_folder(config_path(arena, config, "campuspay")) &&
	    !file_write(
		arena, campuspay_path(arena, config, name), text, strlen(text));
}

bool campuspay_keep_money(struct arena *arena, const struct config *config,
    const char *name, const struct gateway_payment *payment,
    const char *reference)
{
	return campuspay_keep(arena, config, name,
	    arena_format(arena, "captured %s %s %s\n", reference,
		money_plain(arena, payment->amount), payment->amount.currency));
}

/* What a test wants it to do; "" in a build without hooks. */
static const char *behaviour(struct arena *arena, const struct config *config)
{
#ifdef TESTHOOKS
	char word[32] = "";
	FILE *file = fopen(campuspay_path(arena, config, "behave"), "re");

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
	FILE *file = fopen(campuspay_path(arena, config, key), "re");
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

static struct gateway_answer ask_about(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment)
{
	const char *reference;

	if (!find_record(arena, config, payment->idempotency_key, &reference) ||
	    text_equal(behaviour(arena, config), "dead"))
		return gateway_answer_of(GATEWAY_SILENT, "", "");
	return reference ? gateway_answer_of(GATEWAY_CAPTURED, reference, "")
			 : gateway_answer_of(GATEWAY_UNREACHED, "", "");
}

static struct gateway_answer charge_card(struct arena *arena,
    const struct config *config, const struct gateway_payment *charge)
{
	const char *how = behaviour(arena, config);
	const char *reference;

	if (!find_record(arena, config, charge->idempotency_key, &reference))
		return gateway_answer_of(GATEWAY_SILENT, "", "");
	if (reference)
		return gateway_answer_of(GATEWAY_CAPTURED, reference, "");
	if (text_starts_with(charge->token, "tok_error"))
		return gateway_answer_of(GATEWAY_UNREACHED, "", "");
	if (text_starts_with(charge->token, "tok_decline"))
		return gateway_answer_of(GATEWAY_DECLINED, "", "card declined");
	if (!text_starts_with(charge->token, "tok_valid"))
		return gateway_answer_of(GATEWAY_DECLINED, "", "invalid token");
	if (text_equal(how, "lost"))
		return gateway_answer_of(GATEWAY_SILENT, "", "");
	reference = arena_format(arena, "CPY-%s", token_id(arena));
	/* What the disk did not take whole may be there all the same. */
	if (!campuspay_keep_money(
		arena, config, charge->idempotency_key, charge, reference))
		return ask_about(arena, config, charge);
	if (*how)
		return gateway_answer_of(GATEWAY_SILENT, "", "");
	return gateway_answer_of(GATEWAY_CAPTURED, reference, "");
}

/* A file for each refund, so that a test can count them. */
static struct gateway_answer refund(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment)
{
	const char *reference =
	    arena_format(arena, "refund-%s", payment->idempotency_key);

	if (text_equal(behaviour(arena, config), "dead"))
		return gateway_answer_of(GATEWAY_SILENT, "", "");
	if (!campuspay_keep_money(
		arena, config, reference, payment, payment->capture))
		return gateway_answer_of(GATEWAY_UNREACHED, "", "");
	return gateway_answer_of(GATEWAY_CAPTURED, reference, "");
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

	if (text_equal(behaviour(arena, config), "dead"))
		return TOKEN_UNREACHED;
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
    .card_hint = "A simulation: do not type a real card. "
		 "4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined.",
    .charge = charge_card,
    .tokenise = tokenise,
    .ask = ask_about,
    .refund = refund,
};
