/* Made by viewc from frame.html; do not edit. */
#include "views/views.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

#line 1 "frame.html"
void view_frame_begin(struct out *out, const struct frame_view *view)
{
	OUT_LITERAL(out, "<!doctype html>\n"
	    "<title>");
#line 3 "frame.html"
	VIEW_TEXT(out, view->title);
	OUT_LITERAL(out, "</title>\n"
	    "<body>\n");
#line 5 "frame.html"
	if (VIEW_HAS(view->home)) {
		OUT_LITERAL(out, "<a href=\"");
#line 6 "frame.html"
		VIEW_URL(out, view->home);
		OUT_LITERAL(out, "\">home</a>\n");
	}
	OUT_LITERAL(out, "<main>\n");
}

#line 9 "frame.html"
void view_frame_end(struct out *out, const struct frame_view *view)
{
	OUT_LITERAL(out, "</main>\n"
	    "</body>\n");
}
