#include "payment/campuspay_page.h"

#include "base/log.h"
#include "base/text.h"
#include "base/token.h"
#include "payment/campuspay.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- the gateway's memory ---- */

/* Ids are ours: base32, so none of them leaves the folder. */
static bool is_id(const char *id)
{
	return strlen(id) == TOKEN_ID_LENGTH &&
	    strspn(id, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == TOKEN_ID_LENGTH;
}

static const char *order_name(struct arena *arena, const char *id)
{
	return arena_format(arena, "order-%s", id);
}

static bool read_line(FILE *file, char *line, size_t size)
{
	if (!fgets(line, (int)size, file))
		return false;
	line[strcspn(line, "\n")] = '\0';
	return true;
}

bool campuspay_read_order(struct arena *arena, const struct config *config,
    const char *id, struct campuspay_order *order)
{
	FILE *file;
	bool is_read;

	errno = ENOENT;
	if (!is_id(id))
		return false;
	file =
	    fopen(campuspay_path(arena, config, order_name(arena, id)), "re");
	if (!file)
		return false;
	is_read = read_line(file, order->state, sizeof(order->state)) &&
	    read_line(file, order->amount, sizeof(order->amount)) &&
	    read_line(file, order->currency, sizeof(order->currency)) &&
	    read_line(file, order->return_url, sizeof(order->return_url)) &&
	    read_line(file, order->cancel_url, sizeof(order->cancel_url));
	fclose(file);
	errno = EBADMSG;
	return is_read;
}

bool campuspay_write_order(struct arena *arena, const struct config *config,
    const char *id, const struct campuspay_order *order)
{
	return campuspay_keep(arena, config, order_name(arena, id),
	    arena_format(arena, "%s\n%s\n%s\n%s\n%s\n", order->state,
		order->amount, order->currency, order->return_url,
		order->cancel_url));
}

/* ---- the gateway ---- */

/* The order's id is the idempotency key: beginning again finds it. */
static struct gateway_answer begin(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment)
{
	const char *id = payment->idempotency_key;
	struct campuspay_order order = {.state = "open"};
	struct gateway_answer result = gateway_answer_of(GATEWAY_OPEN, id, "");

	result.approve = arena_format(arena, "/checkout/campuspay/%s", id);
	if (campuspay_read_order(arena, config, id, &order))
		return result;
	if (errno != ENOENT)
		return gateway_answer_of(GATEWAY_SILENT, id, "");
	snprintf(order.amount, sizeof(order.amount), "%s",
	    money_plain(arena, payment->amount));
	snprintf(order.currency, sizeof(order.currency), "%s",
	    payment->amount.currency);
	snprintf(order.return_url, sizeof(order.return_url), "%s",
	    payment->return_url);
	snprintf(order.cancel_url, sizeof(order.cancel_url), "%s",
	    payment->cancel_url);
	if (!campuspay_write_order(arena, config, id, &order))
		return gateway_answer_of(GATEWAY_UNREACHED, "", "");
	return result;
}

/* An order of another amount is not ours: a person has to look. */
static struct gateway_answer look(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment,
    struct campuspay_order *order)
{
	const char *id = payment->idempotency_key;

	if (!campuspay_read_order(arena, config, id, order))
		return errno == ENOENT
		    ? gateway_answer_of(GATEWAY_UNREACHED, "", "")
		    : gateway_answer_of(GATEWAY_SILENT, id, "");
	if (!text_equal(order->amount, money_plain(arena, payment->amount)) ||
	    !text_equal(order->currency, payment->amount.currency)) {
		log_warn("campuspay: order %s is of %s %s", id, order->amount,
		    order->currency);
		return gateway_answer_of(GATEWAY_SILENT, id, "");
	}
	if (text_equal(order->state, "captured"))
		return gateway_answer_of(GATEWAY_CAPTURED, id, "");
	if (text_equal(order->state, "declined"))
		return gateway_answer_of(
		    GATEWAY_DECLINED, id, "declined on its page");
	return gateway_answer_of(GATEWAY_OPEN, id, "");
}

static struct gateway_answer ask(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment)
{
	struct campuspay_order order;

	return look(arena, config, payment, &order);
}

static struct gateway_answer capture(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment)
{
	const char *id = payment->idempotency_key;
	struct campuspay_order order;
	struct gateway_answer seen = look(arena, config, payment, &order);

	if (seen.outcome != GATEWAY_OPEN ||
	    !text_equal(order.state, "approved"))
		return seen;
	snprintf(order.state, sizeof(order.state), "captured");
	if (!campuspay_write_order(arena, config, id, &order))
		return gateway_answer_of(GATEWAY_SILENT, id, "");
	return gateway_answer_of(GATEWAY_CAPTURED, id, "");
}

/* A file for each refund, so that a test can count them. */
static struct gateway_answer refund(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment)
{
	const char *name =
	    arena_format(arena, "refund-%s", payment->idempotency_key);

	if (!campuspay_keep_money(
		arena, config, name, payment, payment->capture))
		return gateway_answer_of(GATEWAY_UNREACHED, "", "");
	return gateway_answer_of(
	    GATEWAY_CAPTURED, payment->idempotency_key, "");
}

/* ---- its calls ---- */

const char *campuspay_notice(struct arena *arena, const struct config *config,
    const char *id, const struct campuspay_order *order)
{
	const char *said = arena_format(arena, "%s.%s", id, order->state);

	return arena_format(arena, "%s.%s", said,
	    token_sign(arena, config->cookie_key, "campuspay call", said));
}

/* Nothing but letters, digits and dots stands in it: no decoding. */
static bool read_hook(struct arena *arena, const struct config *config,
    const struct gateway_hook *hook, struct gateway_notice *notice)
{
	char *said = arena_copy_bytes(arena, hook->body, hook->length);
	const char *prefix = "notice=";
	char *dot;

	*notice = (struct gateway_notice){.id = "", .reference = ""};
	if (!text_starts_with(said, prefix))
		return false;
	said += strlen(prefix);
	dot = strrchr(said, '.');
	if (!dot)
		return false;
	*dot = '\0';
	if (!token_equal(
		token_sign(arena, config->cookie_key, "campuspay call", said),
		dot + 1))
		return false;
	notice->id = said;
	notice->reference = arena_copy_bytes(arena, said, strcspn(said, "."));
	return true;
}

const struct gateway campuspay_page_gateway = {
    .name = "campuspay_page",
    .label = "CampusPay on its own page",
    .is_demo = true,
    .begin = begin,
    .capture = capture,
    .ask = ask,
    .refund = refund,
    .read_hook = read_hook,
};
