/*
 * Pixels: a picture as rows of bytes, and JPEG files to and from it. For
 * image.c, which decides what is taken.
 *
 * Large ones lie outside the arena, which gives them back when it is reset:
 * one picture must not make a process large for good.
 */
#ifndef DOCUMENT_PIXELS_H
#define DOCUMENT_PIXELS_H

#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>

struct pixels {
	unsigned char *data; /* rows from the top, without gaps */
	size_t width, height;
	size_t channels; /* 3: red, green, blue; 4: and alpha */
};

/* Black ones; given back with the arena. */
struct pixels pixels_make(
    struct arena *arena, size_t width, size_t height, size_t channels);

/* The same picture, at most so wide: each pixel the mean of those it covers. */
struct pixels pixels_narrow(
    struct arena *arena, const struct pixels *from, size_t width);

/* Upright, by the orientation that cameras write (Exif 2.3: 1 to 8). */
struct pixels pixels_turn(
    struct arena *arena, const struct pixels *from, int orientation);

/* ---- JPEG: false when the file is damaged ---- */

/* Its size, from the header alone. */
bool jpeg_measure(
    const void *bytes, size_t length, size_t *width, size_t *height);

/* Into pixels of that size, with three channels. */
bool jpeg_decode(const void *bytes, size_t length, struct pixels *pixels);

bool jpeg_encode(struct arena *arena, const struct pixels *pixels,
    const char **bytes, size_t *length);

/* How the camera was held; 1 when it does not say. */
int jpeg_orientation(const void *bytes, size_t length);

#endif
