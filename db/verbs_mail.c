#include "verbs.h"

#include "base/clock.h"
#include "base/text.h"
#include "mail/letter.h"
#include "mail/outbox.h"
#include "store/outbox_store.h"
#include <inttypes.h>
#include <stdio.h>

/* More of a list is of no use in a terminal. */
enum {
	LISTED = 1000
};

static struct error *read_id(const char *text, int64_t *id)
{
	if (text_number(text, id) != NUMBER_OK)
		return fail(VALIDATION_ERROR, "%s is no mail's number", text);
	return NULL;
}

struct error *verb_mail_list(struct call *call)
{
	const struct shop *shop = &call->shop;
	struct mail_list list;

	TRY(outbox_store_list(shop->db, shop->arena, LISTED, &list));
	printf("id\tstate\tkind\trecipient\tattempts\tdue\terror\n");
	for (size_t i = 0; i < list.count; i++) {
		const struct mail *mail = &list.items[i];

		printf("%" PRId64 "\t%s\t%s\t%s\t%" PRId64 "\t%s\t%s\n",
		    mail->id, mail_state_word(mail->state), mail->kind,
		    mail->recipient, mail->attempts,
		    mail->state == MAIL_WAITING
			? clock_iso_utc(shop->arena, mail->due_at)
			: "-",
		    mail->error);
	}
	return NULL;
}

struct error *verb_mail_show(struct call *call)
{
	const struct shop *shop = &call->shop;
	const char *message;
	struct mail mail;
	int64_t number;

	TRY(read_id(call->arguments[0], &number));
	TRY(outbox_store_find(shop->db, shop->arena, number, &mail));
	TRY(letter_write(shop, &mail, &message));
	fputs(message, stdout);
	return NULL;
}

struct error *verb_mail_send(struct call *call)
{
	const struct shop *shop = &call->shop;
	struct outbox_report report;

	if (!*shop->config->sendmail)
		return fail(CONFIGURATION_ERROR,
		    "No mail program is set: see sendmail in %s",
		    config_path(shop->arena, shop->config, "campuspass.conf"));
	TRY(outbox_send_due(shop, INT64_MAX, &report));
	if (report.is_busy)
		return fail(BUSY_ERROR, "Another process is sending mail");
	printf(
	    "%" PRId64 " sent, %" PRId64 " not\n", report.sent, report.failed);
	return NULL;
}

struct error *verb_mail_retry(struct call *call)
{
	const struct viewer operator= {.role = ROLE_ADMIN, .browser = ""};
	const struct shop *shop = &call->shop;
	int64_t number;

	TRY(read_id(call->arguments[0], &number));
	TRY(outbox_retry(shop, &operator, number));
	printf("mail %" PRId64 " is due now\n", number);
	return NULL;
}
