#include "web/picture.h"

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
	if (!request_knows(request, tag))
		out_bytes(&response->body, bytes, length);
	return NULL;
}
