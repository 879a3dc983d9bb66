#include "document/pdf.h"

#include "base/clock.h"
#include "base/text.h"
#include "document/canvas.h"
#include "document/qr.h"
#include <inttypes.h>

/* The style sheet's colours (www/style.css), for paper. */
enum colour {
	INK = 0x15211d,
	SOFT = 0x47564f,
	LINE = 0xaab5ac,
	BRAND = 0x0b5f4f,
	BAD = 0xa31919,
};

#define LEFT 48.0F
#define RIGHT (CANVAS_WIDTH - 48.0F)
#define WIDTH (RIGHT - LEFT)
#define FOLD (CANVAS_HEIGHT / 2)

/* The column of facts, and the code's, in the upper half. */
#define FACTS_WIDTH 288.0F
#define CODE_SIDE 190.0F
#define CODE_QUIET 14.0F /* about what the code's quiet zone takes */
#define CODE_X (RIGHT - CODE_SIDE + CODE_QUIET)
#define TITLE_Y 74.0F
#define TITLE_HEIGHT 70.0F
#define GAP 31.0F /* between the groups of facts, where there is place */

/* Where the texts begin in the lower half; their headings stand at LEFT. */
#define TEXT_X 160.0F
#define TEXT_WIDTH (RIGHT - TEXT_X)

#define LABEL_HEIGHT 11.0F
#define FOOT_Y 800.0F

static const struct canvas_style site_style = {
    .font = CANVAS_BOLD, .size = 11, .least = 7, .colour = BRAND};
static const struct canvas_style number_style = {
    .size = 9, .colour = SOFT, .align = CANVAS_RIGHT};
static const struct canvas_style title_style = {
    .font = CANVAS_DISPLAY, .size = 28, .least = 9.5F, .colour = INK};
static const struct canvas_style time_style = {
    .font = CANVAS_BOLD, .size = 12.5F, .least = 8, .colour = INK};
static const struct canvas_style label_style = {.size = 7.5F, .colour = SOFT};
static const struct canvas_style value_style = {
    .font = CANVAS_BOLD, .size = 11.5F, .least = 5.5F, .colour = INK};
static const struct canvas_style name_style = {
    .font = CANVAS_BOLD, .size = 15, .least = 5.5F, .colour = INK};
static const struct canvas_style body_style = {
    .size = 9.5F, .least = 5.5F, .colour = INK};
static const struct canvas_style code_style = {.font = CANVAS_MONO,
    .size = 11,
    .least = 6,
    .colour = INK,
    .align = CANVAS_CENTRE};
static const struct canvas_style reference_style = {
    .font = CANVAS_MONO, .size = 12, .least = 6, .colour = INK};
static const struct canvas_style heading_style = {
    .font = CANVAS_BOLD, .size = 9.5F, .colour = BRAND};
static const struct canvas_style small_style = {
    .size = 7.5F, .least = 6, .colour = SOFT};
static const struct canvas_style note_style = {
    .size = 6.5F, .colour = SOFT, .align = CANVAS_RIGHT};
static const struct canvas_style stamp_style = {.font = CANVAS_BOLD,
    .size = 22,
    .least = 8,
    .colour = BAD,
    .align = CANVAS_CENTRE};
static const struct canvas_style caption_style = {
    .size = 8.5F, .least = 6, .colour = SOFT, .align = CANVAS_CENTRE};

/* A page on its way. */
struct page {
	struct arena *arena;
	struct canvas *canvas;
	const struct ticket_sheet *sheet;
	const struct sheet_ticket *ticket;
	size_t number; /* of the ticket, from 1 */
	float top;     /* where title ends, and facts and code begin */
};

static struct canvas_box box_of(float x, float y, float width, float height)
{
	return (struct canvas_box){
	    .x = x, .y = y, .width = width, .height = height};
}

static const char *or_else(const char *text, const char *other)
{
	return text_is_empty(text) ? other : text;
}

static const char *when_text(
    const struct page *page, int64_t at, enum when_style style)
{
	return when_format(page->arena,
	    (struct when){
		.at = at, .zone = page->sheet->timezone, .style = style});
}

/* ---- the ticket ---- */

/* A value below its label; returns the value's height. */
static float draw_fact(const struct page *page,
    const struct canvas_style *style, struct canvas_box box, const char *label,
    const char *value)
{
	canvas_text(page->canvas, &label_style, box, label);
	box.y += LABEL_HEIGHT;
	box.height -= LABEL_HEIGHT;
	return canvas_text(page->canvas, style, box, or_else(value, "\u2013"));
}

static void draw_head(struct page *page)
{
	const struct ticket_sheet *sheet = page->sheet;
	const char *site = sheet->site;

	if (!text_is_empty(sheet->organiser) &&
	    !text_equal(sheet->organiser, site))
		site = arena_format(
		    page->arena, "%s  \u00b7  %s", site, sheet->organiser);
	canvas_fill(page->canvas, BRAND, box_of(LEFT, 36, WIDTH, 3));
	canvas_text(
	    page->canvas, &site_style, box_of(LEFT, 48, WIDTH - 110, 16), site);
	canvas_text(page->canvas, &number_style,
	    box_of(RIGHT - 100, 50, 100, 14),
	    arena_format(page->arena, "Ticket %zu of %zu", page->number,
		sheet->ticket_count));
	page->top = TITLE_Y + 20 +
	    canvas_text(page->canvas, &title_style,
		box_of(LEFT, TITLE_Y, WIDTH, TITLE_HEIGHT), sheet->title);
}

/* "Doors open 18:30, ends 22:00 (Europe/Berlin)" */
static const char *hours_text(const struct page *page)
{
	const struct ticket_sheet *sheet = page->sheet;
	const char *zone = sheet->timezone;
	bool ends_same_day = clock_day_start(sheet->starts_at, zone) ==
	    clock_day_start(sheet->ends_at, zone);
	struct out out = {.arena = page->arena};

	if (sheet->doors_at > 0)
		out_format(&out, "Doors open %s, ends ",
		    when_text(page, sheet->doors_at, WHEN_TIME));
	else
		OUT_LITERAL(&out, "Ends ");
	out_format(&out, "%s (%s)",
	    when_text(
		page, sheet->ends_at, ends_same_day ? WHEN_TIME : WHEN_SHORT),
	    zone);
	return out_string(&out);
}

/* Where a group of facts begins: below the last, at its own line at most. */
static float next_group(float y, float latest)
{
	return y + GAP < latest ? y + GAP : latest;
}

/* Returns where it ends. */
static float draw_time(const struct page *page, float y)
{
	const struct ticket_sheet *sheet = page->sheet;

	y += canvas_text(page->canvas, &time_style,
	    box_of(LEFT, y, FACTS_WIDTH, 34),
	    when_text(page, sheet->starts_at, WHEN_LONG));
	return y +
	    canvas_text(page->canvas, &body_style,
		box_of(LEFT, y, FACTS_WIDTH, 26), hours_text(page));
}

static float draw_place(const struct page *page, float y)
{
	const struct ticket_sheet *sheet = page->sheet;

	y += LABEL_HEIGHT +
	    draw_fact(page, &value_style, box_of(LEFT, y, FACTS_WIDTH, 41),
		"VENUE", or_else(sheet->venue, "Online"));
	return y +
	    canvas_text(page->canvas, &body_style,
		box_of(LEFT, y, FACTS_WIDTH, 26), sheet->address);
}

static float draw_holder(const struct page *page, float y)
{
	return y + LABEL_HEIGHT +
	    draw_fact(page, &name_style, box_of(LEFT, y, FACTS_WIDTH, 50),
		"ADMITS", or_else(page->ticket->holder, page->sheet->buyer));
}

static void draw_tier(const struct page *page, float y)
{
	const struct sheet_ticket *ticket = page->ticket;
	const struct {
		const char *label;
		const char *value;
		float width;
	} facts[] = {
	    {"TICKET", ticket->tier, 112},
	    {"SEAT", ticket->seat, 72},
	    {"PRICE", money_price(page->arena, ticket->price), 88},
	};
	float x = LEFT;

	for (size_t i = 0; i < COUNT_OF(facts); i++) {
		if (text_is_empty(facts[i].value))
			continue;
		draw_fact(page, &value_style,
		    box_of(x, y, facts[i].width - 8, 42), facts[i].label,
		    facts[i].value);
		x += facts[i].width;
	}
}

/* The latest lines are those at which the longest texts still fit. */
static void draw_facts(const struct page *page)
{
	float y = draw_time(page, page->top);

	y = draw_place(page, next_group(y, 226));
	y = draw_holder(page, next_group(y, 309));
	draw_tier(page, next_group(y, 368));
}

/* The status in a slanting frame, where the QR code would stand. */
static void draw_stamp(const struct page *page)
{
	float width = CODE_SIDE - 2 * CODE_QUIET;
	float x = CODE_X + CODE_QUIET;
	float y = page->top + 66;

	canvas_turn(page->canvas, 12, x + width / 2, y + 22);
	canvas_frame(page->canvas, BAD, 2.5F, box_of(x, y, width, 44));
	canvas_text(page->canvas, &stamp_style,
	    box_of(x + 6, y + 8, width - 12, 36),
	    or_else(page->ticket->status, "Void"));
	canvas_turn_back(page->canvas);
	canvas_text(page->canvas, &caption_style,
	    box_of(x, page->top + 156, width, 24),
	    "This ticket admits nobody.");
}

static struct error *draw_code(const struct page *page)
{
	const struct sheet_ticket *ticket = page->ticket;
	/* The quiet zone is white already: the code stands level with facts. */
	float y = page->top - CODE_QUIET;
	struct qr qr;

	if (ticket->is_void) {
		draw_stamp(page);
	} else {
		TRY(qr_make(page->arena, ticket->pass, &qr));
		canvas_qr(
		    page->canvas, &qr, box_of(CODE_X, y, CODE_SIDE, CODE_SIDE));
	}
	canvas_text(page->canvas, &code_style,
	    box_of(CODE_X, y + CODE_SIDE, CODE_SIDE, 16), ticket->code);
	canvas_text(page->canvas, &caption_style,
	    box_of(CODE_X, y + CODE_SIDE + 18, CODE_SIDE, 12),
	    arena_format(page->arena, "Status: %s", ticket->status));
	return NULL;
}

static void draw_fold(const struct page *page)
{
	canvas_rule(page->canvas, LINE, true, 0, FOLD, CANVAS_WIDTH);
	canvas_text(page->canvas, &note_style,
	    box_of(RIGHT - 100, FOLD + 3, 100, 10), "fold here");
}

/* ---- below the fold ---- */

static void draw_booking(const struct page *page)
{
	const struct ticket_sheet *sheet = page->sheet;
	const struct {
		const char *label;
		const char *value;
		const struct canvas_style *style;
		float x, width;
	} facts[] = {
	    {"REFERENCE", sheet->reference, &reference_style, TEXT_X, 100},
	    {"TICKETS", arena_format(page->arena, "%zu", sheet->ticket_count),
		&value_style, TEXT_X + 112, 56},
	    {"TOTAL", money_price(page->arena, sheet->total), &value_style,
		TEXT_X + 180, 100},
	    {"STATUS", sheet->booking_status, &value_style, TEXT_X + 292, 95},
	};

	canvas_text(page->canvas, &heading_style,
	    box_of(LEFT, 452, TEXT_X - LEFT - 12, 14), "Booking");
	for (size_t i = 0; i < COUNT_OF(facts); i++)
		draw_fact(page, facts[i].style,
		    box_of(facts[i].x, 452, facts[i].width, 30), facts[i].label,
		    facts[i].value);
	draw_fact(page, &body_style, box_of(TEXT_X, 490, TEXT_WIDTH, 40),
	    "BOOKED BY", sheet->buyer);
}

static const char *advice_text(const struct page *page)
{
	const struct ticket_sheet *sheet = page->sheet;
	struct out out = {.arena = page->arena};

	out_text(&out,
	    page->ticket->is_void
		? "This ticket is no longer valid. It stands here for your "
		  "records alone."
		: "Show this page at the door, on paper or on a screen. The "
		  "code admits one person once: do not let others copy it.");
	if (!text_is_empty(sheet->contact))
		out_format(&out, "\nQuestions: %s", sheet->contact);
	return out_string(&out);
}

/* A paragraph beside its heading; returns where it ends. */
static float draw_paragraph(const struct page *page,
    const struct canvas_style *style, float y, float height,
    const char *heading, const char *text)
{
	canvas_rule(page->canvas, LINE, false, LEFT, y - 10, WIDTH);
	canvas_text(page->canvas, &heading_style,
	    box_of(LEFT, y, TEXT_X - LEFT - 12, 14), heading);
	return y + 1 +
	    canvas_text(page->canvas, style,
		box_of(TEXT_X, y + 1, TEXT_WIDTH, height), text);
}

static void draw_terms(const struct page *page)
{
	const struct ticket_sheet *sheet = page->sheet;
	float y;

	if (text_is_empty(sheet->terms) && text_is_empty(sheet->terms_url))
		return;
	y = draw_paragraph(page, &small_style, 626, 148, "Terms", sheet->terms);
	if (!text_is_empty(sheet->terms_url))
		canvas_text(page->canvas, &small_style,
		    box_of(TEXT_X, y + 4, TEXT_WIDTH, 12),
		    arena_format(
			page->arena, "All terms: %s", sheet->terms_url));
}

static void draw_foot(const struct page *page)
{
	const struct ticket_sheet *sheet = page->sheet;

	canvas_text(page->canvas, &small_style, box_of(LEFT, FOOT_Y, WIDTH, 12),
	    arena_format(page->arena, "%s, made on %s", page->ticket->code,
		when_text(page, sheet->made_at, WHEN_LONG)));
}

static struct error *draw_page(struct page *page)
{
	canvas_add_page(page->canvas);
	draw_head(page);
	draw_facts(page);
	TRY(draw_code(page));
	draw_fold(page);
	draw_booking(page);
	draw_paragraph(
	    page, &body_style, 552, 54, "At the door", advice_text(page));
	draw_terms(page);
	draw_foot(page);
	return NULL;
}

struct error *pdf_write_tickets(
    struct arena *arena, struct out *out, const struct ticket_sheet *sheet)
{
	struct page page = {.arena = arena, .sheet = sheet};
	struct canvas_info info = {
	    .title = arena_format(arena, "%s: %s", sheet->title,
		sheet->ticket_count == 1 ? "ticket" : "tickets"),
	    .author = or_else(sheet->organiser, sheet->site),
	    .font_directory = sheet->font_directory,
	    .made_at = sheet->made_at,
	};

	if (sheet->ticket_count == 0)
		die("a sheet without tickets");
	TRY(canvas_open(arena, &info, &page.canvas));
	for (size_t i = 0; i < sheet->ticket_count; i++) {
		page.ticket = &sheet->tickets[i];
		page.number = i + 1;
		TRY(draw_page(&page));
	}
	return canvas_finish(page.canvas, out);
}
