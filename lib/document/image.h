/*
 * Image: pictures from outside, made harmless. What is stored is never what
 * came: it is decoded and encoded anew, so that nothing else travels in it.
 *
 * Invariants
 * - PNG and JPEG alone, by their first bytes and not by what they are called.
 * - The size stands in the header and is judged before anything is decoded.
 * - At most IMAGE_WIDTH wide afterwards; turned as its camera says; without
 *   the place it was taken at or anything else about it.
 */
#ifndef DOCUMENT_IMAGE_H
#define DOCUMENT_IMAGE_H

#include "base/arena.h"
#include "base/error.h"
#include <stddef.h>

enum {
	IMAGE_SIDE_MOST = 4096, /* pixels that are read at all */
	IMAGE_WIDTH = 1280,     /* pixels that are kept */
};

enum image_type {
	IMAGE_PNG,
	IMAGE_JPEG,
};

/* A picture ready to be stored. */
struct image {
	enum image_type type;
	const char *bytes; /* in the arena */
	size_t length;
	size_t width, height; /* in pixels */
};

/* VALIDATION_ERROR, in words for people, for anything else. */
MUST_CHECK struct error *image_read(
    struct arena *arena, const void *bytes, size_t length, struct image *image);

#endif
