/* Prints each golden view, as compiled, with values that need escaping. */
#include "views/views.h"

#include <stdio.h>

static const char *const seats[] = {"A1", "A\"2"};

static const struct tier_view tiers[] = {
    {
	.name = "<VIP> & 'friends'",
	.price = {.minor = 12345, .currency = "USD"},
	.left = 3,
	.seats = {.items = seats, .count = COUNT_OF(seats)},
    },
    {
	.name = "General",
	.price = {.minor = 0, .currency = "EUR"},
    },
};

static const struct show_view show = {
    .frame = {.title = "Fish & \"Chips\"", .home = {"/?a=1&b=2"}},
    .name = "<script>alert('é')</script>",
    .empty = "",
    .markup = {"<em>safe</em>"},
    .link = {"https://example.org/?a=\"1\"&b='2'"},
    .price = {.minor = -150, .currency = "EUR"},
    .starts = {.at = 1795890600, .zone = "Europe/Berlin", .style = WHEN_SHORT},
    .id = INT64_MIN,
    .count = -7,
    .is_open = true,
    .tiers = {.items = tiers, .count = COUNT_OF(tiers)},
};

static const struct {
	const char *name;
	void (*print)(struct out *out, const struct show_view *view);
} views[] = {
    {"texts.html", view_texts},
    {"attributes.html", view_attributes},
    {"branches.html", view_branches},
    {"loops.html", view_loops},
    {"framed.html", view_framed},
    {"raw.html", view_raw},
    {"mail.txt", view_mail_text},
};

int main(void)
{
	struct out out = {.data = NULL};

	for (size_t i = 0; i < COUNT_OF(views); i++) {
		out_format(&out, "==== %s\n", views[i].name);
		views[i].print(&out, &show);
		OUT_LITERAL(&out, "\n");
	}
	fwrite(out.data, 1, out.length, stdout);
	out_close(&out);
	return 0;
}
