#include "views/place.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define BLANKS " \t\r\n\f"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* One way on from a state. */
struct step {
	const char *characters; /* at one of these; NULL: at any other */
	enum place_state to;    /* this comes next */
};

static const struct {
	const char *name; /* for complaints */
	struct step steps[5];
} states[] = {
    [PLACE_TEXT] = {"text", {{"<", PLACE_TAG_OPEN}, {NULL, PLACE_TEXT}}},
    [PLACE_TAG_OPEN] = {"a tag's name",
	{{LETTERS, PLACE_TAG_NAME}, {"/", PLACE_TAG_CLOSE}, {"!", PLACE_BANG},
	    {"<?", PLACE_REFUSED}, {NULL, PLACE_TEXT}}},
    [PLACE_TAG_CLOSE] = {"a tag's name",
	{{LETTERS, PLACE_TAG_NAME}, {NULL, PLACE_REFUSED}}},
    [PLACE_TAG_NAME] = {"a tag's name",
	{{BLANKS "/", PLACE_GAP}, {">", PLACE_TAG_END},
	    {"\"'<=`", PLACE_REFUSED}, {NULL, PLACE_TAG_NAME}}},
    [PLACE_GAP] = {"a tag, between attributes",
	{{BLANKS "/", PLACE_GAP}, {">", PLACE_TAG_END},
	    {"\"'<=`", PLACE_REFUSED}, {NULL, PLACE_ATTRIBUTE_NAME}}},
    [PLACE_SOLID] = {"a tag, between attributes",
	{{BLANKS "/", PLACE_GAP}, {">", PLACE_TAG_END}, {NULL, PLACE_REFUSED}}},
    [PLACE_ATTRIBUTE_NAME] = {"an attribute's name",
	{{BLANKS "/", PLACE_GAP}, {">", PLACE_TAG_END},
	    {"=", PLACE_BEFORE_VALUE}, {"\"'<`", PLACE_REFUSED},
	    {NULL, PLACE_ATTRIBUTE_NAME}}},
    [PLACE_BEFORE_VALUE] = {"an attribute without quotes",
	{{"\"", PLACE_DOUBLE_QUOTED}, {"'", PLACE_SINGLE_QUOTED},
	    {BLANKS "><=`", PLACE_REFUSED}, {NULL, PLACE_UNQUOTED}}},
    [PLACE_DOUBLE_QUOTED] = {"a quoted attribute",
	{{"\"", PLACE_SOLID}, {NULL, PLACE_DOUBLE_QUOTED}}},
    [PLACE_SINGLE_QUOTED] = {"a quoted attribute",
	{{"'", PLACE_SOLID}, {NULL, PLACE_SINGLE_QUOTED}}},
    [PLACE_UNQUOTED] = {"an attribute without quotes",
	{{BLANKS, PLACE_GAP}, {">", PLACE_TAG_END}, {"\"'<=`", PLACE_REFUSED},
	    {NULL, PLACE_UNQUOTED}}},
    [PLACE_BANG] = {"a declaration",
	{{"-", PLACE_BANG_DASH}, {LETTERS, PLACE_DECLARATION},
	    {NULL, PLACE_REFUSED}}},
    [PLACE_BANG_DASH] = {"a declaration",
	{{"-", PLACE_COMMENT}, {NULL, PLACE_REFUSED}}},
};

/* Elements, and what else is read in a way of its own. */
struct place_element {
	const char *tag;   /* its name, or none */
	const char *place; /* its inside, for complaints */
	const char *until; /* VERBATIM up to this; NULL: text like any other */
	bool takes_holes;  /* escaping works in it */
	bool keeps_blanks; /* indentation is seen in it */
};

static const struct place_element comment = {
    .tag = "", .place = "a comment", .until = "-->"};
static const struct place_element declaration = {
    .tag = "", .place = "a declaration", .until = ">"};
static const struct place_element elements[] = {
    {.tag = "script", .place = "<script>", .until = "</script"},
    {.tag = "style", .place = "<style>", .until = "</style"},
    {.tag = "title",
	.place = "<title>",
	.until = "</title",
	.takes_holes = true},
    {.tag = "textarea",
	.place = "<textarea>",
	.until = "</textarea",
	.takes_holes = true,
	.keeps_blanks = true},
    {.tag = "pre"},
};

/* Attributes where a hole must come first and be a struct url. */
static const char url_attributes[] = " action background cite data formaction "
				     "href manifest ping poster src "
				     "xlink:href ";

/* Attributes where a hole would be code; those in on... are, too. */
static const char code_attributes[] = " imagesrcset srcdoc srcset style ";

static bool is_among(const char *name, const char *names)
{
	char word[PLACE_NAME_SIZE + 2];

	snprintf(word, sizeof(word), " %s ", name);
	return strstr(names, word) != NULL;
}

static bool is_url(const struct place *place)
{
	return is_among(place->name, url_attributes);
}

static bool is_code(const struct place *place)
{
	return is_among(place->name, code_attributes) ||
	    strncmp(place->name, "on", strlen("on")) == 0;
}

static bool is_value(enum place_state state)
{
	return state >= PLACE_BEFORE_VALUE && state <= PLACE_UNQUOTED;
}

static char lower(char character)
{
	return (char)tolower((unsigned char)character);
}

/* Names grow while they are read; an attribute's lasts as its value does. */
static void keep_name(struct place *place, enum place_state to, char character)
{
	bool is_name = to == PLACE_TAG_NAME || to == PLACE_ATTRIBUTE_NAME;
	size_t length;

	if (is_value(to))
		return;
	place->is_url_begun = false;
	if (!is_name || to != place->state)
		memset(place->name, 0, sizeof(place->name));
	length = strlen(place->name);
	if (is_name && length + 1 < sizeof(place->name))
		place->name[length] = lower(character);
}

/* A literal character of an attribute's value. */
static void keep_value(struct place *place, char character)
{
	if (!is_url(place))
		return;
	/* Behind a # in front any text is safe, as in a plain attribute. */
	if (character == '#' && !place->is_url_begun)
		memset(place->name, 0, sizeof(place->name));
	else
		place->is_url_begun = true;
}

/* A tag's name is read. False: it is not the end of what is VERBATIM. */
static bool find_element(struct place *place)
{
	const struct place_element *verbatim = place->element;

	place->element = NULL;
	for (size_t i = 0; i < COUNT_OF(elements); i++)
		if (strcmp(elements[i].tag, place->name) == 0)
			place->element = &elements[i];
	return !verbatim || place->element == verbatim;
}

static void enter_verbatim(
    struct place *place, const struct place_element *element)
{
	place->state = PLACE_VERBATIM;
	place->element = element;
	/* <!--> is a whole comment: its dashes count at both ends. */
	place->matched = element == &comment ? strlen("--") : 0;
}

static void end_tag(struct place *place)
{
	const struct place_element *element = place->element;
	bool is_end = place->is_end;

	place->is_end = false;
	if (element && element->until && !is_end) {
		enter_verbatim(place, element);
		return;
	}
	if (element && !element->until)
		place->is_pre = !is_end;
	place->element = NULL;
	place->state = PLACE_TEXT;
}

/* Look for the end of a comment, of a <script> and their like. */
static bool read_verbatim(struct place *place, char character)
{
	const char *until = place->element->until;
	size_t matched = place->matched;

	/* Browsers end a comment at --!> and hide </script> behind <!--. */
	if (character == '!' && matched > 0)
		return false;
	if (lower(character) == until[matched])
		matched++;
	else if (matched != strlen("--") || character != '-' || until[1] != '-')
		matched = character == until[0] ? 1 : 0;
	place->matched = matched;
	if (until[matched])
		return true;
	place->matched = 0;
	place->is_end = *place->element->tag != '\0';
	place->state = place->is_end ? PLACE_TAG_NAME : PLACE_TEXT;
	snprintf(place->name, sizeof(place->name), "%s", place->element->tag);
	if (!place->is_end)
		place->element = NULL;
	return true;
}

bool place_read(struct place *place, char character)
{
	enum place_state from = place->state;
	const struct step *step;
	enum place_state to;

	if (from == PLACE_VERBATIM)
		return read_verbatim(place, character);
	step = states[from].steps;
	while (step->characters && !strchr(step->characters, character))
		step++;
	to = step->to;
	if (to == PLACE_REFUSED)
		return false;
	if (from == PLACE_TAG_NAME && to != from && !find_element(place))
		return false;
	if (is_value(from) && to == from)
		keep_value(place, character);
	keep_name(place, to, character);
	place->state = to;
	if (to == PLACE_TAG_CLOSE)
		place->is_end = true;
	else if (to == PLACE_TAG_END)
		end_tag(place);
	else if (to == PLACE_COMMENT)
		enter_verbatim(place, &comment);
	else if (to == PLACE_DECLARATION)
		enter_verbatim(place, &declaration);
	return true;
}

bool place_end_name(struct place *place)
{
	if (place->state == PLACE_TAG_NAME && !find_element(place))
		return false;
	if (place->state == PLACE_TAG_NAME ||
	    place->state == PLACE_ATTRIBUTE_NAME) {
		memset(place->name, 0, sizeof(place->name));
		place->state = PLACE_SOLID;
	}
	return true;
}

const char *place_hole(struct place *place, const char **where)
{
	bool is_quoted = place->state == PLACE_DOUBLE_QUOTED ||
	    place->state == PLACE_SINGLE_QUOTED;
	bool is_escapable = place->state == PLACE_VERBATIM &&
	    place->element->takes_holes && place->matched == 0;

	*where = place_name(place);
	if (place->state == PLACE_TEXT || is_escapable)
		return "VIEW_TEXT";
	if (!is_quoted)
		return NULL;
	*where = "an attribute that is code or style";
	if (is_code(place))
		return NULL;
	*where = "an address, but not at its beginning";
	if (place->is_url_begun)
		return NULL;
	place->is_url_begun = is_url(place);
	return place->is_url_begun ? "VIEW_URL" : "VIEW_ATTR";
}

const char *place_name(const struct place *place)
{
	return place->state == PLACE_VERBATIM ? place->element->place
					      : states[place->state].name;
}

bool place_keeps_blanks(const struct place *place)
{
	return place->is_pre ||
	    (place->state == PLACE_VERBATIM && place->element->keeps_blanks);
}

bool place_is_same(const struct place *a, const struct place *b)
{
	return a->state == b->state && a->element == b->element &&
	    a->matched == b->matched && a->is_end == b->is_end &&
	    a->is_pre == b->is_pre && a->is_url_begun == b->is_url_begun &&
	    strcmp(a->name, b->name) == 0;
}

bool place_join(struct place *joined, struct place other)
{
	bool has_gap = joined->state == PLACE_GAP || other.state == PLACE_GAP;
	bool has_solid =
	    joined->state == PLACE_SOLID || other.state == PLACE_SOLID;

	if (has_gap && has_solid)
		joined->state = other.state = PLACE_SOLID;
	if (joined->is_url_begun || other.is_url_begun)
		joined->is_url_begun = other.is_url_begun = true;
	return place_is_same(joined, &other);
}
