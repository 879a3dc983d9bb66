/*
 * Forms with files: what is taken and what is refused.
 */
#include "base/out.h"
#include "tap.h"
#include "web/multipart.h"
#include <string.h>

static struct arena arena = ARENA_EMPTY;

#define TYPE "multipart/form-data; boundary=xYx"
#define HEAD(rest) "Content-Disposition: form-data; " rest "\r\n\r\n"

static struct error *parse(const char *type, const char *body, size_t length,
    struct fields *fields, struct upload *upload)
{
	return multipart_read(&arena, type, body, length, fields, upload);
}

static void test_whole(void)
{
	static const char body[] = "--xYx\r\n" HEAD(
	    "name=\"a\"") "one\r\n"
			  "--xYx\r\nContent-Type: image/png\r\n" HEAD(
			      "name=\"f\"; filename=\"p;q.png\"") "\x89\0--xYx\r\n\xff\r\n"
								  "--xYx\r\n" HEAD(
								      "filename=\"2\"; name=\"g\"") "second\r\n"
												    "--xYx\r\n" HEAD(
													"name=\"b\"") "\r\n"
														      "--xYx--\r\n";
	struct fields fields;
	struct upload upload;
	struct error *error =
	    parse(TYPE, body, sizeof(body) - 1, &fields, &upload);

	ok(!error && fields.count == 2, "two fields");
	is_text(fields_get(&fields, "a"), "one", "with text");
	is_text(fields_get(&fields, "b"), "", "or empty");
	is_text(upload.field, "f", "the first file's field");
	is_text(upload.name, "p;q.png", "its name");
	ok(upload.length == 10 &&
		memcmp(upload.bytes, "\x89\0--xYx\r\n", 9) == 0,
	    "its bytes, whatever they are");
}

static void test_quoted_boundary(void)
{
	static const char body[] =
	    "--a b\r\n" HEAD("name=\"a\"") "1\r\n--a b--";
	struct fields fields;
	struct upload upload;

	ok(!parse("Multipart/Form-Data; charset=x; Boundary=\"a b\"", body,
	       sizeof(body) - 1, &fields, &upload) &&
		fields.count == 1 && *upload.field == '\0',
	    "a boundary with a blank, and no file");
}

static void test_refuse(void)
{
	static const struct {
		const char *type;
		const char *body;
		enum error_kind kind;
	} rows[] = {
	    {"text/plain; boundary=xYx", "--xYx--", MEDIA_TYPE_ERROR},
	    {"multipart/form-data", "--xYx--", MEDIA_TYPE_ERROR},
	    {"multipart/form-data; boundary=", "----", MEDIA_TYPE_ERROR},
	    {"multipart/form-data; boundary=\"x", "--x--", MEDIA_TYPE_ERROR},
	    {TYPE, "", REQUEST_ERROR},
	    {TYPE, "--xYx", REQUEST_ERROR},
	    {TYPE, "--xYx\r\n", REQUEST_ERROR},
	    {TYPE, "--xYxy", REQUEST_ERROR},
	    {TYPE, "\r\n--xYx--", REQUEST_ERROR},
	    {TYPE, "--xYx\r\n" HEAD("name=\"a\"") "one", REQUEST_ERROR},
	    {TYPE, "--xYx\r\n" HEAD("name=\"a\"") "one\r\n--xYx",
		REQUEST_ERROR},
	    {TYPE, "--xYx\r\n" HEAD("name=\"a") "one\r\n--xYx--",
		REQUEST_ERROR},
	    {TYPE, "--xYx\r\n" HEAD("nome=\"a\"") "one\r\n--xYx--",
		REQUEST_ERROR},
	    {TYPE, "--xYx\r\n\r\nX\r\n\r\n1\r\n--xYx--", REQUEST_ERROR},
	    {TYPE, "--xYx\r\nX: y\r\n\r\none\r\n--xYx--", REQUEST_ERROR},
	    {TYPE, "--xYx\r\n" HEAD("name=\"a\"") "\xff\r\n--xYx--",
		REQUEST_ERROR},
	    {TYPE, "--xYx\r\n" HEAD("name=\"\xff\"") "1\r\n--xYx--",
		REQUEST_ERROR},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct fields fields;
		struct upload upload;

		ok(error_is(parse(rows[i].type, rows[i].body,
				strlen(rows[i].body), &fields, &upload),
		       rows[i].kind),
		    "body %zu is refused", i);
	}
}

static void test_many(void)
{
	struct out body = {.arena = &arena};
	struct fields fields;
	struct upload upload;

	for (int i = 0; i <= MULTIPART_MOST; i++)
		OUT_LITERAL(&body, "--xYx\r\n" HEAD("name=\"a\"") "1\r\n");
	OUT_LITERAL(&body, "--xYx--");
	ok(error_is(parse(TYPE, body.data, body.length, &fields, &upload),
	       REQUEST_ERROR),
	    "too many parts are refused");
}

int main(void)
{
	test_whole();
	test_quoted_boundary();
	test_refuse();
	test_many();
	error_reset();
	arena_close(&arena);
	return done_testing();
}
