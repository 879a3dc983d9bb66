/* Made by viewc from framed.html; do not edit. */
#include "views/views.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

#line 1 "framed.html"
void view_framed(struct out *out, const struct show_view *view)
{
#line 1 "framed.html"
	view_frame_begin(out, &view->frame);
	OUT_LITERAL(out, "<h1>");
#line 2 "framed.html"
	VIEW_TEXT(out, view->name);
	OUT_LITERAL(out, "</h1>\n");
#line 3 "framed.html"
	VIEW_EACH(tier, view->tiers) {
#line 4 "framed.html"
		view_part(out, &*tier);
	}
#line 6 "framed.html"
	view_branches(out, view);
#line 1 "framed.html"
	view_frame_end(out, &view->frame);
}
