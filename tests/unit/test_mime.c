#include "mail/mime.h"
#include "tap.h"

#include <string.h>

static struct arena arena;

/* A text of so many copies of a piece. */
static const char *times(const char *piece, int count)
{
	struct out out = {.arena = &arena};

	for (int i = 0; i < count; i++)
		out_text(&out, piece);
	return out_string(&out);
}

static size_t longest_line(const char *text)
{
	size_t longest = 0;

	while (*text) {
		size_t length = strcspn(text, "\r\n");

		if (length > longest)
			longest = length;
		text += length + strspn(text + length, "\r\n");
	}
	return longest;
}

static const char *header(const char *value)
{
	struct out out = {.arena = &arena};

	mime_put_text(&arena, &out, "Subject", value);
	return out_string(&out);
}

static void test_text(void)
{
	static const struct {
		const char *value;
		const char *header;
	} rows[] = {
	    {"", "Subject:\r\n"},
	    {NULL, "Subject:\r\n"},
	    {" \r\n ", "Subject:\r\n"},
	    {"Jazz & Soul", "Subject: Jazz & Soul\r\n"},
	    {"  a \t b  ", "Subject: a b\r\n"},
	    {"a\r\nBcc: b@c", "Subject: a Bcc: b@c\r\n"},
	    {"a\rb\nc\vd\fe\x01"
	     "f\x7fg",
		"Subject: a b c d e f g\r\n"},
	    /* NEL and the line separator end lines for some readers. */
	    {"a\xc2\x85"
	     "b\xe2\x80\xa8"
	     "c\xe2\x80\xa9"
	     "d",
		"Subject: a b c d\r\n"},
	    {"=?UTF-8?B?QmNj?=",
		"Subject: =?UTF-8?B?PT9VVEYtOD9CP1FtTmo/PQ==?=\r\n"},
	    {"ä", "Subject: =?UTF-8?B?w6Q=?=\r\n"},
	    {"Café 🎷", "Subject: =?UTF-8?B?Q2Fmw6kg8J+Otw==?=\r\n"},
	    {"a\xff\xfe"
	     "b",
		"Subject: a??b\r\n"},
	    {"\xc3", "Subject: ?\r\n"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_text(header(rows[i].value), rows[i].header,
		    arena_format(&arena, "header %zu", i));
}

static void test_folding(void)
{
	is_text(header("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
		       "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb ccccccccc"),
	    "Subject: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
	    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n ccccccccc\r\n",
	    "a line ends between words");
	for (int i = 1; i <= 300; i += 13) {
		const char *long_word = header(times("x", i));
		const char *foreign = header(times("ä🎷", i));
		const char *words = header(times("word ", i));

		ok(longest_line(long_word) <= 76, "a word of %d bytes", i);
		ok(longest_line(foreign) <= 76, "%d foreign ones", i);
		ok(longest_line(words) <= 76, "%d words", i);
		ok(!strstr(foreign, "\r\n\r\n"), "no empty line in %d", i);
	}
	is_text(header(times("x", 60)),
	    arena_format(&arena, "Subject: %s\r\n", times("x", 60)),
	    "the longest word that stays");
	ok(strstr(header(times("x", 61)), "=?UTF-8?B?") != NULL,
	    "one more is encoded, so that it can be cut");
}

static const char *person(const char *name, const char *address)
{
	const struct mime_person who = {.name = name, .address = address};
	struct out out = {.arena = &arena};
	struct error *error = mime_put_person(&arena, &out, "To", &who);

	return error ? error->message : out_string(&out);
}

static void test_people(void)
{
	static const struct {
		const char *name;
		const char *address;
		const char *header;
	} rows[] = {
	    {"", "a@b.org", "To: <a@b.org>\r\n"},
	    {NULL, "a@b.org", "To: <a@b.org>\r\n"},
	    {"Ada", "a@b.org", "To: \"Ada\" <a@b.org>\r\n"},
	    {"A (c), <x@y>", "a@b.org", "To: \"A (c), <x@y>\" <a@b.org>\r\n"},
	    {"\"q\"", "a@b.org", "To: =?UTF-8?B?InEi?= <a@b.org>\r\n"},
	    {"a\\b", "a@b.org", "To: =?UTF-8?B?YVxi?= <a@b.org>\r\n"},
	    {"Eve\r\nBcc: v@w.org", "a@b.org",
		"To: \"Eve Bcc: v@w.org\" <a@b.org>\r\n"},
	    {"Zoë", "a@b.org", "To: =?UTF-8?B?Wm/Dqw==?= <a@b.org>\r\n"},
	    {"", "first.last+tag@b.org", "To: <first.last+tag@b.org>\r\n"},
	    {"", "a..b@c.org", "To: <\"a..b\"@c.org>\r\n"},
	    {"", ".a@c.org", "To: <\".a\"@c.org>\r\n"},
	    {"", "a.@c.org", "To: <\"a.\"@c.org>\r\n"},
	    {"", "ünï@bücher.example", "To: <ünï@bücher.example>\r\n"},
	    {"", "a", "The address must contain @"},
	    {"", "", "The address must not be empty"},
	    {"\u2014\u2028\u00a9", "a@b.org",
		"To: =?UTF-8?B?4oCUIMKp?= <a@b.org>\r\n"},
	    {"", "a@b.org\r\nBcc: c@d.org", NULL},
	    {"", "a@b.org, c@d.org", NULL},
	    {"", "a@b.org>, <c@d.org", NULL},
	    {"", " a@b.org", NULL},
	    {"", "a\xc2\x85@b.org", NULL},
	    {"", "a\xff@b.org", NULL},
	    {"", "a;b:c@b.org", NULL},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *got = person(rows[i].name, rows[i].address);

		if (rows[i].header)
			is_text(got, rows[i].header,
			    arena_format(&arena, "person %zu", i));
		else
			ok(text_starts_with(got, "The address "),
			    "person %zu is refused", i);
	}
	for (int i = 1; i <= 300; i += 7)
		ok(longest_line(
		       person(times("é ", i), "someone@example.org")) <= 78 &&
			longest_line(
			    person(times("e", i), "someone@example.org")) <= 78,
		    "a name of %d characters", i);
}

static const char *quoted(const char *text)
{
	struct out out = {.arena = &arena};

	mime_put_quoted(&out, text);
	return out_string(&out);
}

static void test_quoted(void)
{
	static const struct {
		const char *text;
		const char *quoted;
	} rows[] = {
	    {"", ""},
	    {"a", "a\r\n"},
	    {"a\nb\n", "a\r\nb\r\n"},
	    {"a\r\nb", "a\r\nb\r\n"},
	    {"a\rb", "a=0Db\r\n"},
	    {"1=2", "1=3D2\r\n"},
	    {"é", "=C3=A9\r\n"},
	    {"a \nb\t\nc ", "a=20\r\nb=09\r\nc=20\r\n"},
	    {"a b", "a b\r\n"},
	    {".\n..\n.a", "=2E\r\n=2E.\r\n=2Ea\r\n"},
	    {"From a\nfrom\nFrom", "=46rom a\r\nfrom\r\nFrom\r\n"},
	    {"\x01\x7f", "=01=7F\r\n"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_text(quoted(rows[i].text), rows[i].quoted,
		    arena_format(&arena, "quoted-printable %zu", i));
	is_text(quoted(times("a", 75)),
	    arena_format(&arena, "%s\r\n", times("a", 75)), "75 bytes stay");
	is_text(quoted(times("a", 76)),
	    arena_format(&arena, "%s=\r\na\r\n", times("a", 75)),
	    "the 76th goes on the next line");
	for (int i = 70; i < 80; i++)
		ok(longest_line(quoted(arena_format(
		       &arena, "%s=é .From x", times("a", i)))) <= 76,
		    "a break behind %d", i);
}

static void test_base64(void)
{
	struct out out = {.arena = &arena};

	mime_put_base64(&out, "", 0);
	is_text(out_string(&out), "", "nothing in base64");
	mime_put_base64(&out, "a\0b", 3);
	is_text(out_string(&out), "YQBi\r\n", "three bytes");
	out_clear(&out);
	mime_put_base64(&out, times("x", 58), 58);
	ok(longest_line(out_string(&out)) == 76, "76 in a line");
}

static struct mime_message sample(void)
{
	return (struct mime_message){
	    .from = {.name = "Box", .address = "box@example.org"},
	    .to = {.name = "", .address = "ada@example.org"},
	    .reply_to = {.name = "", .address = ""},
	    .subject = "Hi",
	    .date = 0,
	    .id = "ID",
	    .unsubscribe = "",
	    .text = "Hello\n",
	    .html = "<p>Hello",
	};
}

static const char *written(const struct mime_message *message)
{
	struct out out = {.arena = &arena};
	struct error *error = mime_write(&arena, message, &out);

	return error ? error->message : out_string(&out);
}

static void test_message(void)
{
	struct mime_message message = sample();

	is_text(written(&message),
	    "From: \"Box\" <box@example.org>\r\n"
	    "To: <ada@example.org>\r\n"
	    "Subject: Hi\r\n"
	    "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"
	    "Message-ID: <ID@example.org>\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "Content-Type: multipart/alternative;\r\n"
	    " boundary=\"=_alternative_ID\"\r\n\r\n"
	    "--=_alternative_ID\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
	    "Hello\r\n"
	    "--=_alternative_ID\r\n"
	    "Content-Type: text/html; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
	    "<p>Hello\r\n"
	    "--=_alternative_ID--\r\n",
	    "a whole message");
	message.unsubscribe = "https://example.org/u/1";
	ok(strstr(written(&message),
	       "List-Unsubscribe:\r\n <https://example.org/u/1>\r\n"
	       "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n") != NULL,
	    "one click unsubscribes");
	message.unsubscribe = "https://example.org/\r\nBcc: a@b.org";
	ok(!strstr(written(&message), "Bcc"), "not with a line break");
	message.reply_to.address = "help@example.org";
	ok(strstr(written(&message), "\r\nReply-To: <help@example.org>\r\n") !=
		NULL,
	    "answers go elsewhere");
	message.to.address = "nobody";
	is_text(
	    written(&message), "The address must contain @", "a wrong address");
}

static void test_attachments(void)
{
	const struct mail_attachment files[] = {
	    {.name = "tickets.pdf",
		.type = "application/pdf",
		.bytes = "%PDF",
		.length = 4},
	    {.name = "a\"\r\nb: c.ics",
		.type = "text/calendar; charset=utf-8; method=PUBLISH",
		.bytes = "BEGIN",
		.length = 5},
	};
	struct mime_message message = sample();
	struct out out = {.arena = &arena};
	const char *text;

	message.attachments = (struct mail_attachment_list){
	    .items = files, .count = COUNT_OF(files)};
	text = written(&message);
	ok(strstr(text,
	       "Content-Type: multipart/mixed;\r\n"
	       " boundary=\"=_mixed_ID\"\r\n\r\n"
	       "--=_mixed_ID\r\n"
	       "Content-Type: multipart/alternative;") != NULL,
	    "the letter is the first part");
	ok(strstr(text,
	       "--=_mixed_ID\r\n"
	       "Content-Type: application/pdf\r\n"
	       "Content-Transfer-Encoding: base64\r\n"
	       "Content-Disposition: attachment; filename=\"tickets.pdf\"\r\n"
	       "\r\nJVBERg==\r\n") != NULL,
	    "then a file");
	ok(strstr(text, "filename=\"a___b__c.ics\"") != NULL,
	    "names are letters, digits, . _ -");
	ok(strstr(text, "\r\nQkVHSU4=\r\n--=_mixed_ID--\r\n") != NULL,
	    "and the end");
	out_text(&out, text);
	text = mime_local(&arena, &out);
	ok(!strchr(text, '\r') && strstr(text, "\n--=_mixed_ID--\n"),
	    "with this system's line ends");
}

int main(void)
{
	test_text();
	test_folding();
	test_people();
	test_quoted();
	test_base64();
	test_message();
	test_attachments();
	arena_close(&arena);
	return done_testing();
}
