#include "payment/http_client.h"

#include "base/clock.h"
#include "base/config.h"
#include "base/error.h"
#include "base/out.h"
#include "base/text.h"
#include <curl/curl.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef IS_STATIC
#include <nss.h>

/*
 * libcrypto asks the processor for its abilities before main(), which takes
 * 0.1 ms on a virtual machine; a CGI process that answers one page does not
 * need it. So the first call does nothing; the next, when libcrypto is first
 * used, does it. The linker's --wrap makes the names.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
 */
void __real_OPENSSL_cpuid_setup(void);
void __wrap_OPENSSL_cpuid_setup(void);

void __wrap_OPENSSL_cpuid_setup(void)
{
	static bool is_used;

	if (is_used)
		__real_OPENSSL_cpuid_setup();
	is_used = true;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#endif

struct http_client {
	struct arena *arena; /* of the replies */
	CURL *curl;
	int64_t deadline; /* on the clock of clock_running_ms() */
	bool is_sent;     /* the request under way may have left */
	size_t received;  /* bytes of its answer so far */
	struct out body;  /* of its answer */
	char reason[CURL_ERROR_SIZE];
};

struct http_client *http_client_open(struct arena *arena, int64_t milliseconds)
{
	struct http_client *client = ARENA_NEW(arena, struct http_client);

#ifdef IS_STATIC
	/* What else the host resolves names with are modules of its libc. */
	__nss_configure_lookup("hosts", "files dns");
#endif
	client->arena = arena;
	client->deadline = clock_running_ms() + milliseconds;
	client->curl = curl_easy_init();
	if (!client->curl)
		die("libcurl does not start");
	return client;
}

int64_t http_client_left(const struct http_client *client)
{
	int64_t left = client->deadline - clock_running_ms();

	return left > 0 ? left : 0;
}

void http_client_close(struct http_client *client)
{
	curl_easy_cleanup(client->curl);
	client->curl = NULL;
}

/* ---- where it may go ---- */

static bool is_this_machine(const char *host)
{
	return text_equal(host, "127.0.0.1") || text_equal(host, "[::1]") ||
	    text_equal(host, "localhost");
}

static bool is_right_place(CURLU *parts)
{
	char *scheme = NULL;
	char *host = NULL;
	char *user = NULL;
	bool is_right = false;

	if (curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
	    curl_url_get(parts, CURLUPART_USER, &user, 0) != CURLUE_OK)
		is_right = text_equal(scheme, "https") ||
		    (text_equal(scheme, "http") && is_this_machine(host));
	curl_free(scheme);
	curl_free(host);
	curl_free(user);
	return is_right;
}

bool http_client_may_visit(const char *url)
{
	CURLU *parts = curl_url();
	bool is_right;

	if (!parts)
		die("no memory for an address");
	is_right = curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    is_right_place(parts);
	curl_url_cleanup(parts);
	return is_right;
}

/* ---- what curl calls, and gives the types ---- */
/* NOLINTBEGIN(readability-non-const-parameter) */

/* The connection stands; after this the request leaves. */
static int before_request(
    void *context, char *their_ip, char *our_ip, int their_port, int our_port)
{
	struct http_client *client = context;

	(void)their_ip;
	(void)our_ip;
	(void)their_port;
	(void)our_port;
	client->is_sent = true;
	return CURL_PREREQFUNC_OK;
}

/* Too much? Then curl ends the request. */
static bool is_within_limit(struct http_client *client, size_t more)
{
	client->received += more;
	return client->received <= HTTP_CLIENT_LARGEST;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
	(void)bytes;
	return is_within_limit(context, size * count) ? size * count : 0;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct http_client *client = context;

	if (!is_within_limit(client, size * count))
		return 0;
	out_bytes(&client->body, bytes, size * count);
	return size * count;
}
/* NOLINTEND(readability-non-const-parameter) */

/* ---- sending ---- */

/* An option that cannot be set is a libcurl of another make. */
#define SET(client, option, value)                                             \
	do {                                                                   \
		if (curl_easy_setopt((client)->curl, (option), (value)) !=     \
		    CURLE_OK)                                                  \
			die("libcurl refuses " #option);                       \
	} while (0)

/* The certificates that an uploaded program brings along. */
static void set_authorities(struct http_client *client)
{
	const char *path = config_beside(client->arena, "ca-certificates.crt");

	if (access(path, R_OK) == 0)
		SET(client, CURLOPT_CAINFO, path);
}

static void set_rules(struct http_client *client)
{
	curl_easy_reset(client->curl);
	SET(client, CURLOPT_PROTOCOLS_STR, "https,http");
	SET(client, CURLOPT_FOLLOWLOCATION, 0L);
	SET(client, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(client, CURLOPT_SSL_VERIFYHOST, 2L);
	set_authorities(client);
	SET(client, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(client, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(client, CURLOPT_PROXY, "");
	SET(client, CURLOPT_NOSIGNAL, 1L);
	/* A name server that hangs must not hold us at the end. */
	SET(client, CURLOPT_QUICK_EXIT, 1L);
	SET(client, CURLOPT_TIMEOUT_MS, (long)http_client_left(client));
	SET(client, CURLOPT_ERRORBUFFER, client->reason);
	SET(client, CURLOPT_PREREQFUNCTION, before_request);
	SET(client, CURLOPT_PREREQDATA, client);
	SET(client, CURLOPT_HEADERFUNCTION, take_header);
	SET(client, CURLOPT_HEADERDATA, client);
	SET(client, CURLOPT_WRITEFUNCTION, take_body);
	SET(client, CURLOPT_WRITEDATA, client);
}

static void set_request(
    struct http_client *client, const struct http_request *request)
{
	SET(client, CURLOPT_URL, request->url);
	if (request->body) {
		SET(client, CURLOPT_POSTFIELDSIZE, (long)request->length);
		SET(client, CURLOPT_POSTFIELDS, request->body);
	}
	if (!request->user)
		return;
	SET(client, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	SET(client, CURLOPT_USERNAME, request->user);
	SET(client, CURLOPT_PASSWORD, request->password);
}

static struct curl_slist *add_header(
    struct curl_slist *list, const char *header)
{
	struct curl_slist *longer = curl_slist_append(list, header);

	if (!longer)
		die("no memory for a header");
	return longer;
}

static CURLcode perform(
    struct http_client *client, const struct http_request *request)
{
	struct curl_slist *headers = add_header(NULL, "Expect:");
	struct curl_slist *pin =
	    text_is_empty(request->pin) ? NULL : add_header(NULL, request->pin);
	CURLcode code;

	for (size_t i = 0; i < request->header_count; i++)
		headers = add_header(headers, request->headers[i]);
	SET(client, CURLOPT_HTTPHEADER, headers);
	SET(client, CURLOPT_RESOLVE, pin);
	code = curl_easy_perform(client->curl);
	curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(client->curl, CURLOPT_RESOLVE, NULL);
	curl_slist_free_all(headers);
	curl_slist_free_all(pin);
	return code;
}

enum http_fate http_client_send(struct http_client *client,
    const struct http_request *request, struct http_reply *reply)
{
	CURLcode code;
	long status = 0;

	*reply = (struct http_reply){.body = "", .problem = ""};
	client->is_sent = false;
	client->received = 0;
	client->body = (struct out){.arena = client->arena};
	client->reason[0] = '\0';
	if (!http_client_may_visit(request->url)) {
		reply->problem = "neither https nor this machine";
		return HTTP_UNSENT;
	}
	if (http_client_left(client) == 0) {
		reply->problem = "no time left";
		return HTTP_UNSENT;
	}
	set_rules(client);
	set_request(client, request);
	code = perform(client, request);
	curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
	reply->status = (int)status;
	reply->body = out_string(&client->body);
	reply->length = client->body.length;
	if (code == CURLE_OK && status > 0)
		return HTTP_ANSWERED;
	reply->problem = arena_copy(client->arena,
	    *client->reason ? client->reason : curl_easy_strerror(code));
	return client->is_sent ? HTTP_LOST : HTTP_UNSENT;
}
