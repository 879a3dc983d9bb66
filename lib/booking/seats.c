#include "booking/seats.h"

#include "base/text.h"
#include <ctype.h>
#include <string.h>

/* "A10": letters, then a number. */
static bool read_seat(struct arena *arena, const char *text, size_t length,
    const char **row, int64_t *number)
{
	size_t letters = 0;

	while (letters < length && isalpha((unsigned char)text[letters]))
		letters++;
	if (letters == 0 || letters > SEATS_ROW_LONGEST || letters == length ||
	    !isdigit((unsigned char)text[letters]))
		return false;
	*row = arena_copy_bytes(arena, text, letters);
	return text_number(arena_copy_bytes(arena, text + letters,
			       length - letters),
		   number) == NUMBER_OK &&
	    *number >= 1 && *number <= SEATS_MOST;
}

static bool read_range(struct arena *arena, const char *part,
    struct seat_range *range)
{
	const char *dash = strchr(part, '-');
	size_t length = dash ? (size_t)(dash - part) : strlen(part);
	const char *last_row;

	if (!read_seat(arena, part, length, &range->row, &range->first))
		return false;
	range->last = range->first;
	if (!dash)
		return true;
	return read_seat(arena, dash + 1, strlen(dash + 1), &last_row,
		   &range->last) &&
	    text_equal(range->row, last_row) && range->last >= range->first;
}

static bool overlaps(
    const struct seat_range *ranges, size_t count, const struct seat_range *new)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(ranges[i].row, new->row) &&
		    ranges[i].first <= new->last && new->first <= ranges[i].last)
			return true;
	return false;
}

struct error *seats_parse(
    struct arena *arena, const char *text, struct seat_range_list *list)
{
	static const char between[] = " \t;";
	char *rest = arena_copy(arena, text), *part;
	struct seat_range *ranges =
	    arena_array(arena, strlen(text) / 2 + 1, sizeof(*ranges));

	*list = (struct seat_range_list){.items = ranges};
	while ((part = strsep(&rest, between))) {
		struct seat_range *range = &ranges[list->count];

		if (*part == '\0')
			continue;
		if (!read_range(arena, part, range))
			return fail(VALIDATION_ERROR,
			    "\"%s\" must look like A1-A10", part);
		if (overlaps(ranges, list->count, range))
			return fail(VALIDATION_ERROR,
			    "\"%s\" names a seat twice", part);
		list->count++;
		list->seats += range->last - range->first + 1;
		if (list->seats > SEATS_MOST)
			return fail(
			    VALIDATION_ERROR, "there are too many seats");
	}
	return NULL;
}
