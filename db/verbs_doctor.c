/*
 * Doctor: the installation, looked at from the outside. Nothing is created,
 * and what is wrong stops it not: that is what it is for.
 */
#include "verbs.h"

#include "base/clock.h"
#include "store/db.h"
#include "web/doctor.h"
#include <stdio.h>

/* As far as it goes; a database that is not there is not made. */
static struct error *open_patient(struct call *call, struct patient *patient)
{
	struct arena *arena = call->shop.arena;

	TRY(config_load(arena, patient->data, &call->config));
	patient->config = &call->config;
	TRY(db_open(arena, &call->config, &call->shop.db));
	patient->db = call->shop.db;
	return NULL;
}

struct error *verb_doctor(struct call *call)
{
	struct patient patient = {.arena = call->shop.arena};
	struct doctor_report report;

	TRY(config_find_data(call->shop.arena, &patient.data));
	TRY(call_become_owner(call, patient.data));
	clock_set_directory(patient.data);
	patient.trouble = open_patient(call, &patient);
	doctor_examine(&patient, &report);
	for (size_t i = 0; i < report.count; i++) {
		const struct doctor_note *note = &report.notes[i];

		printf("%-4s  %s: %s%s%s\n", doctor_word(note->verdict),
		    note->subject, note->finding, *note->advice ? " " : "",
		    note->advice);
	}
	if (report.failures)
		return fail(CONFIGURATION_ERROR,
		    "%zu things do not work, %zu need a look", report.failures,
		    report.warnings);
	printf("%zu things need a look\n", report.warnings);
	return NULL;
}
