#include "web/answer.h"

enum {
	HEAD_USUAL = 1024 /* bytes of an answer's headers, mostly less */
};

/*
 * No script, no style but our own file, no frames: what slips into a page
 * cannot run. A source is added here only with a page that needs it: scripts
 * of ours, and what they fetch from us, with response.runs_scripts.
 */
static void add_security_headers(
    struct out *head, const struct response *response)
{
	OUT_LITERAL(head, "Content-Security-Policy: default-src 'none'; ");
	if (response->runs_scripts)
		OUT_LITERAL(head,
		    "script-src 'self'; worker-src 'self'; "
		    "connect-src 'self'; media-src 'self'; ");
	OUT_LITERAL(head,
	    "style-src 'self'; img-src 'self' data:; base-uri 'none'; "
	    "frame-ancestors 'none'; form-action 'self'");
	/* No blank at the end: HTTP/2 calls that malformed (RFC 9113, 8.2.1).
	 */
	if (*response->form_targets)
		out_format(head, " %s", response->form_targets);
	OUT_LITERAL(head,
	    "\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Referrer-Policy: same-origin\r\n"
	    "Cross-Origin-Opener-Policy: same-origin\r\n"
	    "Permissions-Policy: camera=(");
	if (response->uses_camera)
		OUT_LITERAL(head, "self");
	OUT_LITERAL(head, "), microphone=(), geolocation=()\r\n");
}

void answer_send(
    const struct transport *transport, const struct request *request)
{
	const struct response *response = &request->response;
	struct out head = {.arena = request->shop.arena};

	out_reserve(&head, HEAD_USUAL);
	out_format(&head, "Status: %d\r\n", response->status);
	if (response->body.length > 0)
		out_format(&head, "Content-Type: %s\r\nContent-Length: %zu\r\n",
		    response->content_type, response->body.length);
	out_format(&head, "Cache-Control: %s\r\n", response->cache_control);
	add_security_headers(&head, response);
	if (request->is_https)
		OUT_LITERAL(
		    &head, "Strict-Transport-Security: max-age=31536000\r\n");
	out_text(&head, out_string(&response->headers));
	OUT_LITERAL(&head, "\r\n");
	transport->send(head.data, head.length, response->body.data,
	    request->is_head ? 0 : response->body.length);
}
