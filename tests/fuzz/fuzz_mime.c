/*
 * Headers of mails: whatever a subject, a name or an address holds, it stays
 * in its own header, in short lines of ASCII.
 */
#include "fuzz.h"

#include "base/text.h"
#include "mail/mime.h"
#include <stdlib.h>
#include <string.h>

/* One header: each line but the first begins with a blank, and says more. */
static void check_header(const char *text, const char *name, size_t longest)
{
	require(text_starts_with(text, name));
	while (*text) {
		size_t length = strcspn(text, "\r\n");

		require(length > 0 && length <= longest);
		require(strspn(text, " ") < length);
		require(text_starts_with(text + length, "\r\n"));
		text += length + 2;
		require(*text == '\0' || *text == ' ');
	}
}

static void check_ascii(const char *text)
{
	for (; *text; text++)
		require((unsigned char)*text < 0x7f);
}

static void check_person(struct arena *arena, const char *text)
{
	const char *rest = strchr(text, '|');
	struct mime_person person = {
	    .name = text, .address = rest ? rest + 1 : "a@b.org"};
	struct out out = {.arena = arena};

	if (!mime_put_person(arena, &out, "To", &person)) {
		check_header(out_string(&out), "To: ", 600);
		require(!strchr(person.address, '\n'));
	}
	out = (struct out){.arena = arena};
	person.address = "someone@example.org";
	if (mime_put_person(arena, &out, "To", &person))
		abort();
	check_header(out_string(&out), "To: ", 78);
	check_ascii(out_string(&out));
	require(strstr(out_string(&out), "<someone@example.org>\r\n") != NULL);
}

static void check_quoted(struct arena *arena, const char *text)
{
	struct out out = {.arena = arena};

	mime_put_quoted(&out, text);
	for (const char *at = out_string(&out); *at;) {
		size_t length = strcspn(at, "\r");

		require(length <= 76 && text_starts_with(at + length, "\r\n"));
		require(*at != '.' && !text_starts_with(at, "From "));
		at += length + 2;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	const char *text = arena_copy_bytes(&arena, data, size);
	struct out out = {.arena = &arena};

	mime_put_text(&arena, &out, "Subject", text);
	check_header(out_string(&out), "Subject:", 76);
	check_ascii(out_string(&out));
	check_person(&arena, text);
	check_quoted(&arena, text);
	error_reset();
	arena_reset(&arena);
	return 0;
}
