/*
 * minimal: a free booking by POST /api/events/EVENT/book as the shortest
 * FastCGI program would do it (sale.h). What the booking is measured against.
 *
 * SQLite's own waiting lets the process that just wrote go on writing while
 * the others sleep. That is fast, and starves some buyers for most of a
 * second. Built with IN_TURN the writers queue up by the product's two locks.
 */
#include "sale.h"

#include <fcgiapp.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>

static int queue = -1, writer = -1;

static int open_lock(const char *data, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/locks/%s.lock", data, name);
	return open(path, O_RDWR | O_CREAT, 0600);
}

static bool sell(const char *event, const char *tier, const char *email)
{
	bool is_sold;

#ifdef IN_TURN
	flock(queue, LOCK_EX);
	flock(writer, LOCK_EX);
	flock(queue, LOCK_UN);
#endif
	is_sold = sale_make(event, tier, email, 1);
#ifdef IN_TURN
	flock(writer, LOCK_UN);
#endif
	return is_sold;
}

/* The text behind "name":" in a JSON body. */
static bool read_member(
    const char *body, const char *name, char *value, size_t size)
{
	char pattern[32];
	const char *at;
	size_t length;

	snprintf(pattern, sizeof(pattern), "\"%s\":\"", name);
	at = strstr(body, pattern);
	if (!at)
		return false;
	at += strlen(pattern);
	length = strcspn(at, "\"");
	if (length >= size)
		return false;
	memcpy(value, at, length);
	value[length] = '\0';
	return true;
}

static void answer(FCGX_Request *request, const char *body)
{
	char event[64], tier[64], email[256];
	const char *path = FCGX_GetParam("PATH_INFO", request->envp);

	if (path && sscanf(path, "/api/events/%63[^/]/book", event) == 1 &&
	    read_member(body, "tier_name", tier, sizeof(tier)) &&
	    read_member(body, "email", email, sizeof(email)) &&
	    strchr(email, '@') && sell(event, tier, email))
		FCGX_FPrintF(request->out,
		    "Status: 200\r\nContent-Type: application/json\r\n\r\n"
		    "{\"booking\":{\"email\":\"%s\",\"event_id\":\"%s\","
		    "\"event_name\":\"Free\",\"quantity\":1,\"tier\":\"%s\","
		    "\"total_price\":0},\"message\":\"Booked 1 %s ticket(s) "
		    "for %s\",\"success\":true}\n",
		    email, event, tier, tier, email);
	else
		FCGX_FPrintF(request->out, "Status: 400\r\n\r\n");
}

int main(void)
{
	const char *data = getenv("CAMPUSPASS_DATA");
	char path[4096], body[4096];
	FCGX_Request request;

	if (!data)
		return 1;
	snprintf(path, sizeof(path), "%s/campuspass.db", data);
	queue = open_lock(data, "queue");
	writer = open_lock(data, "writer");
	if (!sale_open(path))
		return 1;
	FCGX_Init();
	FCGX_InitRequest(&request, 0, 0);
	while (FCGX_Accept_r(&request) == 0) {
		int length = FCGX_GetStr(body, sizeof(body) - 1, request.in);

		body[length] = '\0';
		answer(&request, body);
		FCGX_Finish_r(&request);
	}
	return 0;
}
