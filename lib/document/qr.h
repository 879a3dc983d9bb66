/*
 * Qr: QR codes (ISO/IEC 18004) as modules, SVG and PNG. Made by the program
 * itself, with libqrcodegen and libpng (B9).
 *
 * Error correction is level M or better, where that costs no larger picture:
 * a folded or smudged ticket still reads. Around each picture is the quiet
 * zone of four modules; dark is black and light is white whatever the colour
 * scheme of the page, for inverted codes are not read by every scanner.
 *
 * Texts are ASCII (addresses percent-encoded): what scanners make of other
 * bytes differs. Any other text, an empty one, and one longer than QR_TEXT_MOST
 * is a VALIDATION_ERROR.
 */
#ifndef DOCUMENT_QR_H
#define DOCUMENT_QR_H

#include "base/arena.h"
#include "base/error.h"
#include "base/out.h"
#include <stdbool.h>

enum {
	QR_TEXT_MOST = 660,   /* bytes of any text that version 20 takes */
	QR_VERSION_MOST = 20, /* 97 modules: more is hard to scan */
	QR_QUIET = 4,         /* modules of light around the code */
	QR_SCALE_MOST = 32,   /* pixels a module */
};

/* A code's modules, without the quiet zone. */
struct qr {
	int size;                     /* modules along each side */
	const unsigned char *modules; /* libqrcodegen's; see qr_is_dark() */
};

/* Make the code of a text. */
MUST_CHECK struct error *qr_make(
    struct arena *arena, const char *text, struct qr *qr);

/* Is the module dark? Light outside of the code. */
bool qr_is_dark(const struct qr *qr, int x, int y);

/*
 * Append the code as an <svg> element for HTML, or for a file: one path, a
 * viewBox and no size of its own. `title` is what screen readers say ("QR code
 * of ticket TKT-..."); it is escaped. Needs an arena for what lies between.
 */
MUST_CHECK struct error *qr_write_svg(
    struct arena *arena, struct out *out, const char *text, const char *title);

/* Append the code as a PNG with `scale` (1 to QR_SCALE_MOST) pixels a module.
 */
MUST_CHECK struct error *qr_write_png(
    struct arena *arena, struct out *out, const char *text, int scale);

/* The code as a PNG in a data: URL, for mails and where SVG is not taken. */
MUST_CHECK struct error *qr_data_url(
    struct arena *arena, const char *text, const char **url);

#endif
