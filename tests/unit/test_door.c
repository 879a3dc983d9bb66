/*
 * The door: ten processes with one ticket (I11), random histories in which
 * telephones hand in late and in any order, and taking back.
 */
#include "stage.h"

#include "base/clock.h"
#include "base/token.h"
#include "booking/door.h"
#include "booking/hold.h"
#include "store/event_store.h"
#include "store/scan_store.h"
#include "store/ticket_store.h"
#include <inttypes.h>

enum {
	DOORS = 10,
	MOVES = 6, /* of a random history */
};

static const struct viewer staff = {.role = ROLE_ADMIN, .browser = "staff"};

/* ---- a stage ---- */

/* A free one that has begun. */
static void add_show(const char *slug, enum door_rule rule)
{
	struct event event = event_of(slug);

	event.starts_at = clock_now() - HOUR;
	event.ends_at = clock_now() + HOUR;
	event.doors_minutes = 60;
	event.door_rule = rule;
	event.tiers = one_tier(0, 5000);
	add_event(event);
}

/* The code of a new ticket. */
static const char *buy(const char *event)
{
	const struct viewer viewer = viewer_of(token_reference(&site.arena));
	const struct order order = order_of(&viewer, event, "general");
	struct booking booking;

	must(hold_place(&site.shop, &order, &booking));
	must(pay(&viewer, booking.reference, "", &booking));
	return booking.tickets.items[0].code;
}

static struct scan_answer scan(
    const char *event, const char *code, enum scan_type type)
{
	const struct scan_request request = {
	    .code = code,
	    .type = type,
	    .location = "",
	    .override = "",
	    .client_key = "",
	};
	struct scan_answer answer;

	must(door_scan(&site.shop, event, &staff, &request, &answer));
	return answer;
}

static struct ticket find(const char *code)
{
	struct ticket ticket;
	bool is_old;

	must(ticket_store_find(
	    site.shop.db, &site.arena, code, &ticket, &is_old));
	return ticket;
}

/* ---- ten doors ---- */

/* A process of its own: 1 it let somebody in, 0 it did not. */
static int be_door(const char *code, int gate)
{
	struct shop shop = site.shop;
	const struct scan_request request = {
	    .code = code,
	    .type = SCAN_CHECK_IN,
	    .location = "",
	    .override = "",
	    .client_key = "",
	};
	struct scan_answer answer;
	char byte;

	must(db_open(&site.arena, &site.config, &shop.db));
	db_start_deadline(shop.db);
	/* Until all are there: the pipe's last writer goes. */
	if (read(gate, &byte, 1) != 0)
		return 2;
	must(door_scan(&shop, "once", &staff, &request, &answer));
	return answer.scan.verdict == SCAN_ADMITTED;
}

static int open_doors(const char *code)
{
	pid_t children[DOORS];
	int gate[2], admitted = 0, status;

	if (pipe2(gate, O_CLOEXEC) != 0)
		must(fail(STORAGE_ERROR, "no pipe"));
	fflush(stdout);
	for (int i = 0; i < DOORS; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			close(gate[1]);
			_exit(be_door(code, gate[0]));
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (int i = 0; i < DOORS; i++) {
		waitpid(children[i], &status, 0);
		admitted += WIFEXITED(status) ? WEXITSTATUS(status) : 100;
	}
	return admitted;
}

static void test_ten_doors(void)
{
	const char *codes[5];
	int admitted[COUNT_OF(codes)];
	bool once = true;

	for (size_t i = 0; i < COUNT_OF(codes); i++)
		codes[i] = buy("once");
	/* SQLite's connection does not cross a fork. */
	db_close(site.shop.db);
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		admitted[i] = open_doors(codes[i]);
		once &= admitted[i] == 1;
	}
	must(db_open(&site.arena, &site.config, &site.shop.db));
	ok(once, "I11 ten processes admit one ticket once");
	for (size_t i = 0; i < COUNT_OF(codes); i++)
		if (admitted[i] != 1)
			printf("# %s: %d\n", codes[i], admitted[i]);
}

/* ---- merging ---- */

static struct scan_request off_line(
    const char *code, enum scan_type type, int64_t at)
{
	return (struct scan_request){
	    .code = code,
	    .type = type,
	    .location = "",
	    .override = "",
	    .client_key = token_id(&site.arena),
	    .scanned_at = at,
	};
}

/* The sum of what a history did, however it was handed in. */
struct outcome {
	int64_t check_in_at;
	enum ticket_status status;
	size_t conflicts; /* that are left */
};

static size_t count_conflicts(const char *slug, int64_t ticket_id)
{
	struct scan_list conflicts;
	struct event event;
	size_t count = 0;

	must(event_store_find_door(
	    site.shop.db, &site.arena, slug, &staff, clock_now(), &event));
	must(scan_store_conflicts(
	    site.shop.db, &site.arena, event.id, &conflicts));
	for (size_t i = 0; i < conflicts.count; i++)
		count += conflicts.items[i].ticket_id == ticket_id;
	return count;
}

/* In, out, in, out ... of one ticket, handed in in a random order. */
static struct outcome play(const char *event, const int64_t *times)
{
	const char *code = buy(event);
	struct scan_request requests[MOVES];
	struct outcome outcome = {.conflicts = 0};
	struct ticket ticket;

	for (size_t i = 0; i < MOVES; i++)
		requests[i] = off_line(
		    code, i % 2 ? SCAN_CHECK_OUT : SCAN_CHECK_IN, times[i]);
	for (size_t i = MOVES; i-- > 1;) {
		size_t other = roll((unsigned)(i + 1));
		struct scan_request swapped = requests[i];

		requests[i] = requests[other];
		requests[other] = swapped;
	}
	for (size_t i = 0; i < MOVES;) {
		struct scan_answer answers[MOVES];
		size_t count = 1 + roll((unsigned)(MOVES - i));

		must(door_merge(
		    &site.shop, event, &staff, &requests[i], count, answers));
		i += count;
	}
	ticket = find(code);
	outcome.check_in_at = ticket.check_in_at;
	outcome.status = ticket.status;
	outcome.conflicts = count_conflicts(event, ticket.id);
	return outcome;
}

/* Whatever the order: the first time, and once a conflict for each too many. */
static void test_orders(void)
{
	bool once = true, first = true;

	for (int round = 0; round < 60; round++) {
		int64_t times[MOVES];
		struct outcome outcome;

		for (size_t i = 0; i < MOVES; i++)
			times[i] = clock_now() - 1000 + 100 * (int64_t)i;
		outcome = play("once", times);
		once &= outcome.conflicts == MOVES / 2 - 1;
		first &= outcome.check_in_at == times[0] &&
		    outcome.status == TICKET_USED;
		outcome = play("reentry", times);
		once &= outcome.conflicts == 0;
		first &= outcome.check_in_at == times[0];
	}
	ok(once,
	    "B7 in whatever order telephones hand in, each admission too "
	    "many is one conflict");
	ok(first, "R42 and the first time stays");
}

static void test_again(void)
{
	const char *code = buy("once");
	struct scan_request request =
	    off_line(code, SCAN_CHECK_IN, clock_now() - 60);
	struct scan_answer first, second;

	must(door_merge(&site.shop, "once", &staff, &request, 1, &first));
	must(door_merge(&site.shop, "once", &staff, &request, 1, &second));
	ok(second.is_repeated && second.scan.id == first.scan.id &&
		!first.is_repeated,
	    "B7 what is handed in twice is one scan");
	request.client_key = "";
	ok(error_is(
	       door_merge(&site.shop, "once", &staff, &request, 1, &second),
	       VALIDATION_ERROR),
	    "a scan made off line needs a key");
	ok(scan("once", code, SCAN_CHECK_IN).scan.other_id == first.scan.id,
	    "R41 who is in already: by which scan");
}

/* ---- taking back ---- */

static void test_undo(void)
{
	const char *code = buy("reentry");
	int64_t first = scan("reentry", code, SCAN_CHECK_IN).scan.id;
	int64_t out = scan("reentry", code, SCAN_CHECK_OUT).scan.id;
	int64_t again = scan("reentry", code, SCAN_CHECK_IN).scan.id;

	must(door_undo(&site.shop, "reentry", &staff, again, "mistake"));
	ok(scan("reentry", code, SCAN_CHECK_OUT).scan.verdict == SCAN_NOT_IN,
	    "R42 without the second check-in they are out");
	must(door_undo(&site.shop, "reentry", &staff, out, "mistake"));
	ok(scan("reentry", code, SCAN_CHECK_IN).scan.verdict == SCAN_ALREADY_IN,
	    "R42 without the check-out they are in");
	must(door_undo(&site.shop, "reentry", &staff, first, "mistake"));
	ok(find(code).status == TICKET_ACTIVE && find(code).check_in_at == 0,
	    "R42 without any the ticket is as it was");
	ok(error_is(door_undo(&site.shop, "reentry", &staff, first, "mistake"),
	       STATE_ERROR),
	    "a scan is taken back once");
	ok(error_is(door_undo(&site.shop, "once", &staff, first, "mistake"),
	       NOT_FOUND_ERROR),
	    "and by its own event's door alone");
}

static void test_cleared(void)
{
	const char *code = buy("once");
	struct scan_request requests[] = {
	    off_line(code, SCAN_CHECK_IN, clock_now() - 60),
	    off_line(code, SCAN_CHECK_IN, clock_now() - 30),
	    off_line(code, SCAN_CHECK_IN, clock_now() - 20),
	};
	struct scan_answer answers[COUNT_OF(requests)];

	must(door_merge(
	    &site.shop, "once", &staff, requests, COUNT_OF(requests), answers));
	ok(count_conflicts("once", find(code).id) == 2 &&
		answers[1].scan.outcome == OUTCOME_CONFLICT &&
		answers[1].scan.other_id == answers[0].scan.id,
	    "B7 of three two are conflicts, and name the first");
	must(door_undo(&site.shop, "once", &staff, answers[0].scan.id, "no"));
	ok(count_conflicts("once", find(code).id) == 1 &&
		find(code).check_in_at == requests[1].scanned_at,
	    "B7 with the first taken back the second is none, the third still");
}

static void test_count(void)
{
	const char *codes[] = {buy("count"), buy("count"), buy("count")};
	struct door_count count;
	struct event event;

	scan("count", codes[0], SCAN_CHECK_IN);
	scan("count", codes[1], SCAN_CHECK_IN);
	scan("count", codes[1], SCAN_CHECK_OUT);
	must(event_store_find_door(
	    site.shop.db, &site.arena, "count", &staff, clock_now(), &event));
	must(door_count(&site.shop, &event, clock_now(), &count));
	ok(count.inside == 1 && count.came == 2 && count.to_come == 1,
	    "R42 inside, came, to come: %" PRId64 " %" PRId64 " %" PRId64,
	    count.inside, count.came, count.to_come);
}

int main(void)
{
	log_open("test", "/dev/null");
	site_open(&site);
	add_show("once", DOOR_ONCE);
	add_show("reentry", DOOR_REENTRY);
	add_show("count", DOOR_REENTRY);
	test_ten_doors();
	test_orders();
	test_again();
	test_undo();
	test_cleared();
	test_count();
	site_close(&site);
	return done_testing();
}
