/*
 * Room: the lot is fair, later people follow in their order, the rate and the
 * shares of the lines, a place that works once, a file that is lost.
 */
#include "base/clock.h"
#include "site.h"
#include "store/room.h"
#include <sys/stat.h>

enum {
	NOW = 1800000000,
	OPENS = NOW + 600,
	PEOPLE = 6,
	DRAWS = 1200,
};

static struct site site;

static const struct room_rule rule = {.rate = 60, .opens_at = OPENS};

static struct room_place join(const char *slug, const struct room_rule *by,
    enum room_line line, int64_t now)
{
	struct room_place place = {.room = 0};

	if (!room_join(&site.config, slug, by, line, now, &place))
		ok(false, "there is a place to be had");
	return place;
}

static struct room_standing look(const char *slug, const struct room_rule *by,
    const struct room_place *place, int64_t now)
{
	struct room_standing standing;

	if (!room_look(&site.config, slug, by, place, now, &standing))
		standing.state = ROOM_OVER;
	return standing;
}

/* Positions at the opening, when one person is let in each minute. */
static void draw_once(int64_t times[PEOPLE][PEOPLE])
{
	const struct room_rule slow = {.rate = 1, .opens_at = OPENS};
	struct room_place places[PEOPLE];

	unlink(config_path(&site.arena, &site.config, "run/room-lot"));
	for (int i = 0; i < PEOPLE; i++)
		places[i] = join("lot", &slow, ROOM_REGULAR, NOW + i);
	for (int i = 0; i < PEOPLE; i++) {
		struct room_standing standing =
		    look("lot", &slow, &places[i], OPENS);

		/* Nobody is let in within the first second. */
		if (standing.state == ROOM_WAITS)
			times[i][standing.position - 1]++;
	}
}

/* Chi square of each person's places against all places alike. */
static void test_lot(void)
{
	int64_t times[PEOPLE][PEOPLE] = {{0}};
	int64_t expected = DRAWS / PEOPLE;

	for (int i = 0; i < DRAWS; i++)
		draw_once(times);
	for (int i = 0; i < PEOPLE; i++) {
		int64_t sum = 0, all = 0;

		for (int j = 0; j < PEOPLE; j++) {
			int64_t off = times[i][j] - expected;

			sum += off * off;
			all += times[i][j];
		}
		is_number(all, DRAWS, "each person has a place in each draw");
		/* 5 degrees of freedom: over 45 once in a hundred million. */
		ok(sum < 45 * expected, "person %d: any place as likely (%d)",
		    i, (int)(sum / expected));
	}
}

static void test_later_ones(void)
{
	struct room_place early[PEOPLE], late[PEOPLE];
	bool seen[2 * PEOPLE] = {false};

	for (int i = 0; i < PEOPLE; i++)
		early[i] = join("later", &rule, ROOM_REGULAR, NOW);
	is_number(look("later", &rule, &early[0], NOW + 1).state, ROOM_GATHERS,
	    "before the opening nobody has a place");
	is_number(look("later", &rule, &early[0], NOW + 1).gathered, PEOPLE,
	    "but is told how many there are");
	for (int i = 0; i < PEOPLE; i++)
		late[i] = join("later", &rule, ROOM_REGULAR, OPENS);
	for (int i = 0; i < PEOPLE; i++) {
		int64_t at = look("later", &rule, &early[i], OPENS).position;

		ok(at >= 1 && at <= PEOPLE && !seen[at - 1],
		    "who was there has one of the first places, alone");
		seen[at - 1] = true;
		is_number(look("later", &rule, &late[i], OPENS).position,
		    PEOPLE + i + 1, "the others follow as they came");
	}
	is_number(look("later", &rule, &late[0], OPENS + PEOPLE).state,
	    ROOM_WAITS, "the first late one waits for all early ones");
	is_number(look("later", &rule, &late[0], OPENS + PEOPLE + 1).state,
	    ROOM_ENTERS, "and enters next, one each second");
}

static void test_once(void)
{
	struct room_place place = join("once", &rule, ROOM_REGULAR, OPENS);
	struct room_place made_up = place;

	is_number(look("once", &rule, &place, OPENS).state, ROOM_ENTERS,
	    "without a line one enters at once");
	is_number(look("once", &rule, &place, OPENS + ROOM_TURN - 1).state,
	    ROOM_ENTERS, "the turn lasts");
	is_number(look("once", &rule, &place, OPENS + ROOM_TURN).state,
	    ROOM_OVER, "and ends");
	place = join("once", &rule, ROOM_REGULAR, OPENS + ROOM_TURN);
	look("once", &rule, &place, OPENS + ROOM_TURN);
	room_leave(&site.config, "once", &place, OPENS + ROOM_TURN);
	is_number(look("once", &rule, &place, OPENS + ROOM_TURN).state,
	    ROOM_OVER, "a place that was used lets nobody in again");
	made_up.number = 99;
	is_number(look("once", &rule, &made_up, OPENS).state, ROOM_OVER,
	    "a number that was not given is no place");
	made_up = place;
	made_up.line = (enum room_line)7;
	is_number(look("once", &rule, &made_up, OPENS).state, ROOM_OVER,
	    "nor is one of a line that is not there");
}

/* How many of a line are in, of those at hand. */
static int count_in(const char *slug, const struct room_rule *by,
    const struct room_place *places, int count, int64_t now)
{
	int in = 0;

	for (int i = 0; i < count; i++)
		in += look(slug, by, &places[i], now).state == ROOM_ENTERS;
	return in;
}

static void test_shares(void)
{
	const struct room_rule by = {
	    .rate = 600, .vip_share = 30, .opens_at = OPENS};
	struct room_place regular[100], vip[100];

	for (int i = 0; i < 100; i++) {
		regular[i] = join("shares", &by, ROOM_REGULAR, NOW);
		vip[i] = join("shares", &by, ROOM_VIP, NOW);
	}
	is_number(count_in("shares", &by, vip, 100, OPENS + 10), 30,
	    "of a hundred let in thirty are from the VIP line");
	is_number(count_in("shares", &by, regular, 100, OPENS + 10), 70,
	    "and seventy from the other");
	is_number(count_in("shares", &by, regular, 100, OPENS + 16), 100,
	    "what one line does not use the other has");
	is_number(count_in("shares", &by, vip, 100, OPENS + 20), 100,
	    "nobody is left behind");
}

static void test_walk_in(void)
{
	const struct room_rule by = {.rate = 6};
	struct room_place place;

	ok(room_walk_in(&site.config, "walk", &by, NOW), "a program walks in");
	ok(!room_walk_in(&site.config, "walk", &by, NOW), "at the rate alone");
	place = join("walk", &by, ROOM_REGULAR, NOW);
	is_number(look("walk", &by, &place, NOW).state, ROOM_WAITS,
	    "what it took is gone for people, too");
	ok(!room_walk_in(&site.config, "walk", &by, NOW + 9),
	    "people go before it");
	is_number(look("walk", &by, &place, NOW + 10).state, ROOM_ENTERS,
	    "in their time");
}

/* Damage costs places, and no more. */
static void test_loss(void)
{
	const char *path =
	    config_path(&site.arena, &site.config, "run/room-loss");
	struct room_place place = join("loss", &rule, ROOM_REGULAR, OPENS),
			  next;

	must(truncate(path, 20) == 0 ? NULL : fail(STORAGE_ERROR, "truncate"));
	is_number(look("loss", &rule, &place, OPENS).state, ROOM_OVER,
	    "a place of a file that was cut is none");
	next = join("loss", &rule, ROOM_REGULAR, OPENS);
	ok(next.room != place.room, "the next file is another room");
	is_number(look("loss", &rule, &next, OPENS).state, ROOM_ENTERS,
	    "and lets in");
	next = join("loss", &rule, ROOM_REGULAR, OPENS + 2 * DAY);
	is_number(next.number, 0, "a room where nobody was for a day is new");
}

/* The fourth number of the file is whom it has let in beforehand. */
static void test_credit(void)
{
	static const int64_t wrong[] = {INT64_MIN, -1, INT64_MAX};
	const struct room_rule by = {.rate = 60};
	const char *path =
	    config_path(&site.arena, &site.config, "run/room-credit");

	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct room_place place;
		int file;

		join("credit", &by, ROOM_REGULAR, NOW);
		file = open(path, O_WRONLY | O_CLOEXEC);
		ok(pwrite(file, &wrong[i], 8, 24) == 8, "damage it");
		close(file);
		place = join("credit", &by, ROOM_REGULAR, NOW);
		is_number(place.number, 0, "damaged credit: the room is new");
		is_number(look("credit", &by, &place, NOW).state, ROOM_ENTERS,
		    "and lets in");
	}
}

int main(void)
{
	site_open(&site);
	test_lot();
	test_later_ones();
	test_once();
	test_shares();
	test_walk_in();
	test_loss();
	test_credit();
	site_close(&site);
	return done_testing();
}
