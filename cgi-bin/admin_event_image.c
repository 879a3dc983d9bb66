/*
 * An event's picture.
 */
#include "admin_event.h"

#include "base/text.h"
#include "booking/picture.h"
#include "document/image.h"

enum {
	ALT_LONGEST = 200
};

/* What is wrong is said on the event's page. */
static struct error *refuse(struct request *request, struct error *error)
{
	if (!page_take_error(request, NULL, error))
		return error;
	return edit_show_saved(request, error);
}

static struct error *read_picture(struct request *request, struct image *image)
{
	const struct upload *upload = &request->upload;
	int64_t most = request->shop.config->max_image_kib;

	if (upload->length > (size_t)most * 1024)
		return fail(VALIDATION_ERROR,
		    "The picture is larger than %d KiB", (int)most);
	return image_read(
	    request->shop.arena, upload->bytes, upload->length, image);
}

/* A new file, the words for the one there is, or none any more. */
struct error *staff_save_image(struct request *request)
{
	const struct shop *shop = &request->shop;
	const char *slug = request_param(request, "event");
	const char *alt =
	    text_trim(shop->arena, request_form(request, "image_alt"));
	const char *name, *unused;
	struct error *error;
	struct event event;
	struct image image;

	TRY(staff_event(request, &event));
	name = *request_form(request, "remove") ? "" : event.image;
	if (text_length(alt) > ALT_LONGEST || text_has_control(alt))
		return refuse(request,
		    fail(VALIDATION_ERROR,
			"What the picture shows must have at most %d "
			"characters",
			ALT_LONGEST));
	if (request->upload.length > 0) {
		error = read_picture(request, &image);
		if (error)
			return refuse(request, error);
		TRY(picture_save(shop, &image, &name));
	}
	error =
	    event_set_image(shop, &request->viewer, slug, name, alt, &unused);
	if (error) {
		if (!text_equal(name, event.image))
			picture_remove(shop, name);
		return error;
	}
	picture_remove(shop, unused);
	edit_go(request, slug, "image");
	return NULL;
}
