/* Made by viewc from frame.txt; do not edit. */
#include "views/views.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

#line 1 "frame.txt"
void view_frame_text_begin(struct out *out, const struct frame_view *view)
{
	OUT_LITERAL(out, "  ");
#line 2 "frame.txt"
	VIEW_PLAIN(out, view->title);
	OUT_LITERAL(out, "\n"
	    "\n");
}

#line 4 "frame.txt"
void view_frame_text_end(struct out *out, const struct frame_view *view)
{
	OUT_LITERAL(out, "--\n");
#line 6 "frame.txt"
	VIEW_PLAIN(out, view->home);
	OUT_LITERAL(out, "\n");
}
