#include "web/picture.h"

#include "base/text.h"
#include "booking/picture.h"

struct error *picture_send(struct request *request, const char *name)
{
	struct response *response = &request->response;
	const char *tag = arena_format(request->shop.arena, "\"%s\"", name);
	const char *type;
	size_t length;
	char *bytes;

	TRY(picture_read(&request->shop, name, &type, &bytes, &length));
	response->content_type = type;
	response->cache_control = "public, max-age=31536000, immutable";
	request_header(request, "ETag", tag);
	if (text_equal(request->if_none_match, tag))
		response->status = 304;
	else
		out_bytes(&response->body, bytes, length);
	return NULL;
}
