#include "verbs.h"

#include "base/file.h"
#include "base/text.h"
#include "booking/erase.h"
#include "booking/event_file.h"
#include "booking/import.h"
#include <inttypes.h>
#include <stdio.h>

static void print_problem(
    const char *path, const struct import_problem *problem)
{
	fprintf(stderr, "%s: line %lld%s%s: %s\n", path,
	    (long long)problem->line, *problem->column ? ", column " : "",
	    problem->column, problem->message);
}

struct error *verb_import(struct call *call)
{
	const char *path = call->arguments[0];
	struct import_report report;
	struct error *error;
	struct out text;

	TRY(call_read_file(call, path, &text));
	error =
	    import_events(&call->shop, out_string(&text), text.length, &report);
	for (size_t i = 0; i < report.problem_count; i++)
		print_problem(path, &report.problems[i]);
	if (report.has_more)
		fprintf(stderr, "%s: there are more mistakes\n", path);
	if (!error)
		printf("%zu events with %zu ticket types imported\n",
		    report.events, report.tiers);
	return error;
}

struct error *verb_export(struct call *call)
{
	struct out out = {.arena = call->shop.arena};

	TRY(export_events(&call->shop, &out));
	fputs(out_string(&out), stdout);
	return NULL;
}

struct error *verb_event_export(struct call *call)
{
	struct out out = {.arena = call->shop.arena};

	TRY(call_expects(call, 1, 2));
	TRY(event_file_write(&call->shop, call->arguments[0], &out));
	if (call->argument_count == 2)
		return file_write(
		    call->shop.arena, call->arguments[1], out.data, out.length);
	fwrite(out.data, 1, out.length, stdout);
	return NULL;
}

struct error *verb_event_import(struct call *call)
{
	const char *path = call->arguments[0];
	struct error *error;
	const char *slug;
	struct out text;

	TRY(call_read_file(call, path, &text));
	error =
	    event_file_read(&call->shop, out_string(&text), text.length, &slug);
	if (error)
		return fail_with(VALIDATION_ERROR, error, NO_FIELDS,
		    "%s is not imported", path);
	printf("%s is imported, as a draft\n", slug);
	return NULL;
}

struct error *verb_erase(struct call *call)
{
	struct erase_report report;
	int64_t days;

	if (!call_takes_option(call, "--older-than"))
		return fail(REQUEST_ERROR, "erase --older-than DAYS");
	TRY(call_expects(call, 1, 1));
	if (text_number(call->arguments[0], &days) != NUMBER_OK || days < 1 ||
	    days > 36500)
		return fail(REQUEST_ERROR,
		    "%s is no number of days: 1 to 36500", call->arguments[0]);
	TRY(erase_past(&call->shop, days, &report));
	printf("forgotten: %" PRId64 " bookings, %" PRId64
	       " entries of waiting lists and journals, %" PRId64 " mails\n",
	    report.bookings, report.entries, report.mails);
	return NULL;
}
