/* What the golden views and the mistakes show; stands in for lib/views. */
#ifndef VIEWS_VIEWS_H
#define VIEWS_VIEWS_H

#include "views/view.h"

struct name_list {
	const char *const *items;
	size_t count;
};

struct tier_view {
	const char *name;
	struct money price;
	size_t left;
	struct name_list seats;
};

struct tier_list {
	const struct tier_view *items;
	size_t count;
};

struct frame_view {
	const char *title;
	struct url home;
};

/* One struct for all of them, so that each can be tried with any value. */
struct show_view {
	struct frame_view frame;
	const char *name;
	const char *empty;
	struct html markup;
	struct url link;
	struct money price;
	struct when starts;
	int64_t id;
	int count;
	bool is_open;
	bool is_late;
	struct tier_list tiers;
	struct tier_list none;
};

void view_frame_begin(struct out *out, const struct frame_view *view);
void view_frame_end(struct out *out, const struct frame_view *view);
void view_frame_text_begin(struct out *out, const struct frame_view *view);
void view_frame_text_end(struct out *out, const struct frame_view *view);
void view_part(struct out *out, const struct tier_view *view);
void view_part_text(struct out *out, const struct tier_view *view);
void view_texts(struct out *out, const struct show_view *view);
void view_attributes(struct out *out, const struct show_view *view);
void view_branches(struct out *out, const struct show_view *view);
void view_loops(struct out *out, const struct show_view *view);
void view_framed(struct out *out, const struct show_view *view);
void view_raw(struct out *out, const struct show_view *view);
void view_mail_text(struct out *out, const struct show_view *view);

#endif
