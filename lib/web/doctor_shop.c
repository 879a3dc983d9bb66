/*
 * Examinations of the shop: configuration, database, money, mail, people.
 */
#include "web/doctor.h"

#include "base/clock.h"
#include "base/out.h"
#include "base/text.h"
#include "booking/payment_setup.h"
#include "mail/sendmail.h"
#include "store/upkeep_store.h"
#include "web/chores.h"
#include <inttypes.h>

/* ---- configuration and database ---- */

void doctor_look_at_trouble(
    const struct patient *patient, struct doctor_report *report)
{
	const struct error *trouble = patient->trouble;
	const char *subject = patient->config ? "Database" : "Configuration";

	if (trouble)
		doctor_note(report, DOCTOR_FAIL, subject, trouble->message,
		    patient->config
			? "Until then every page says 503."
			: "Mend that line: until then every page says 503.");
	if (patient->config)
		doctor_note(report, DOCTOR_OK, "Configuration",
		    "The settings are understood.", "");
	if (patient->db)
		doctor_note(report, DOCTOR_OK, "Database",
		    arena_format(patient->arena,
			"Schema %d, as the programs want it. campuspass check "
			"proves what is in it.",
			DB_SCHEMA_VERSION),
		    "");
}

static bool is_local(const char *url)
{
	return text_starts_with(url, "http://localhost") ||
	    text_starts_with(url, "http://127.") ||
	    text_starts_with(url, "http://[::1]");
}

void doctor_look_at_address(
    const struct patient *patient, struct doctor_report *report)
{
	const char *url;

	if (!patient->config)
		return;
	url = patient->config->base_url;
	if (text_is_empty(url))
		doctor_note(report, DOCTOR_WARN, "Address",
		    "base_url is not set.",
		    "Set it in campuspass.conf: links in mails need it.");
	else if (is_local(url))
		doctor_note(report, DOCTOR_WARN, "Address",
		    arena_format(patient->arena, "base_url is %s.", url),
		    "Only this machine gets there. Set the public address.");
	else if (!text_starts_with(url, "https://"))
		doctor_note(report, DOCTOR_WARN, "Address",
		    arena_format(patient->arena, "base_url is %s.", url),
		    "Use https: passwords and cards go through the net.");
	else
		doctor_note(report, DOCTOR_OK, "Address",
		    arena_format(patient->arena, "The site is %s.", url), "");
}

/* ---- money ---- */

void doctor_look_at_payments(
    const struct patient *patient, struct doctor_report *report)
{
	const struct config *config = patient->config;
	struct arena *arena = patient->arena;
	const struct error *error;
	const char *demo, *silence;

	if (!config)
		return;
	silence = payment_silence(arena, config);
	if (*silence)
		doctor_note(report, DOCTOR_FAIL, "Payments", silence,
		    "Nothing is lost: it is asked again by itself. Look at the "
		    "log, the network and the service's own status page; for "
		    "longer, name another in gateways.");
	error = payment_check_setup(arena, config);
	demo = payment_demo_names(arena, config);
	if (error)
		doctor_note(report, DOCTOR_FAIL, "Payments", error->message,
		    "Mend it in campuspass.conf.");
	else if (*demo)
		doctor_note(report, DOCTOR_WARN, "Payments",
		    arena_format(arena,
			"%s moves no money: tickets go out for nothing.", demo),
		    "For a real sale set gateways to paypal, to later, or to "
		    "both.");
	else if (config_has_word(config->gateways, "paypal") &&
	    text_is_empty(config->paypal_webhook))
		doctor_note(report, DOCTOR_WARN, "Payments",
		    "paypal_webhook is not set.",
		    "Set it, so that PayPal can tell of a buyer who paid and "
		    "did not come back.");
	else
		doctor_note(report, DOCTOR_OK, "Payments",
		    arena_format(arena, "Paid through: %s.",
			*config->gateways ? config->gateways : "later"),
		    "");
}

/* ---- mail ---- */

void doctor_look_at_mail(
    const struct patient *patient, struct doctor_report *report)
{
	const struct config *config = patient->config;

	if (!config)
		return;
	if (text_is_empty(config->sendmail))
		doctor_note(report, DOCTOR_WARN, "Mail", "sendmail is not set.",
		    "Set it in campuspass.conf: until then nobody gets mail, "
		    "and it waits in the outbox.");
	else if (!sendmail_is_there(patient->arena, config))
		doctor_note(report, DOCTOR_FAIL, "Mail",
		    arena_format(patient->arena,
			"%s is not there, or cannot be run.", config->sendmail),
		    "Install a mail program, or mend sendmail in "
		    "campuspass.conf.");
	else
		doctor_note(report, DOCTOR_OK, "Mail",
		    arena_format(patient->arena, "Mail leaves through %s.",
			config->sendmail),
		    "");
}

void doctor_look_at_outbox(
    const struct patient *patient, struct doctor_report *report)
{
	int64_t waiting, failed;

	if (!patient->db)
		return;
	if (upkeep_store_mails(patient->db, patient->arena, clock_now() - HOUR,
		&waiting, &failed)) {
		doctor_note(report, DOCTOR_FAIL, "Outbox",
		    "The outbox cannot be read.", "Run campuspass check.");
		return;
	}
	if (waiting == 0 && failed == 0) {
		doctor_note(report, DOCTOR_OK, "Outbox",
		    "No mail waits for long, and none has failed.", "");
		return;
	}
	doctor_note(report, DOCTOR_WARN, "Outbox",
	    arena_format(patient->arena,
		"%" PRId64 " mails wait for more than an hour, %" PRId64
		" have failed.",
		waiting, failed),
	    "campuspass mail list says why; campuspass mail retry ID sends "
	    "one again.");
}

/* ---- people and chores ---- */

static const char *join(struct arena *arena, const struct name_list *names)
{
	struct out out = {.arena = arena};

	for (size_t i = 0; i < names->count; i++)
		out_format(&out, "%s%s", i ? ", " : "", names->items[i]);
	return out_string(&out);
}

void doctor_look_at_admins(
    const struct patient *patient, struct doctor_report *report)
{
	struct name_list unprotected;
	int64_t count;

	if (!patient->db ||
	    upkeep_store_admins(
		patient->db, patient->arena, &count, &unprotected))
		return;
	if (count == 0)
		doctor_note(report, DOCTOR_WARN, "Admins", "There is no admin.",
		    "campuspass user add --role admin --username U --email E "
		    "--password-stdin");
	else if (unprotected.count)
		doctor_note(report, DOCTOR_WARN, "Admins",
		    arena_format(patient->arena, "Without a second factor: %s.",
			join(patient->arena, &unprotected)),
		    "They switch it on at /account/two-factor.");
	else
		doctor_note(report, DOCTOR_OK, "Admins",
		    "Every admin has a second factor.", "");
	if (patient->config && *patient->config->admin_password)
		doctor_note(report, DOCTOR_WARN, "Admins",
		    "A password stands in campuspass.conf.",
		    "Remove admin_password: it is not needed any more.");
}

void doctor_look_at_chores(
    const struct patient *patient, struct doctor_report *report)
{
	int64_t last;

	if (!patient->config)
		return;
	last = chores_last_sweep(patient->arena, patient->config);
	if (last && clock_now() - last <= HOUR)
		doctor_note(report, DOCTOR_OK, "Chores",
		    arena_format(patient->arena, "The last sweep was at %s.",
			clock_iso_utc(patient->arena, last)),
		    "");
	else
		doctor_note(report, DOCTOR_WARN, "Chores",
		    last ? arena_format(patient->arena,
			       "The last sweep was at %s.",
			       clock_iso_utc(patient->arena, last))
			 : "There was no sweep yet.",
		    "Let cron run campuspass sweep every five minutes: without "
		    "it chores are done only while visitors come.");
}
