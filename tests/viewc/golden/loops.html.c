/* Made by viewc from loops.html; do not edit. */
#include "views/views.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

#line 1 "loops.html"
void view_loops(struct out *out, const struct show_view *view)
{
	OUT_LITERAL(out, "<ul>\n");
#line 3 "loops.html"
	VIEW_EACH(tier, view->tiers) {
		OUT_LITERAL(out, "<li>");
#line 4 "loops.html"
		VIEW_TEXT(out, tier->name);
		OUT_LITERAL(out, ": ");
#line 4 "loops.html"
		VIEW_TEXT(out, tier->price);
		OUT_LITERAL(out, ", ");
#line 4 "loops.html"
		VIEW_TEXT(out, tier->left);
		OUT_LITERAL(out, " left\n");
#line 5 "loops.html"
		VIEW_EACH(seat, tier->seats) {
			OUT_LITERAL(out, "<b title=\"");
#line 6 "loops.html"
			VIEW_ATTR(out, *seat);
			OUT_LITERAL(out, "\">");
#line 6 "loops.html"
			VIEW_TEXT(out, *seat);
			OUT_LITERAL(out, "</b>\n");
#line 7 "loops.html"
			VIEW_EACH(other, view->tiers) {
#line 7 "loops.html"
				if (VIEW_HAS(other->left)) {
#line 7 "loops.html"
					view_part(out, &*other);
				}
			}
			OUT_LITERAL(out, "\n");
		}
		OUT_LITERAL(out, "</li>\n");
#line 10 "loops.html"
		view_part(out, &*tier);
	}
	OUT_LITERAL(out, "</ul>\n");
#line 13 "loops.html"
	VIEW_EACH(tier, view->none) {
		OUT_LITERAL(out, "never ");
#line 13 "loops.html"
		VIEW_TEXT(out, tier->name);
	}
	OUT_LITERAL(out, "\n");
#line 14 "loops.html"
	VIEW_EACH(unused, view->tiers) {
		OUT_LITERAL(out, "*");
	}
	OUT_LITERAL(out, "\n");
}
