/*
 * Venues: a list for everybody who makes events, changed by admins, because
 * events of several organisers share them (R66).
 */
#include "admin.h"

#include "base/text.h"
#include "booking/geocode.h"
#include "booking/venue.h"
#include "store/venue_store.h"
#include "web/present.h"

static const struct form_field fields[] = {
    {.name = "name", .label = "Name", .missing = "Enter the venue's name"},
    {.name = "address", .label = "Address", .hint = "Street, town"},
    {.name = "latitude",
	.label = "Latitude",
	.hint = "Like 52.520008",
	.inputmode = "decimal",
	.is_short = true},
    {.name = "longitude",
	.label = "Longitude",
	.hint = "Like 13.404954",
	.inputmode = "decimal",
	.is_short = true},
};

static const struct notice notices[] = {
    {"save", "The venue is saved."},
};

/* ---- the list ---- */

struct error *staff_show_venues(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct staff_venues_view view;
	struct staff_venue_row *rows;
	struct venue_list venues;

	TRY(venue_store_list(request->shop.db, arena, &venues));
	rows = arena_array(arena, venues.count, sizeof(*rows));
	for (size_t i = 0; i < venues.count; i++) {
		const struct venue *venue = &venues.items[i];

		rows[i] = (struct staff_venue_row){
		    .name = venue->name,
		    .address = venue->address,
		    .url = url_local(arena, "/admin/venues/{}", venue->slug),
		    .map = present_map_url(arena, request->shop.config, venue),
		};
	}
	view = (struct staff_venues_view){
	    .page = staff_page(request, "Venues", STAFF_VENUES),
	    .venues = {.items = rows, .count = venues.count},
	};
	view_staff_venues(&request->response.body, &view);
	return NULL;
}

/* ---- one ---- */

static void fill(
    struct arena *arena, struct form *form, const struct venue *venue)
{
	form_set(form, "name", venue->name);
	form_set(form, "address", venue->address);
	if (!venue->has_location)
		return;
	form_set(
	    form, "latitude", arena_format(arena, "%.6f", venue->latitude));
	form_set(
	    form, "longitude", arena_format(arena, "%.6f", venue->longitude));
}

static void show(struct request *request, const struct venue *venue,
    const struct form *form, const struct error *error, const char *notice)
{
	struct arena *arena = request->shop.arena;
	const char *title = *venue->name ? venue->name : "A venue";
	struct field_view *inputs =
	    arena_array(arena, COUNT_OF(fields), sizeof(*inputs));
	struct staff_venue_view view = {
	    .page = staff_page(request, title, STAFF_VENUES),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .name = title,
	    .notice = notice,
	    .fields = {.items = inputs, .count = COUNT_OF(fields)},
	    .can_look_up = geocode_is_configured(request->shop.config),
	    .action = url_local(arena, "/admin/venues/{}", venue->slug),
	    .map = present_map_url(arena, request->shop.config, venue),
	};

	for (size_t i = 0; i < COUNT_OF(fields); i++)
		inputs[i] = form_field(form, fields[i].name);
	view.page.has_error = view.box.is_shown;
	view_staff_venue(&request->response.body, &view);
}

struct error *staff_show_venue(struct request *request)
{
	struct venue venue;
	struct form form;

	TRY(venue_store_find(request->shop.db, request->shop.arena,
	    request_param(request, "venue"), &venue));
	form_start(&form, request->shop.arena, fields, COUNT_OF(fields));
	fill(request->shop.arena, &form, &venue);
	show(request, &venue, &form, NULL,
	    page_notice(request, notices, COUNT_OF(notices)));
	return NULL;
}

static void read_venue(struct form *form, struct venue *venue)
{
	venue->name = text_trim(form->arena, form_value(form, "name"));
	venue->address = text_trim(form->arena, form_value(form, "address"));
	venue->has_location =
	    *form_value(form, "latitude") || *form_value(form, "longitude");
	if (!venue->has_location)
		return;
	venue->latitude = staff_read_degrees(form, "latitude");
	venue->longitude = staff_read_degrees(form, "longitude");
}

/* Found coordinates are shown before they are saved. */
static struct error *look_up(
    struct request *request, struct venue *venue, struct form *form)
{
	struct error *error = geocode_look_up(&request->shop, venue);

	if (error && !page_take_error(request, NULL, error))
		return error;
	if (!error)
		fill(request->shop.arena, form, venue);
	show(request, venue, form, error,
	    error ? ""
		  : "These coordinates were found. Save them if they are "
		    "right.");
	return NULL;
}

struct error *staff_save_venue(struct request *request)
{
	struct error *error = NULL;
	struct venue venue;
	struct form form;

	TRY(venue_store_find(request->shop.db, request->shop.arena,
	    request_param(request, "venue"), &venue));
	form_read(&form, request->shop.arena, fields, COUNT_OF(fields),
	    &request->form);
	read_venue(&form, &venue);
	if (text_equal(request_form(request, "do"), "look_up"))
		return look_up(request, &venue, &form);
	if (form_is_right(&form))
		error = venue_change(&request->shop, &request->viewer, &venue);
	if (!error && form_is_right(&form)) {
		request_redirect(request,
		    url_local(request->shop.arena, "/admin/venues/{}?done=save",
			venue.slug));
		return NULL;
	}
	request->response.status = 400;
	if (error && !page_take_error(request, &form, error))
		return error;
	show(request, &venue, &form, error, "");
	return NULL;
}
