/*
 * JPEG files to pixels and back. libjpeg reports errors by a function that
 * must not return: it jumps back here, and nothing but libjpeg's own memory
 * has to be freed then.
 */
#include "document/pixels.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

enum {
	QUALITY = 85,
	SCANS_MOST = 100, /* a progressive file of thousands takes minutes */
};

/* libjpeg's own structs, and where to go on when something fails. */
struct reader {
	struct jpeg_decompress_struct jpeg;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	jmp_buf failed;
};

struct writer {
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr errors;
	jmp_buf failed;
	unsigned char *bytes;
	unsigned long length;
	bool is_done;
};

static void fail_reading(j_common_ptr jpeg)
{
	struct reader *reader = jpeg->client_data;

	longjmp(reader->failed, 1);
}

static void fail_writing(j_common_ptr jpeg)
{
	struct writer *writer = jpeg->client_data;

	longjmp(writer->failed, 1);
}

/* What it would print is for nobody; a warning is a damaged picture. */
static void say_nothing(j_common_ptr jpeg, int level)
{
	if (level < 0)
		jpeg->err->num_warnings++;
}

static void watch_scans(j_common_ptr jpeg)
{
	struct reader *reader = jpeg->client_data;

	if (reader->jpeg.input_scan_number > SCANS_MOST)
		longjmp(reader->failed, 1);
}

static void start_reading(
    struct reader *reader, const void *bytes, size_t length)
{
	reader->jpeg.err = jpeg_std_error(&reader->errors);
	reader->jpeg.client_data = reader;
	reader->errors.error_exit = fail_reading;
	reader->errors.emit_message = say_nothing;
	jpeg_create_decompress(&reader->jpeg);
	reader->progress.progress_monitor = watch_scans;
	reader->jpeg.progress = &reader->progress;
	jpeg_mem_src(&reader->jpeg, bytes, (unsigned long)length);
}

bool jpeg_measure(
    const void *bytes, size_t length, size_t *width, size_t *height)
{
	struct reader reader = {.errors = {0}};

	if (setjmp(reader.failed)) {
		jpeg_destroy_decompress(&reader.jpeg);
		return false;
	}
	start_reading(&reader, bytes, length);
	jpeg_read_header(&reader.jpeg, TRUE);
	*width = reader.jpeg.image_width;
	*height = reader.jpeg.image_height;
	jpeg_destroy_decompress(&reader.jpeg);
	return true;
}

bool jpeg_decode(const void *bytes, size_t length, struct pixels *pixels)
{
	struct reader reader = {.errors = {0}};

	if (setjmp(reader.failed)) {
		jpeg_destroy_decompress(&reader.jpeg);
		return false;
	}
	start_reading(&reader, bytes, length);
	jpeg_read_header(&reader.jpeg, TRUE);
	reader.jpeg.out_color_space = JCS_RGB;
	jpeg_start_decompress(&reader.jpeg);
	while (reader.jpeg.output_scanline < reader.jpeg.output_height) {
		JSAMPROW row = pixels->data +
		    reader.jpeg.output_scanline * pixels->width * 3;

		jpeg_read_scanlines(&reader.jpeg, &row, 1);
	}
	jpeg_finish_decompress(&reader.jpeg);
	jpeg_destroy_decompress(&reader.jpeg);
	return reader.errors.num_warnings == 0;
}

static void write_rows(struct writer *writer, const struct pixels *pixels)
{
	writer->jpeg.image_width = (JDIMENSION)pixels->width;
	writer->jpeg.image_height = (JDIMENSION)pixels->height;
	writer->jpeg.input_components = 3;
	writer->jpeg.in_color_space = JCS_RGB;
	jpeg_set_defaults(&writer->jpeg);
	jpeg_set_quality(&writer->jpeg, QUALITY, TRUE);
	jpeg_start_compress(&writer->jpeg, TRUE);
	while (writer->jpeg.next_scanline < writer->jpeg.image_height) {
		JSAMPROW row = pixels->data +
		    writer->jpeg.next_scanline * pixels->width * 3;

		jpeg_write_scanlines(&writer->jpeg, &row, 1);
	}
	jpeg_finish_compress(&writer->jpeg);
}

bool jpeg_encode(struct arena *arena, const struct pixels *pixels,
    const char **bytes, size_t *length)
{
	struct writer writer = {.bytes = NULL};

	writer.jpeg.err = jpeg_std_error(&writer.errors);
	writer.jpeg.client_data = &writer;
	writer.errors.error_exit = fail_writing;
	writer.errors.emit_message = say_nothing;
	if (!setjmp(writer.failed)) {
		jpeg_create_compress(&writer.jpeg);
		jpeg_mem_dest(&writer.jpeg, &writer.bytes, &writer.length);
		write_rows(&writer, pixels);
		*bytes = arena_copy_bytes(arena, writer.bytes, writer.length);
		*length = writer.length;
		writer.is_done = true;
	}
	jpeg_destroy_compress(&writer.jpeg);
	free(writer.bytes);
	return writer.is_done;
}

/* ---- how the camera was held ---- */

/* Numbers in the byte order that the TIFF header names. */
static unsigned read_number(
    const unsigned char *bytes, size_t size, bool is_little)
{
	unsigned value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | bytes[is_little ? size - 1 - i : i];
	return value;
}

/* Tag 0x0112 of the first directory (Exif 2.3, 4.6.4). */
static int read_tiff(const unsigned char *tiff, size_t length)
{
	bool is_little = length >= 8 && memcmp(tiff, "II*\0", 4) == 0;
	unsigned at, entries;

	if (length < 8 || (!is_little && memcmp(tiff, "MM\0*", 4) != 0))
		return 1;
	at = read_number(tiff + 4, 4, is_little);
	if (at > length - 2)
		return 1;
	entries = read_number(tiff + at, 2, is_little);
	at += 2;
	for (unsigned i = 0; i < entries && at + 12 <= length; i++, at += 12)
		if (read_number(tiff + at, 2, is_little) == 0x0112)
			return (int)read_number(tiff + at + 8, 2, is_little);
	return 1;
}

int jpeg_orientation(const void *bytes, size_t length)
{
	const unsigned char *file = bytes;
	size_t at = 2;

	/* Segments up to the picture itself: marker, size, content. */
	while (at + 4 <= length && file[at] == 0xff && file[at + 1] != 0xda) {
		size_t size = read_number(file + at + 2, 2, false);

		if (size < 2 || at + 2 + size > length)
			return 1;
		if (file[at + 1] == 0xe1 && size > 8 &&
		    memcmp(file + at + 4, "Exif\0\0", 6) == 0)
			return read_tiff(file + at + 10, size - 8);
		at += 2 + size;
	}
	return 1;
}
