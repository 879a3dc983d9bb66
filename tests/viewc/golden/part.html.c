/* Made by viewc from part.html; do not edit. */
#include "views/views.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

#line 1 "part.html"
void view_part(struct out *out, const struct tier_view *view)
{
	OUT_LITERAL(out, "<i>");
#line 2 "part.html"
	VIEW_TEXT(out, view->name);
	OUT_LITERAL(out, "</i>\n");
}
