#include "store/room.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/*
 * The file is a head, and behind it the entry of each place: those of number
 * n of the lines beside each other.
 */
enum {
	MOST_PLACES = 1000 * 1000, /* of a line */
	BURST_SECONDS = 10,        /* so many seconds' people at once */
	ONE = 60,                  /* of credit, which is rate times seconds */
	PERCENT = 100,
	RATE_MOST = 1000 * 1000, /* people a minute */
};

struct line {
	int64_t issued; /* places taken */
	int64_t drawn;  /* of these, before the opening */
	int64_t let_in;
};

struct head {
	int64_t room;     /* random; 0: there is none yet */
	int64_t is_drawn; /* the opening is past and was dealt with */
	int64_t last;     /* when credit was counted last */
	int64_t credit;   /* who may be let in, in parts of ONE */
	int64_t share;    /* percents that the VIP line is owed */
	struct line lines[ROOM_LINES];
};

struct entry {
	int32_t turn;  /* its place in the order, once that is known */
	int32_t spare; /* 0 */
	int64_t until; /* let in until then; 0: not yet; 1: used */
};

/* A room's file while it is ours. */
struct room {
	int descriptor;
	struct head head;
};

/* ---- the file ---- */

static int open_file(const struct config *config, const char *slug)
{
	char name[PATH_MAX];

	snprintf(name, sizeof(name), "room-%s", slug);
	return file_open_run(config->data, name);
}

static bool is_sane(const struct head *head, int64_t now)
{
	if (head->room == 0 || head->last > now + HOUR ||
	    head->last < now - DAY)
		return false;
	/* With other credit everybody, or nobody, would be let in. */
	if (head->credit < 0 ||
	    head->credit > (int64_t)RATE_MOST * BURST_SECONDS ||
	    head->share < 0 || head->share > PERCENT)
		return false;
	for (int i = 0; i < ROOM_LINES; i++) {
		const struct line *line = &head->lines[i];

		if (line->drawn < 0 || line->let_in < 0 ||
		    line->issued < line->drawn || line->issued < line->let_in ||
		    line->issued > MOST_PLACES)
			return false;
	}
	return true;
}

/* A room that is new, damaged, or that nobody came to for a day. */
static void start_over(struct room *room, int64_t now)
{
	/* A minute ago: even at the slowest rate the first one enters. */
	room->head = (struct head){.last = now - MINUTE};
	while (room->head.room <= 0)
		randombytes_buf(&room->head.room, sizeof(room->head.room));
	if (ftruncate(room->descriptor, 0) != 0)
		log_warn("DATA/run: %s", strerror(errno));
}

static bool room_open(struct room *room, const struct config *config,
    const char *slug, int64_t now)
{
	if (sodium_init() < 0)
		die("libsodium cannot start");
	room->descriptor = open_file(config, slug);
	if (room->descriptor < 0 || flock(room->descriptor, LOCK_EX) != 0) {
		log_warn("DATA/run: %s; nobody waits", strerror(errno));
		if (room->descriptor >= 0)
			close(room->descriptor);
		return false;
	}
	if (pread(room->descriptor, &room->head, sizeof(room->head), 0) !=
		(ssize_t)sizeof(room->head) ||
	    !is_sane(&room->head, now))
		start_over(room, now);
	return true;
}

/* Closing gives the lock back. */
static void room_close(struct room *room)
{
	if (pwrite(room->descriptor, &room->head, sizeof(room->head), 0) !=
	    (ssize_t)sizeof(room->head))
		log_warn("DATA/run: a room cannot be written");
	close(room->descriptor);
}

static off_t offset_of(enum room_line line, int64_t number)
{
	return (off_t)sizeof(struct head) +
	    (off_t)sizeof(struct entry) * (number * ROOM_LINES + line);
}

static void read_entry(const struct room *room, enum room_line line,
    int64_t number, struct entry *entry)
{
	if (pread(room->descriptor, entry, sizeof(*entry),
		offset_of(line, number)) != (ssize_t)sizeof(*entry))
		*entry = (struct entry){.turn = (int32_t)number};
}

static void write_entry(const struct room *room, enum room_line line,
    int64_t number, const struct entry *entry)
{
	if (pwrite(room->descriptor, entry, sizeof(*entry),
		offset_of(line, number)) != (ssize_t)sizeof(*entry))
		log_warn("DATA/run: a room cannot be written");
}

/* ---- who comes first ---- */

/* Fisher and Yates: each order of those who gathered is as likely. */
static void draw(const struct room *room, enum room_line line, int64_t count)
{
	for (int64_t i = count - 1; i > 0; i--) {
		int64_t other = randombytes_uniform((uint32_t)i + 1);
		struct entry a, b;
		int32_t turn;

		read_entry(room, line, i, &a);
		read_entry(room, line, other, &b);
		if (other == i)
			continue;
		turn = a.turn;
		a.turn = b.turn;
		b.turn = turn;
		write_entry(room, line, i, &a);
		write_entry(room, line, other, &b);
	}
}

static int64_t waiting(const struct line *line)
{
	return line->issued - line->let_in;
}

/* Both wait: the VIP line is owed its share of each who is let in. */
static enum room_line next_line(struct head *head, int64_t vip_share)
{
	if (waiting(&head->lines[ROOM_VIP]) == 0)
		return ROOM_REGULAR;
	if (waiting(&head->lines[ROOM_REGULAR]) == 0)
		return ROOM_VIP;
	head->share += vip_share;
	if (head->share < PERCENT)
		return ROOM_REGULAR;
	head->share -= PERCENT;
	return ROOM_VIP;
}

static int64_t count_waiting(const struct head *head)
{
	return waiting(&head->lines[ROOM_REGULAR]) +
	    waiting(&head->lines[ROOM_VIP]);
}

static void open_sale(struct room *room, int64_t opens_at)
{
	struct head *head = &room->head;

	for (int i = 0; i < ROOM_LINES; i++) {
		head->lines[i].drawn = head->lines[i].issued;
		draw(room, (enum room_line)i, head->lines[i].drawn);
	}
	head->is_drawn = 1;
	/* Who gathered waits from the opening on. */
	if (count_waiting(head) > 0)
		head->last = opens_at;
}

/* Let in whoever's turn has come by `now`. */
static void advance(
    struct room *room, const struct room_rule *rule, int64_t now)
{
	struct head *head = &room->head;
	int64_t most = rule->rate * BURST_SECONDS;

	if (now < rule->opens_at) {
		head->last = now;
		return;
	}
	if (!head->is_drawn)
		open_sale(room, rule->opens_at);
	if (now > head->last)
		head->credit += rule->rate * (now - head->last);
	head->last = now;
	while (head->credit >= ONE && count_waiting(head) > 0) {
		head->lines[next_line(head, rule->vip_share)].let_in++;
		head->credit -= ONE;
	}
	if (most < ONE)
		most = ONE;
	if (head->credit > most)
		head->credit = most;
}

/* ---- places ---- */

bool room_join(const struct config *config, const char *slug,
    const struct room_rule *rule, enum room_line line, int64_t now,
    struct room_place *place)
{
	struct room room;
	struct line *own;
	struct entry entry = {.until = 0};

	if (!room_open(&room, config, slug, now))
		return false;
	advance(&room, rule, now);
	own = &room.head.lines[line];
	if (own->issued == MOST_PLACES) {
		room_close(&room);
		return false;
	}
	*place = (struct room_place){
	    .room = room.head.room, .line = line, .number = own->issued++};
	entry.turn = (int32_t)place->number;
	write_entry(&room, line, place->number, &entry);
	advance(&room, rule, now);
	room_close(&room);
	return true;
}

/* Its time to book begins when it is first seen to be let in. */
static enum room_state enter(struct room *room, const struct room_place *place,
    struct entry *entry, int64_t now)
{
	if (entry->until == 0) {
		entry->until = now + ROOM_TURN;
		write_entry(room, place->line, place->number, entry);
	}
	return now < entry->until ? ROOM_ENTERS : ROOM_OVER;
}

static bool is_of(const struct room *room, const struct room_place *place)
{
	return place->room == room->head.room && place->line >= 0 &&
	    place->line < ROOM_LINES && place->number >= 0 &&
	    place->number < room->head.lines[place->line].issued;
}

/* Of the line's own share, as it is while both wait. */
static int64_t seconds_until(const struct room *room,
    const struct room_rule *rule, enum room_line line, int64_t position)
{
	const struct line *other = &room->head.lines[!line];
	int64_t share =
	    line == ROOM_VIP ? rule->vip_share : PERCENT - rule->vip_share;

	if (waiting(other) == 0 || share <= 0)
		share = PERCENT;
	return (position * ONE * PERCENT + rule->rate * share - 1) /
	    (rule->rate * share);
}

bool room_look(const struct config *config, const char *slug,
    const struct room_rule *rule, const struct room_place *place, int64_t now,
    struct room_standing *standing)
{
	struct room room;
	struct entry entry;
	bool is_own;

	*standing = (struct room_standing){.state = ROOM_OVER};
	if (!room_open(&room, config, slug, now))
		return false;
	is_own = is_of(&room, place);
	if (is_own) {
		const struct line *line = &room.head.lines[place->line];

		advance(&room, rule, now);
		read_entry(&room, place->line, place->number, &entry);
		standing->gathered = count_waiting(&room.head);
		if (now < rule->opens_at) {
			standing->state = ROOM_GATHERS;
		} else if (entry.turn < line->let_in) {
			standing->state = enter(&room, place, &entry, now);
		} else {
			standing->state = ROOM_WAITS;
			standing->position = entry.turn - line->let_in + 1;
			standing->seconds = seconds_until(
			    &room, rule, place->line, standing->position);
		}
	}
	room_close(&room);
	return is_own;
}

void room_leave(const struct config *config, const char *slug,
    const struct room_place *place, int64_t now)
{
	struct room room;
	struct entry entry;

	if (!room_open(&room, config, slug, now))
		return;
	if (is_of(&room, place)) {
		read_entry(&room, place->line, place->number, &entry);
		entry.until = 1;
		write_entry(&room, place->line, place->number, &entry);
	}
	room_close(&room);
}

bool room_walk_in(const struct config *config, const char *slug,
    const struct room_rule *rule, int64_t now)
{
	struct room room;
	bool is_in;

	if (!room_open(&room, config, slug, now))
		return true;
	advance(&room, rule, now);
	is_in = count_waiting(&room.head) == 0 && room.head.credit >= ONE;
	if (is_in)
		room.head.credit -= ONE;
	room_close(&room);
	return is_in;
}
