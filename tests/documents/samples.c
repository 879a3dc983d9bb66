/*
 * Writes one document to standard output, for readers that are not ours:
 *
 *   samples pdf CASE | png TEXT | svg TEXT TITLE | ics | pass KEY
 *
 * KEY is a letter that all bytes of the key are. The .bats file beside this
 * folder knows what the samples hold.
 */
#include "base/clock.h"
#include "base/text.h"
#include "document/ics.h"
#include "document/pass.h"
#include "document/pdf.h"
#include "document/qr.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;

/* What the words of a name are, 300 characters in all. */
static const char *long_text(const char *word)
{
	struct out out = {.arena = &arena};

	while (text_length(out_string(&out)) < 290)
		out_format(&out, "%s ", word);
	out_text(&out, "LastWords!");
	return out_string(&out);
}

static const char *sample_pass(char key, const char *code)
{
	struct config config = {.data = ""};

	memset(config.pass_key, key, sizeof(config.pass_key));
	return pass_write(&arena, &config,
	    (struct pass){.code = code, .event_id = 42, .tier_id = 137});
}

/* ---- PDF ---- */

static const char terms[] =
    "A ticket admits one person, on the day and to the place that are printed "
    "on it. Come before the event begins: late arrivals are let in at a break, "
    "where there is one.\n"
    "Buyers who cancel 7 days or more before the start get the whole price "
    "back, 3 days or more half of it, later nothing. If the organiser cancels, "
    "the whole price is refunded without asking, to the means of payment that "
    "was used.\n"
    "A ticket may be passed on by its owner until the doors open; the old code "
    "ends with that. Selling above the printed price is not allowed, and such "
    "tickets may be refused.\n"
    "Recording of sound or pictures is not allowed unless the organiser says "
    "so. Follow the directions of the staff; whoever endangers others must "
    "leave, without a refund.";

static struct ticket_sheet plain_sheet(void)
{
	static struct sheet_ticket tickets[] = {
	    {.code = "TKT-0123456789ABCDEF",
		.holder = "Gulnora Yoʻldosheva",
		.tier = "VIP",
		.seat = "A7",
		.status = "Active"},
	    {.code = "TKT-FEDCBA9876543210",
		.holder = "Дмитрий Щукин",
		.tier = "Standard",
		.status = "Refunded",
		.is_void = true},
	};

	tickets[0].pass = sample_pass('k', tickets[0].code);
	tickets[1].pass = sample_pass('k', tickets[1].code);
	tickets[0].price = money_of(4500, "EUR");
	tickets[1].price = money_of(0, "EUR");
	return (struct ticket_sheet){
	    .site = "CampusPass",
	    .organiser = "Students' Union",
	    .contact = "tickets@example.org",
	    .title = "Spring Music Festival",
	    .timezone = "Europe/Berlin",
	    .doors_at = 1795888800 - HOUR,
	    .starts_at = 1795888800,
	    .ends_at = 1795888800 + 3 * HOUR,
	    .venue = "Campus Amphitheater",
	    .address = "Universitätsstraße 4, 10117 Berlin",
	    .reference = "7GQ2XK9MVT",
	    .buyer = "Gʻulom Oʻrinov",
	    .booking_status = "Confirmed",
	    .total = money_of(4500, "EUR"),
	    .terms = terms,
	    .terms_url = "https://tickets.example.org/terms",
	    .made_at = 1795000000,
	    .tickets = tickets,
	    .ticket_count = COUNT_OF(tickets),
	};
}

/* Everything as long as it can be. */
static struct ticket_sheet long_sheet(void)
{
	static struct sheet_ticket ticket;
	struct ticket_sheet sheet = plain_sheet();

	ticket = sheet.tickets[0];
	ticket.holder = long_text("Maximiliana");
	ticket.tier = "Premium with access to the graphics processors";
	ticket.seat = "Balcony-left-127";
	ticket.price = money_of(MONEY_MAX, "EUR");
	sheet.title = long_text("Conference");
	sheet.venue = long_text("Auditorium");
	sheet.address = long_text("Street");
	sheet.buyer = long_text("Bartholomew");
	sheet.total = money_of(MONEY_MAX, "EUR");
	sheet.ends_at = sheet.starts_at + 40 * HOUR;
	sheet.terms = arena_format(&arena, "%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s",
	    terms, terms, terms, terms, terms, terms, terms, terms);
	sheet.tickets = &ticket;
	sheet.ticket_count = 1;
	return sheet;
}

/* What DejaVu lacks or libhpdf cannot set, and what has no blank. */
static struct ticket_sheet strange_sheet(void)
{
	static struct sheet_ticket ticket;
	struct ticket_sheet sheet = plain_sheet();

	ticket = sheet.tickets[0];
	ticket.holder = "Ann \U0001f3ad\ufe0f Ελένη ܫܡܫ 李雷 \u202eBob\xff!";
	ticket.tier = "Supercalifragilisticexpialidocious";
	sheet.title = long_text("Donaudampfschifffahrtsgesellschaftskapitäns"
				"mützenabzeichenverordnungsnovellierungsantrag"
				"sformularausgabestellenöffnungszeitentafel");
	sheet.venue = "";
	sheet.address = "https://meet.example.org/room/1234567890";
	sheet.organiser = NULL;
	sheet.terms = NULL;
	sheet.tickets = &ticket;
	sheet.ticket_count = 1;
	return sheet;
}

/* Names and titles that run from right to left, and in both directions. */
static struct ticket_sheet rtl_sheet(void)
{
	static struct sheet_ticket tickets[2];
	struct ticket_sheet sheet = plain_sheet();

	tickets[0] = sheet.tickets[0];
	tickets[0].holder = "محمد عبد السلام";
	tickets[0].tier = "كبار الشخصيات";
	tickets[1] = tickets[0];
	tickets[1].holder = "נועה בן־דוד (Noa), 3";
	tickets[1].tier = "רגיל";
	sheet.title = "ערב ג׳אז ירושלמי: Blue Note 1959 (מהדורה שנייה)";
	sheet.venue = "قاعة الأوبرا";
	sheet.address = "شارع الملك فيصل 12، القاهرة. الدخول من الباب "
			"الخلفي بجانب المكتبة الكبيرة والحديقة العامة";
	sheet.buyer = "שרה לוי";
	sheet.terms = "לא להקליט.\nNo recording.\nممنوع التصوير.";
	sheet.tickets = tickets;
	return sheet;
}

static struct error *write_pdf(struct out *out, const char *name)
{
	struct ticket_sheet sheet = text_equal(name, "long") ? long_sheet()
	    : text_equal(name, "strange")                    ? strange_sheet()
	    : text_equal(name, "rtl")                        ? rtl_sheet()
							     : plain_sheet();

	sheet.font_directory = getenv("FONTS");
	return pdf_write_tickets(&arena, out, &sheet);
}

/* ---- calendar ---- */

/* Two days around the end of summer time in each zone; the wall shows 19:30. */
static void write_ics(struct out *out)
{
	static const struct {
		const char *uid, *zone;
		struct wall_time wall;
	} rows[] = {
	    {"berlin-summer", "Europe/Berlin", {2026, 10, 24, 19, 30}},
	    {"berlin-winter", "Europe/Berlin", {2026, 10, 25, 19, 30}},
	    {"newyork-summer", "America/New_York", {2026, 10, 31, 19, 30}},
	    {"newyork-winter", "America/New_York", {2026, 11, 1, 19, 30}},
	    {"cancelled", "Europe/Berlin", {2027, 3, 28, 1, 30}},
	};
	struct ics_event events[COUNT_OF(rows)];

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t at = clock_from_wall(rows[i].wall, rows[i].zone);

		events[i] = (struct ics_event){
		    .uid = rows[i].uid,
		    .stamp_at = 1795000000,
		    .sequence = (int64_t)i,
		    .starts_at = at,
		    .ends_at = at + 2 * HOUR,
		    .is_cancelled = text_equal(rows[i].uid, "cancelled"),
		    .summary = "Jazz; funk, soul \\ блюз",
		    .description = "Tickets: 2\nSeats: A7, A8\nԲարեւ "
				   "şəhər \U0001f3b7 \U0001f3b7 \U0001f3b7 "
				   "oʻzbek gʻazallari kechasi, "
				   "Ελληνική μουσική και χορός",
		    .location = "City Jazz Club, Main Street 1",
		    .has_position = true,
		    .latitude = 52.52,
		    .longitude = -13.405,
		    .url = "https://tickets.example.org/event/jazz-evening",
		    .organiser = "The \"Jazz\" Society; Berlin",
		    .organiser_email = "jazz@example.org",
		};
	}
	ics_write(out,
	    &(struct ics_calendar){.name = "My tickets",
		.events = events,
		.count = COUNT_OF(events)});
}

/* ---- choosing ---- */

static struct error *write_sample(struct out *out, char **words)
{
	enum {
		PNG_SCALE = 4
	};
	const char *kind = words[0];

	if (text_equal(kind, "pdf"))
		return write_pdf(out, words[1]);
	if (text_equal(kind, "png"))
		return qr_write_png(&arena, out, words[1], PNG_SCALE);
	if (text_equal(kind, "svg"))
		return qr_write_svg(&arena, out, words[1], words[2]);
	if (text_equal(kind, "ics"))
		write_ics(out);
	else
		out_text(out, sample_pass(words[1][0], "TKT-0123456789ABCDEF"));
	return NULL;
}

int main(int count, char **words)
{
	struct out out = {.arena = &arena};
	struct error *error;

	if (count < 2)
		return EXIT_FAILURE;
	error = write_sample(&out, words + 1);
	if (error)
		fprintf(stderr, "%s\n", error->message);
	else
		fwrite(out.data, 1, out.length, stdout);
	arena_close(&arena);
	return error ? EXIT_FAILURE : EXIT_SUCCESS;
}
