/* Made by viewc from mail.txt; do not edit. */
#include "views/views.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

#line 1 "mail.txt"
void view_mail_text(struct out *out, const struct show_view *view)
{
#line 1 "mail.txt"
	view_frame_text_begin(out, &view->frame);
	OUT_LITERAL(out, "Dear ");
#line 2 "mail.txt"
	VIEW_PLAIN(out, view->name);
	OUT_LITERAL(out, ",\n"
	    "\n"
	    "  \"");
#line 4 "mail.txt"
	VIEW_PLAIN(out, view->markup.markup);
	OUT_LITERAL(out, "\" costs ");
#line 4 "mail.txt"
	VIEW_PLAIN(out, view->price);
	OUT_LITERAL(out, ": <");
#line 4 "mail.txt"
	VIEW_PLAIN(out, view->link);
	OUT_LITERAL(out, ">\n");
#line 5 "mail.txt"
	VIEW_EACH(tier, view->tiers) {
#line 6 "mail.txt"
		view_part_text(out, &*tier);
	}
	OUT_LITERAL(out, "\011");
#line 9 "mail.txt"
	VIEW_PLAIN(out, view->starts);
	OUT_LITERAL(out, " ");
#line 9 "mail.txt"
	VIEW_PLAIN(out, view->id);
	OUT_LITERAL(out, " ");
#line 9 "mail.txt"
	VIEW_PLAIN(out, view->count);
	OUT_LITERAL(out, "\?\n"
	    "A line with CR LF\015\n");
#line 11 "mail.txt"
	if (VIEW_HAS(view->is_open)) {
		OUT_LITERAL(out, "  open\015\n");
	}
#line 1 "mail.txt"
	view_frame_text_end(out, &view->frame);
}
