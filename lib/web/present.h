/*
 * Present: how events, stock and bookings read, for all pages alike. From
 * the domain's values to what views take.
 */
#ifndef WEB_PRESENT_H
#define WEB_PRESENT_H

#include "booking/event.h"
#include "booking/shop.h"
#include "model/booking.h"
#include "model/event.h"
#include "views/views.h"

/* So few places left are called low (R9). */
enum {
	STOCK_LOW = 5
};

/* "12 left", "3 left" (low), "Sold out", "Available" when unlimited. */
struct stock_view present_stock(struct arena *arena, int64_t left);

/* May somebody book, and what the page says if not. */
struct sale_offer {
	bool is_open;
	bool is_sold_out;
	bool offers_queue;
	const char *title; /* "Sold out"; "" open */
	const char *why;   /* "Booking opens on ..."; "" open */
};

/* `gives_back`: the viewer has a hold, whose places come free with it. */
struct sale_offer present_offer(struct arena *arena, const struct event *event,
    int64_t now, bool gives_back);

/* "Booking not open yet", "Cancelled" ...; "" while it sells. */
NONNULL_RESULT const char *present_sale(enum sale_state state);

/* The stock of all tiers together. */
struct stock_view present_event_stock(
    struct arena *arena, const struct event *event);

/* "Free", "$15.00", "$15.00 to $45.00". */
NONNULL_RESULT const char *present_price_range(
    struct arena *arena, const struct event *event);

/*
 * The tiers with price, stock (none of an event that is over or cancelled)
 * and, if they do not sell now, why.
 */
struct tier_view_list present_tiers(
    struct arena *arena, const struct event *event, int64_t now);

/* A tier in a summary of what is sold and left; nobody waiting. */
struct summary_row present_summary_row(const struct tier *tier);

/* A moment on the wall of the site, and of the event's place. */
struct when present_site_when(
    const struct config *config, int64_t at, enum when_style style);
struct when present_when(
    const struct event *event, int64_t at, enum when_style style);

/* "Doors are open", "Doors open at 18:30" within a day; else "". */
NONNULL_RESULT const char *present_doors(
    struct arena *arena, const struct event *event, int64_t now);

/* The event's picture: its own, else the art of its type. */
struct url present_picture(struct arena *arena, const struct event *event);

/* The head of a page that sells its places; `kind` says which. */
struct sale_head_view present_sale_head(
    struct arena *arena, const struct event *event, const char *kind);

/* /events/{slug} */
struct url present_event_url(struct arena *arena, const struct event *event);

/* The configured map at a place's coordinates (R66); empty without them. */
struct url present_map_url(struct arena *arena, const struct config *config,
    const struct venue *venue);

/* An order as checkout and the booking's page show it. */
struct order_view present_order(struct arena *arena, const struct event *event,
    const struct booking *booking);

/* "2 VIP", "2 VIP and 1 General": the places of a booking. */
NONNULL_RESULT const char *present_places(
    struct arena *arena, const struct booking *booking);

/* "Held" (to be paid later: "To be paid"), "Confirmed"; a sentence of it. */
NONNULL_RESULT const char *present_state(
    enum booking_state state, bool is_later);
NONNULL_RESULT const char *present_state_sentence(
    enum booking_state state, bool is_later);

/* "Active", "Used" ... */
NONNULL_RESULT const char *present_ticket_status(enum ticket_status status);

#endif
