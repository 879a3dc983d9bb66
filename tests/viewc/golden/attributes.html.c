/* Made by viewc from attributes.html; do not edit. */
#include "views/views.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

#line 1 "attributes.html"
void view_attributes(struct out *out, const struct show_view *view)
{
	OUT_LITERAL(out, "<a href=\"");
#line 2 "attributes.html"
	VIEW_URL(out, view->link);
	OUT_LITERAL(out, "\" title=\"");
#line 2 "attributes.html"
	VIEW_ATTR(out, view->name);
	OUT_LITERAL(out, "\">link</a>\n"
	    "<A HREF='");
#line 3 "attributes.html"
	VIEW_URL(out, view->link);
	OUT_LITERAL(out, "' Title='");
#line 3 "attributes.html"
	VIEW_ATTR(out, view->name);
	OUT_LITERAL(out, "'>capitals, single quotes</A>\n"
	    "<a href=\"");
#line 4 "attributes.html"
	VIEW_URL(out, view->link);
	OUT_LITERAL(out, "#top\">text behind the address</a>\n"
	    "<a href=\"#");
#line 5 "attributes.html"
	VIEW_ATTR(out, view->name);
	OUT_LITERAL(out, "\">a fragment is plain text</a>\n"
	    "<a href=\"/about\">no hole</a>\n"
	    "<img src=\"");
#line 7 "attributes.html"
	VIEW_URL(out, view->link);
	OUT_LITERAL(out, "\" alt=\"\">\n"
	    "<svg><use xlink:href=\"");
#line 8 "attributes.html"
	VIEW_URL(out, view->link);
	OUT_LITERAL(out, "\" href=\"#");
#line 8 "attributes.html"
	VIEW_ATTR(out, view->id);
	OUT_LITERAL(out, "\"/></svg>\n"
	    "<form action=\"");
#line 9 "attributes.html"
	VIEW_URL(out, view->link);
	OUT_LITERAL(out, "\" method=post novalidate>\n"
	    "<input name=quantity value=\"");
#line 10 "attributes.html"
	VIEW_ATTR(out, view->count);
	OUT_LITERAL(out, "\" data-price=\"");
#line 10 "attributes.html"
	VIEW_ATTR(out, view->price);
	OUT_LITERAL(out, "\"\n"
	    "data-starts=\"");
#line 11 "attributes.html"
	VIEW_ATTR(out, view->starts);
	OUT_LITERAL(out, "\" data-link=\"");
#line 11 "attributes.html"
	VIEW_ATTR(out, view->link);
	OUT_LITERAL(out, "\" data-id=\"");
#line 11 "attributes.html"
	VIEW_ATTR(out, view->id);
	OUT_LITERAL(out, "\"\n");
#line 12 "attributes.html"
	if (VIEW_HAS(view->is_open)) {
		OUT_LITERAL(out, "checked");
	}
	OUT_LITERAL(out, "\n");
#line 13 "attributes.html"
	if (VIEW_HAS(view->is_late)) {
		OUT_LITERAL(out, "disabled ");
	}
	OUT_LITERAL(out, "required>\n"
	    "<input class=\"a");
#line 14 "attributes.html"
	if (VIEW_HAS(view->is_open)) {
		OUT_LITERAL(out, " b");
	} else {
		OUT_LITERAL(out, " c");
	}
	OUT_LITERAL(out, "\"");
#line 14 "attributes.html"
	if (VIEW_HAS(view->name)) {
		OUT_LITERAL(out, " title=\"");
#line 14 "attributes.html"
		VIEW_ATTR(out, view->name);
		OUT_LITERAL(out, "\"");
	}
	OUT_LITERAL(out, ">\n"
	    "<a href=\"");
#line 15 "attributes.html"
	if (VIEW_HAS(view->is_open)) {
#line 15 "attributes.html"
		VIEW_URL(out, view->link);
	} else {
		OUT_LITERAL(out, "/closed");
	}
	OUT_LITERAL(out, "\">either</a>\n"
	    "<p class=\"");
#line 16 "attributes.html"
	VIEW_EACH(tier, view->tiers) {
#line 16 "attributes.html"
		VIEW_ATTR(out, tier->name);
		OUT_LITERAL(out, " ");
	}
	OUT_LITERAL(out, "\"></p>\n"
	    "<p lang=\"en\" title=\"a > b < c\">x</p >\n"
	    "</form>\n"
	    "<svg viewBox=\"0 0 ");
#line 19 "attributes.html"
	VIEW_ATTR(out, view->count);
	OUT_LITERAL(out, " ");
#line 19 "attributes.html"
	VIEW_ATTR(out, view->id);
	OUT_LITERAL(out, "\"><rect x=\"");
#line 19 "attributes.html"
	VIEW_ATTR(out, view->id);
	OUT_LITERAL(out, "\" y='");
#line 19 "attributes.html"
	VIEW_ATTR(out, view->count);
	OUT_LITERAL(out, "' width=\"");
#line 19 "attributes.html"
	VIEW_ATTR(out, view->id);
	OUT_LITERAL(out, "\"><title>");
#line 19 "attributes.html"
	VIEW_TEXT(out, view->price);
	OUT_LITERAL(out, "</title></rect></svg>\n");
}
