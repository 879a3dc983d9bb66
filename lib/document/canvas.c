#include "document/canvas.h"

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/text.h"
#include "document/glyphs.h"
#include "document/subset.h"
#include "document/typeset.h"
#include <hpdf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ASCENT 0.93F   /* from a line's top to its base, in sizes */
#define HAIRLINE 0.75F /* of a rule */

struct canvas {
	struct arena *arena;
	HPDF_Doc pdf;
	HPDF_Page page;
	HPDF_Font fonts[CANVAS_FONT_COUNT];
	struct glyphs_forms forms;
	HPDF_STATUS status; /* the first error of libhpdf; 0: none */
};

static const char *const font_files[CANVAS_FONT_COUNT] = {
    [CANVAS_REGULAR] = "DejaVuSans.ttf",
    [CANVAS_BOLD] = "DejaVuSans-Bold.ttf",
    [CANVAS_DISPLAY] = "DejaVuSerif-Bold.ttf",
    [CANVAS_MONO] = "DejaVuSansMono.ttf",
};

/* Which font has what another lacks: DejaVu Sans has most. */
static const enum canvas_font others[CANVAS_FONT_COUNT] = {
    [CANVAS_REGULAR] = CANVAS_BOLD,
    [CANVAS_BOLD] = CANVAS_REGULAR,
    [CANVAS_DISPLAY] = CANVAS_BOLD,
    [CANVAS_MONO] = CANVAS_REGULAR,
};

/* Debian; Arch; Fedora; Alpine; FreeBSD. */
static const char *const font_directories[] = {
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/TTF",
    "/usr/share/fonts/dejavu-sans-fonts",
    "/usr/share/fonts/dejavu",
    "/usr/local/share/fonts/dejavu",
};

/* ---- the document ---- */

/* libhpdf goes on after an error with calls that do nothing. */
static void keep_error(HPDF_STATUS number, HPDF_STATUS detail, void *data)
{
	struct canvas *canvas = data;

	if (canvas->status != HPDF_OK)
		return;
	canvas->status = number;
	log_warn("libhpdf: error 0x%04lX, detail %lu", number, detail);
}

static void free_document(void *pdf)
{
	HPDF_Free(pdf);
}

static struct error *check(const struct canvas *canvas)
{
	if (canvas->status == HPDF_OK)
		return NULL;
	return fail(STORAGE_ERROR, "The PDF could not be made");
}

static const char *find_font(
    struct arena *arena, const char *directory, const char *file)
{
	const char *path;

	if (!text_is_empty(directory)) {
		path = arena_format(arena, "%s/%s", directory, file);
		if (access(path, R_OK) == 0)
			return path;
	}
	path = config_beside(arena, file);
	if (access(path, R_OK) == 0)
		return path;
	for (size_t i = 0; i < COUNT_OF(font_directories); i++) {
		path = arena_format(arena, "%s/%s", font_directories[i], file);
		if (access(path, R_OK) == 0)
			return path;
	}
	return NULL;
}

/* libhpdf crashes over a file that is none. */
static bool is_truetype(const char *path)
{
	static const char magic[4] = {0, 1, 0, 0};
	char head[sizeof(magic)] = {1};
	FILE *file = fopen(path, "re");
	bool is_read;

	if (!file)
		return false;
	is_read = fread(head, sizeof(head), 1, file) == 1;
	fclose(file);
	return is_read && memcmp(head, magic, sizeof(magic)) == 0;
}

static struct error *load_font(
    struct canvas *canvas, enum canvas_font font, const char *directory)
{
	const char *file = font_files[font];
	const char *path = find_font(canvas->arena, directory, file);
	const char *name = NULL;

	if (!path)
		return fail(CONFIGURATION_ERROR,
		    "The font %s is missing: install the DejaVu fonts", file);
	if (is_truetype(path))
		name = HPDF_LoadTTFontFromFile(canvas->pdf, path, HPDF_TRUE);
	if (name)
		canvas->fonts[font] = HPDF_GetFont(canvas->pdf, name, "UTF-8");
	if (!canvas->fonts[font])
		return fail(
		    CONFIGURATION_ERROR, "The font %s is damaged", file);
	return NULL;
}

static void set_info(struct canvas *canvas, const struct canvas_info *info)
{
	struct wall_time made = clock_wall(info->made_at, "UTC");
	HPDF_Date date = {.year = made.year,
	    .month = made.month,
	    .day = made.day,
	    .hour = made.hour,
	    .minutes = made.minute,
	    .ind = '+'};

	HPDF_SetInfoAttr(canvas->pdf, HPDF_INFO_TITLE, info->title);
	HPDF_SetInfoAttr(canvas->pdf, HPDF_INFO_AUTHOR, info->author);
	HPDF_SetInfoAttr(canvas->pdf, HPDF_INFO_CREATOR, "CampusPass");
	HPDF_SetInfoDateAttr(canvas->pdf, HPDF_INFO_CREATION_DATE, date);
}

struct error *canvas_open(
    struct arena *arena, const struct canvas_info *info, struct canvas **result)
{
	struct canvas *canvas = ARENA_NEW(arena, struct canvas);

	canvas->arena = arena;
	canvas->pdf = HPDF_New(keep_error, canvas);
	if (!canvas->pdf)
		return fail(STORAGE_ERROR, "The PDF could not be begun");
	arena_defer(arena, free_document, canvas->pdf);
	HPDF_SetCompressionMode(canvas->pdf, HPDF_COMP_ALL);
	HPDF_UseUTFEncodings(canvas->pdf);
	HPDF_SetCurrentEncoder(canvas->pdf, "UTF-8");
	for (int i = 0; i < CANVAS_FONT_COUNT; i++)
		TRY(load_font(canvas, i, info->font_directory));
	set_info(canvas, info);
	TRY(check(canvas));
	*result = canvas;
	return NULL;
}

void canvas_add_page(struct canvas *canvas)
{
	canvas->page = HPDF_AddPage(canvas->pdf);
	HPDF_Page_SetSize(canvas->page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
}

struct error *canvas_finish(struct canvas *canvas, struct out *out)
{
	HPDF_UINT32 size;
	HPDF_BYTE *bytes;

	for (int i = 0; i < CANVAS_FONT_COUNT; i++) {
		subset_add_parts(canvas->arena, canvas->fonts[i]);
		glyphs_add_unicode(
		    canvas->pdf, canvas->fonts[i], &canvas->forms);
	}
	HPDF_SaveToStream(canvas->pdf);
	TRY(check(canvas));
	size = HPDF_GetStreamSize(canvas->pdf);
	bytes = (HPDF_BYTE *)out_reserve(out, size + 1);
	HPDF_ResetStream(canvas->pdf);
	HPDF_ReadFromStream(canvas->pdf, bytes, &size);
	TRY(check(canvas));
	out->length += size;
	/* A buffer is a string, too. */
	bytes[size] = '\0';
	return NULL;
}

/* ---- shapes ---- */

static float part(uint32_t colour, int shift)
{
	return (float)(colour >> shift & 0xff) / 255.0F;
}

static void use_fill(struct canvas *canvas, uint32_t colour)
{
	HPDF_Page_SetRGBFill(
	    canvas->page, part(colour, 16), part(colour, 8), part(colour, 0));
}

static void use_stroke(struct canvas *canvas, uint32_t colour, float thickness)
{
	HPDF_Page_SetRGBStroke(
	    canvas->page, part(colour, 16), part(colour, 8), part(colour, 0));
	HPDF_Page_SetLineWidth(canvas->page, thickness);
}

/* libhpdf counts from the lower edge. */
static void add_rectangle(struct canvas *canvas, struct canvas_box box)
{
	HPDF_Page_Rectangle(canvas->page, box.x,
	    CANVAS_HEIGHT - box.y - box.height, box.width, box.height);
}

void canvas_fill(struct canvas *canvas, uint32_t colour, struct canvas_box box)
{
	use_fill(canvas, colour);
	add_rectangle(canvas, box);
	HPDF_Page_Fill(canvas->page);
}

void canvas_frame(struct canvas *canvas, uint32_t colour, float thickness,
    struct canvas_box box)
{
	use_stroke(canvas, colour, thickness);
	add_rectangle(canvas, box);
	HPDF_Page_Stroke(canvas->page);
}

void canvas_rule(struct canvas *canvas, uint32_t colour, bool is_dashed,
    float x, float y, float width)
{
	static const HPDF_UINT16 dashes[] = {3, 3};

	use_stroke(canvas, colour, HAIRLINE);
	if (is_dashed)
		HPDF_Page_SetDash(canvas->page, dashes, COUNT_OF(dashes), 0);
	HPDF_Page_MoveTo(canvas->page, x, CANVAS_HEIGHT - y);
	HPDF_Page_LineTo(canvas->page, x + width, CANVAS_HEIGHT - y);
	HPDF_Page_Stroke(canvas->page);
	if (is_dashed)
		HPDF_Page_SetDash(canvas->page, NULL, 0, 0);
}

/* Runs of dark modules are one rectangle, and all are filled at once: so no
 * reader shows seams between them. */
void canvas_qr(
    struct canvas *canvas, const struct qr *qr, struct canvas_box box)
{
	float module = box.width / (float)(qr->size + 2 * QR_QUIET);

	canvas_fill(canvas, 0xffffff, box);
	use_fill(canvas, 0x000000);
	for (int y = 0; y < qr->size; y++) {
		for (int x = 0; x < qr->size; x++) {
			int run = 0;

			while (qr_is_dark(qr, x + run, y))
				run++;
			if (run > 0)
				add_rectangle(canvas,
				    (struct canvas_box){.x = box.x +
					    module * (float)(x + QR_QUIET),
					.y = box.y +
					    module * (float)(y + QR_QUIET),
					.width = module * (float)run,
					.height = module});
			x += run;
		}
	}
	HPDF_Page_Fill(canvas->page);
}

void canvas_turn(struct canvas *canvas, float degrees, float x, float y)
{
	float angle = degrees * (float)M_PI / 180.0F;
	float up = CANVAS_HEIGHT - y;
	float c = cosf(angle);
	float s = sinf(angle);

	HPDF_Page_GSave(canvas->page);
	HPDF_Page_Concat(
	    canvas->page, c, s, -s, c, x - x * c + up * s, up - x * s - up * c);
}

void canvas_turn_back(struct canvas *canvas)
{
	HPDF_Page_GRestore(canvas->page);
}

/* ---- text ---- */

/* Lines that run from right to left begin at the right. */
static float indent(const struct typeset *typeset, enum canvas_align align,
    const struct typeset_line *line)
{
	float rest = typeset->width - line->width;

	if (align == CANVAS_CENTRE)
		return rest / 2;
	return align == CANVAS_RIGHT || line->is_rtl ? rest : 0;
}

/* Glyphs that stand beside each other and have the same font. */
static void draw_runs(struct canvas *canvas, const struct typeset *typeset,
    const struct typeset_line *line)
{
	struct out out = {.arena = canvas->arena};

	for (size_t i = 0; i < line->count; i++) {
		HPDF_Font font = line->glyphs[i].font;

		glyphs_write(&out, &line->glyphs[i]);
		if (i + 1 < line->count && line->glyphs[i + 1].font == font)
			continue;
		HPDF_Page_SetFontAndSize(canvas->page, font, typeset->size);
		HPDF_Page_ShowText(canvas->page, out_string(&out));
		out_clear(&out);
	}
}

static void draw_lines(struct canvas *canvas, const struct typeset *typeset,
    enum canvas_align align, struct canvas_box box)
{
	float base = CANVAS_HEIGHT - box.y - typeset->size * ASCENT;
	HPDF_Point at = {.x = 0, .y = 0};

	HPDF_Page_BeginText(canvas->page);
	for (size_t i = 0; i < typeset->count; i++) {
		const struct typeset_line *line = &typeset->lines[i];
		float x = box.x + indent(typeset, align, line);

		/* From where the last line began. */
		HPDF_Page_MoveTextPos(canvas->page, x - at.x, base - at.y);
		at = (HPDF_Point){.x = x, .y = base};
		draw_runs(canvas, typeset, line);
		base -= typeset->size * TYPESET_LEADING;
	}
	HPDF_Page_EndText(canvas->page);
}

float canvas_text(struct canvas *canvas, const struct canvas_style *style,
    struct canvas_box box, const char *text)
{
	const struct glyphs_face face = {
	    .fonts = {canvas->fonts[style->font],
		canvas->fonts[others[style->font]]},
	    .forms = &canvas->forms,
	};
	struct glyphs glyphs = glyphs_of(canvas->arena, &face, text);
	struct typeset typeset = {.width = box.width};

	typeset_fit(canvas->arena, &typeset, &glyphs, box.height, style->size,
	    style->least > 0 ? style->least : style->size);
	if (typeset.count == 0)
		return 0;
	use_fill(canvas, style->colour);
	draw_lines(canvas, &typeset, style->align, box);
	return (float)typeset.count * typeset.size * TYPESET_LEADING;
}
