/* Made by viewc from branches.html; do not edit. */
#include "views/views.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

#line 1 "branches.html"
void view_branches(struct out *out, const struct show_view *view)
{
#line 2 "branches.html"
	if (VIEW_HAS(view->is_open)) {
		OUT_LITERAL(out, "open\n");
#line 4 "branches.html"
	} else if (!VIEW_HAS(view->name)) {
		OUT_LITERAL(out, "nameless\n");
#line 6 "branches.html"
	} else if (VIEW_HAS(view->is_late)) {
		OUT_LITERAL(out, "late\n");
	} else {
		OUT_LITERAL(out, "closed\n");
	}
#line 11 "branches.html"
	if (!VIEW_HAS(view->is_open)) {
		OUT_LITERAL(out, "closed");
	}
	OUT_LITERAL(out, "\n");
#line 12 "branches.html"
	if (VIEW_HAS(view->empty)) {
		OUT_LITERAL(out, "empty");
	} else {
		OUT_LITERAL(out, "not");
	}
	OUT_LITERAL(out, "\n");
#line 13 "branches.html"
	if (VIEW_HAS(view->markup)) {
		OUT_LITERAL(out, "m");
	}
#line 13 "branches.html"
	if (VIEW_HAS(view->link)) {
		OUT_LITERAL(out, "l");
	}
#line 13 "branches.html"
	if (VIEW_HAS(view->id)) {
		OUT_LITERAL(out, "i");
	}
#line 13 "branches.html"
	if (VIEW_HAS(view->count)) {
		OUT_LITERAL(out, "c");
	}
	OUT_LITERAL(out, "\n");
#line 14 "branches.html"
	if (VIEW_HAS(view->tiers.count)) {
#line 15 "branches.html"
		if (VIEW_HAS(view->frame.home)) {
#line 16 "branches.html"
			if (!VIEW_HAS(view->empty)) {
				OUT_LITERAL(out, "deep\n");
			}
		}
	}
#line 21 "branches.html"
	if (VIEW_HAS(view->is_open)) {
	}
	OUT_LITERAL(out, "\n");
}
