#include "web/doctor.h"

static void (*const looks[])(
    const struct patient *patient, struct doctor_report *report) = {
    doctor_look_at_trouble,
    doctor_look_at_files,
    doctor_look_at_disk,
    doctor_look_at_system,
    doctor_look_at_locks,
    doctor_look_at_clock,
    doctor_look_at_engine,
    doctor_look_at_fonts,
    doctor_look_at_address,
    doctor_look_at_payments,
    doctor_look_at_mail,
    doctor_look_at_outbox,
    doctor_look_at_admins,
    doctor_look_at_chores,
};

void doctor_examine(const struct patient *patient, struct doctor_report *report)
{
	*report = (struct doctor_report){.count = 0};
	for (size_t i = 0; i < COUNT_OF(looks); i++)
		looks[i](patient, report);
}

const char *doctor_word(enum doctor_verdict verdict)
{
	static const char *const words[] = {
	    [DOCTOR_OK] = "ok",
	    [DOCTOR_WARN] = "warn",
	    [DOCTOR_FAIL] = "fail",
	};

	return words[verdict];
}

void doctor_note(struct doctor_report *report, enum doctor_verdict verdict,
    const char *subject, const char *finding, const char *advice)
{
	report->warnings += verdict == DOCTOR_WARN;
	report->failures += verdict == DOCTOR_FAIL;
	if (report->count == DOCTOR_NOTES_MOST)
		return;
	report->notes[report->count++] = (struct doctor_note){
	    .verdict = verdict,
	    .subject = subject,
	    .finding = finding,
	    .advice = advice,
	};
}
