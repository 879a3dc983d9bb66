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

/* Whatever a word of the file says, who comes is let in. */
static void test_damage(void)
{
	static const int64_t wrong[] = {INT64_MIN, -1, 0, INT64_MAX};
	const struct room_rule by = {.rate = 60};
	const char *path =
	    config_path(&site.arena, &site.config, "run/room-damage");

	for (off_t at = 0; at < 88; at += 8)
		for (size_t i = 0; i < COUNT_OF(wrong); i++) {
			struct room_place place;
			int file;

			join("damage", &by, ROOM_REGULAR, NOW);
			file = open(path, O_WRONLY | O_CLOEXEC);
			ok(pwrite(file, &wrong[i], 8, at) == 8, "damage it");
			close(file);
			place = join("damage", &by, ROOM_REGULAR, NOW);
			ok(look("damage", &by, &place, NOW + HOUR).state ==
				ROOM_ENTERS,
			    "word %d is %" PRId64 ": all enter", (int)at / 8,
			    wrong[i]);
			unlink(path);
		}
}

/* A file that ends behind its head has forgotten whose turn it is. */
static void test_cut(void)
{
	const char *path =
	    config_path(&site.arena, &site.config, "run/room-cut");
	const struct room_rule by = {.rate = 1};
	struct room_place first = join("cut", &by, ROOM_REGULAR, NOW);
	struct room_place second = join("cut", &by, ROOM_REGULAR, NOW);

	must(truncate(path, 88) == 0 ? NULL : fail(STORAGE_ERROR, "truncate"));
	is_number(look("cut", &by, &first, NOW).state, ROOM_ENTERS,
	    "without entries people stand as they came: the first");
	is_number(look("cut", &by, &second, NOW).position, 1,
	    "and the second behind");
}

static void test_full(void)
{
	const int64_t most = 1000 * 1000;
	const struct room_rule by = {.rate = 60};
	const char *path =
	    config_path(&site.arena, &site.config, "run/room-full");
	struct room_place place = join("full", &by, ROOM_REGULAR, NOW);
	int file = open(path, O_WRONLY | O_CLOEXEC);

	ok(pwrite(file, &most, 8, 40) == 8, "a million have come");
	close(file);
	ok(!room_join(&site.config, "full", &by, ROOM_REGULAR, NOW, &place),
	    "a line has an end, and who comes then needs no place");
	ok(room_join(&site.config, "full", &by, ROOM_VIP, NOW, &place),
	    "the other line has its own");
}

/* What is no file of ours keeps nobody out, and nothing is written. */
static void test_no_file(void)
{
	const char *path =
	    config_path(&site.arena, &site.config, "run/room-none");
	struct room_place place = {.room = 1};
	struct room_standing standing;
	const struct room_rule by = {.rate = 60};
	const struct rlimit none = {0, RLIM_INFINITY};
	const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};

	must(symlink("/dev/null", path) == 0 ? NULL
					     : fail(STORAGE_ERROR, "link"));
	ok(!room_join(&site.config, "none", &by, ROOM_REGULAR, NOW, &place),
	    "there is no place without a file");
	ok(!room_look(&site.config, "none", &by, &place, NOW, &standing),
	    "and nothing to see of one");
	room_leave(&site.config, "none", &place, NOW);
	ok(room_walk_in(&site.config, "none", &by, NOW), "one just walks in");
	unlink(path);
	/* A disk that is full. */
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &none);
	ok(room_join(&site.config, "none", &by, ROOM_REGULAR, NOW, &place),
	    "on a full disk one has a place");
	ok(!room_look(&site.config, "none", &by, &place, NOW, &standing),
	    "that nobody remembers");
	setrlimit(RLIMIT_FSIZE, &all);
}

/* Browsers send back what they like. */
static void test_foreign_places(void)
{
	const struct room_rule by = {.rate = 60};
	const struct room_place own = join("own", &by, ROOM_REGULAR, NOW);
	struct room_place place;

	for (int i = 0; i < 4; i++) {
		place = own;
		if (i == 0)
			place.line = ROOM_LINES;
		else if (i == 1)
			place.number = -1;
		else if (i == 2)
			place.number = 1;
		else
			place.line = (enum room_line) - 1;
		is_number(look("own", &by, &place, NOW).state, ROOM_OVER,
		    "a place that nobody was given is none");
		room_leave(&site.config, "own", &place, NOW);
	}
	is_number(look("own", &by, &own, NOW).state, ROOM_ENTERS,
	    "and nobody leaves for another");
}

/* A line that has no share of its own still tells a time. */
static void test_no_share(void)
{
	const struct room_rule by = {.rate = 60, .opens_at = OPENS};

	struct room_place last = {.room = 0};

	for (int i = 0; i < 30; i++)
		join("share0", &by, ROOM_REGULAR, OPENS);
	for (int i = 0; i < 3; i++)
		last = join("share0", &by, ROOM_VIP, OPENS);
	ok(look("share0", &by, &last, OPENS).seconds > 0,
	    "the VIP line without a share says how long, too");
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
	test_damage();
	test_cut();
	test_full();
	test_no_file();
	test_foreign_places();
	test_no_share();
	site_close(&site);
	return done_testing();
}
