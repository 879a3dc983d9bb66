/* Made by viewc from part.txt; do not edit. */
#include "views/views.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

#line 1 "part.txt"
void view_part_text(struct out *out, const struct tier_view *view)
{
	OUT_LITERAL(out, "- ");
#line 2 "part.txt"
	VIEW_PLAIN(out, view->name);
	OUT_LITERAL(out, ": ");
#line 2 "part.txt"
	VIEW_PLAIN(out, view->price);
	OUT_LITERAL(out, "\n");
}
