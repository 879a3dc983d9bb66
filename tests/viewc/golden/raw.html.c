/* Made by viewc from raw.html; do not edit. */
#include "views/views.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

#line 1 "raw.html"
void view_raw(struct out *out, const struct show_view *view)
{
	OUT_LITERAL(out, "<!doctype html>\n"
	    "<title>");
#line 3 "raw.html"
	VIEW_TEXT(out, view->name);
	OUT_LITERAL(out, " < ");
#line 3 "raw.html"
	if (VIEW_HAS(view->is_open)) {
		OUT_LITERAL(out, "open");
	}
	OUT_LITERAL(out, "</title>\n"
	    "<style>\n"
	    "a > b { color: red; }\n"
	    "</style>\n"
	    "<script>\n"
	    "if (1 < 2 && \"</p>\") { document.title = \"\"; }\n"
	    "</SCRIPT >\n"
	    "<!-- A comment with <a href=\" in it --><!--> <!----> <!-- - -- --->\n"
	    "<textarea name=\"t\">\n"
	    "  Indented ");
#line 12 "raw.html"
	VIEW_TEXT(out, view->name);
	OUT_LITERAL(out, "\n"
	    "    <b> more</textarea>\n"
	    "<pre class=\"");
#line 14 "raw.html"
	VIEW_ATTR(out, view->name);
	OUT_LITERAL(out, "\">\n"
	    "  Indented ");
#line 15 "raw.html"
	VIEW_TEXT(out, view->name);
	OUT_LITERAL(out, "\n");
#line 16 "raw.html"
	if (VIEW_HAS(view->is_open)) {
		OUT_LITERAL(out, "    open\n");
	}
	OUT_LITERAL(out, "</pre>\n"
	    "<br/>\n");
}
