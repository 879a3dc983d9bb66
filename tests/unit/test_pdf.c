/* R40, B9: tickets as PDF; tests/documents.bats reads and scans them. */
#include "document/pdf.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena arena;

static struct ticket_sheet sample(size_t count)
{
	struct sheet_ticket *tickets =
	    arena_array(&arena, count, sizeof(*tickets));

	for (size_t i = 0; i < count; i++)
		tickets[i] =
		    (struct sheet_ticket){.code = "TKT-0123456789ABCDEF",
			.pass = "CP1:1:1:0123456789ABCDEF:0",
			.holder = "Ada",
			.tier = "VIP",
			.status = "Active",
			.price = money_of(1500, "EUR")};
	return (struct ticket_sheet){.site = "CampusPass",
	    .title = "Jazz Evening",
	    .timezone = "Europe/Berlin",
	    .starts_at = 1795888800,
	    .ends_at = 1795899600,
	    .reference = "7GQ2XK9MVT",
	    .booking_status = "Confirmed",
	    .total = money_of(1500, "EUR"),
	    .made_at = 1795000000,
	    .tickets = tickets,
	    .ticket_count = count};
}

static size_t count_of(const struct out *out, const char *word)
{
	const char *at = out->data;
	const char *end = at + out->length;
	size_t count = 0;

	while ((at = memmem(at, (size_t)(end - at), word, strlen(word)))) {
		count++;
		at += strlen(word);
	}
	return count;
}

static void test_pages(void)
{
	static const size_t counts[] = {1, 2, 20};

	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		struct ticket_sheet sheet = sample(counts[i]);
		struct out out = {.arena = &arena};

		ok(!pdf_write_tickets(&arena, &out, &sheet) &&
			text_starts_with(out.data, "%PDF-"),
		    "R40 %zu tickets make a PDF", counts[i]);
		is_number((int64_t)count_of(&out, "/Type /Page\n"),
		    (int64_t)counts[i], "R40 one page each");
		is_number((int64_t)count_of(&out, "/FontFile2"), 4,
		    "R40 the fonts are embedded once");
	}
}

static void test_same_bytes(void)
{
	struct ticket_sheet sheet = sample(2);
	struct out one = {.arena = &arena};
	struct out two = {.arena = &arena};

	ok(!pdf_write_tickets(&arena, &one, &sheet) &&
		!pdf_write_tickets(&arena, &two, &sheet),
	    "it is written twice");
	if (!one.data || !two.data)
		return;
	ok(one.length == two.length &&
		memcmp(one.data, two.data, one.length) == 0,
	    "the same tickets give the same bytes");
	sheet.made_at += 24 * 60 * 60;
	out_clear(&two);
	ok(!pdf_write_tickets(&arena, &two, &sheet) &&
		(one.length != two.length ||
		    memcmp(one.data, two.data, one.length) != 0),
	    "another day gives others");
}

static void test_void(void)
{
	struct ticket_sheet sheet = sample(1);
	struct sheet_ticket ticket = sheet.tickets[0];
	struct out out = {.arena = &arena};

	ticket.is_void = true;
	ticket.status = "Cancelled";
	ticket.pass = NULL;
	sheet.tickets = &ticket;
	ok(!pdf_write_tickets(&arena, &out, &sheet),
	    "R40 a void ticket needs no pass");
	ticket.is_void = false;
	ok(error_is(pdf_write_tickets(&arena, &out, &sheet), VALIDATION_ERROR),
	    "a ticket without a pass is an error, not a page without a code");
	error_reset();
}

/* A folder whose DejaVuSans.ttf holds these bytes. */
static const char *font_folder(const void *bytes, size_t length)
{
	const char *base = getenv("TMPDIR");
	char *folder =
	    arena_format(&arena, "%s/campuspass-XXXXXX", base ? base : "/tmp");
	FILE *file;

	if (!mkdtemp(folder))
		die("no folder for a font");
	file = fopen(arena_format(&arena, "%s/DejaVuSans.ttf", folder), "we");
	if (!file)
		die("no file for a font");
	fwrite(bytes, 1, length, file);
	fclose(file);
	return folder;
}

static void remove_folder(const char *folder)
{
	unlink(arena_format(&arena, "%s/DejaVuSans.ttf", folder));
	rmdir(folder);
}

static void test_damaged_font(void)
{
	static const char words[] = "this is no font";
	static const unsigned char header[4096] = {0, 1, 0, 0, 0, 19, 1};
	const struct {
		const void *bytes;
		size_t length;
		const char *name;
	} rows[] = {
	    {"", 0, "an empty font"},
	    {words, sizeof(words), "a text as a font"},
	    {header, sizeof(header), "a font of zeros"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *folder = font_folder(rows[i].bytes, rows[i].length);
		struct ticket_sheet sheet = sample(1);
		struct out out = {.arena = &arena};
		struct error *error;

		sheet.font_directory = folder;
		error = pdf_write_tickets(&arena, &out, &sheet);
		ok(error_is(error, CONFIGURATION_ERROR) && out.length == 0,
		    "%s is a configuration error", rows[i].name);
		if (error)
			ok(strstr(error->message, "DejaVuSans.ttf"),
			    "which names it");
		remove_folder(folder);
	}
	error_reset();
}

/* Fonts and pages are libhpdf's memory until the arena ends. */
static void test_again_and_again(void)
{
	struct arena own = ARENA_EMPTY;
	bool is_good = true;

	for (int i = 0; i < 5; i++) {
		struct ticket_sheet sheet = sample(1);
		struct out out = {.arena = &own};

		is_good = is_good && !pdf_write_tickets(&own, &out, &sheet);
		arena_reset(&own);
	}
	arena_close(&own);
	ok(is_good, "one process writes many");
}

int main(void)
{
	test_pages();
	test_same_bytes();
	test_void();
	test_damaged_font();
	test_again_and_again();
	arena_close(&arena);
	return done_testing();
}
