/* Made by viewc from texts.html; do not edit. */
#include "views/views.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

#line 3 "texts.html"
void view_texts(struct out *out, const struct show_view *view)
{
	OUT_LITERAL(out, "<p>Text ");
#line 4 "texts.html"
	VIEW_TEXT(out, view->name);
	OUT_LITERAL(out, ", markup ");
#line 4 "texts.html"
	VIEW_TEXT(out, view->markup);
	OUT_LITERAL(out, ", address ");
#line 4 "texts.html"
	VIEW_TEXT(out, view->link);
	OUT_LITERAL(out, ",\n"
	    "money ");
#line 5 "texts.html"
	VIEW_TEXT(out, view->price);
	OUT_LITERAL(out, ", a moment ");
#line 5 "texts.html"
	VIEW_TEXT(out, view->starts);
	OUT_LITERAL(out, ", numbers ");
#line 5 "texts.html"
	VIEW_TEXT(out, view->id);
	OUT_LITERAL(out, " ");
#line 5 "texts.html"
	VIEW_TEXT(out, view->count);
	OUT_LITERAL(out, ".</p>\n"
	    "\n"
	    "<p>\"Quotes\", back\\slash, what\?\?/ a trigraph, tab\011here, 10 < 20 & é €</p>\n"
	    "<p>A note inside, }} alone and { } braces.</p>\n");
#line 10 "texts.html"
	VIEW_TEXT(out, view->name);
	OUT_LITERAL(out, "\n");
#line 11 "texts.html"
	VIEW_TEXT(out, view->name);
#line 11 "texts.html"
	VIEW_TEXT(out, view->name);
	OUT_LITERAL(out, "\n"
	    "trailing blanks   \n"
	    "the last line has no line feed");
}
