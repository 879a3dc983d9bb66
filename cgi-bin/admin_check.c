/*
 * Is the installation right? What `campuspass doctor` says, on a page.
 */
#include "admin.h"

#include "base/clock.h"
#include "web/cron.h"
#include "web/doctor.h"
#include "web/present.h"

static const char *summary(const struct doctor_report *report)
{
	if (report->failures)
		return "Something does not work.";
	return report->warnings ? "It works; something needs a look."
				: "All is well.";
}

static struct status_part_view show_note(const struct doctor_note *note)
{
	static const char *const states[] = {
	    [DOCTOR_OK] = "Good",
	    [DOCTOR_WARN] = "Warning",
	    [DOCTOR_FAIL] = "Failing",
	};

	return (struct status_part_view){
	    .name = note->subject,
	    .state = states[note->verdict],
	    .detail = note->finding,
	    .advice = note->advice,
	    .is_good = note->verdict == DOCTOR_OK,
	    .is_warn = note->verdict == DOCTOR_WARN,
	    .is_bad = note->verdict == DOCTOR_FAIL,
	};
}

/* What is worst comes first. */
static struct status_part_list show_notes(
    struct arena *arena, const struct doctor_report *report)
{
	struct status_part_view *parts =
	    arena_array(arena, report->count, sizeof(*parts));
	struct status_part_list list = {.items = parts};

	for (int verdict = DOCTOR_FAIL; verdict >= DOCTOR_OK; verdict--)
		for (size_t i = 0; i < report->count; i++)
			if ((int)report->notes[i].verdict == verdict)
				parts[list.count++] =
				    show_note(&report->notes[i]);
	return list;
}

struct error *staff_show_check(struct request *request)
{
	struct arena *arena = request->shop.arena;
	const struct patient patient = {
	    .arena = arena,
	    .data = request->shop.config->data,
	    .config = request->shop.config,
	    .db = request->shop.db,
	};
	struct staff_check_view view = {
	    .page = staff_page(request, "Check", STAFF_CHECK),
	    .now =
		present_site_when(request->shop.config, clock_now(), WHEN_LONG),
	};
	struct doctor_report report;

	view.data = request->shop.config->data;
	view.cron = arena_format(arena, "%s%s", request->shop.config->base_url,
	    cron_path(arena, request->shop.config));
	doctor_examine(&patient, &report);
	view.summary = summary(&report);
	view.parts = show_notes(arena, &report);
	view_staff_check(&request->response.body, &view);
	return NULL;
}
