/*
 * Room: the line before an event's booking form when more people come than
 * the site wants to serve at once.
 *
 * Who comes takes a place. Places taken before the sale opens are shuffled at
 * its opening, each order as likely as any other, so that nobody gains by
 * coming earlier or by a faster line; later ones follow in the order they
 * came. People are let in at a rate; when nobody waits, some at once without
 * a line. A share of those let in can go to a line of its own.
 *
 * The state is a file of the event's, DATA/run/room-SLUG, never synced: it may
 * be lost at any time, and then people take places anew. It costs no
 * transaction. Between processes it is exact: a lock is held for each call.
 * A file that cannot be had keeps nobody out. Stock is guarded elsewhere; a
 * room only says who may ask for it.
 */
#ifndef STORE_ROOM_H
#define STORE_ROOM_H

#include "base/config.h"
#include <stdbool.h>
#include <stdint.h>

/* Two lines; most people stand in the first. */
enum room_line {
	ROOM_REGULAR,
	ROOM_VIP,
	ROOM_LINES,
};

/* How a room lets in. */
struct room_rule {
	int64_t rate;      /* people a minute */
	int64_t vip_share; /* percent of them from the VIP line, if any wait */
	int64_t opens_at;  /* places taken before it are shuffled then */
};

/* What somebody took, as their browser keeps it. */
struct room_place {
	int64_t room; /* which file it is of: another after a loss */
	enum room_line line;
	int64_t number; /* in the order of coming, from 0 */
};

enum room_state {
	ROOM_GATHERS, /* the sale is not open yet */
	ROOM_WAITS,   /* others come first */
	ROOM_ENTERS,  /* may book now */
	ROOM_OVER,    /* has booked, or let the time pass: take a new place */
};

/* How a place stands. */
struct room_standing {
	enum room_state state;
	int64_t position; /* in its line, from 1; of ROOM_WAITS */
	int64_t gathered; /* who waits in both lines together */
	int64_t seconds;  /* until its turn, about; of ROOM_WAITS */
};

enum {
	ROOM_TURN = 600, /* seconds to book once let in */
};

/* Take a place. False when there is no file to be had. */
bool room_join(const struct config *config, const char *slug,
    const struct room_rule *rule, enum room_line line, int64_t now,
    struct room_place *place);

/* How does it stand? False when the place is not of this room (any more). */
bool room_look(const struct config *config, const char *slug,
    const struct room_rule *rule, const struct room_place *place, int64_t now,
    struct room_standing *standing);

/* The place is used: it lets nobody in again. */
void room_leave(const struct config *config, const char *slug,
    const struct room_place *place, int64_t now);

/*
 * For a caller that cannot stand in line: in, unless somebody waits or the
 * rate is used up.
 */
bool room_walk_in(const struct config *config, const char *slug,
    const struct room_rule *rule, int64_t now);

#endif
