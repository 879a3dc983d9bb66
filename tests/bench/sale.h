/*
 * Sale: a free booking in plain SQLite, with the rows and the durability of
 * the product's and nothing else: no arena, no views, no JSON library, one
 * UPDATE of the stock, the booking confirmed as it is written.
 */
#ifndef BENCH_SALE_H
#define BENCH_SALE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum statement_name {
	BEGIN,
	FIND_EVENT,
	FIND_PERSON,
	RAISE_VERSION,
	TAKE_PLACES,
	ADD_BOOKING,
	ADD_ITEM,
	ADD_TICKET,
	ADD_MAIL,
	ADD_LINE,
	COMMIT,
	ROLLBACK,
	STATEMENTS,
};

static const char *const sale_sql[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [FIND_EVENT] =
	"SELECT e.id, t.id FROM event e JOIN tier t ON t.event_id = e.id"
	" WHERE e.slug = ?1 AND t.slug = ?2 AND e.status = 'published'"
	" AND e.ends_at > ?3",
    [FIND_PERSON] =
	"SELECT 1 FROM booking WHERE event_id = ?1"
	" AND email = ?2"
	" AND (state = 'held' OR state = 'paying' OR state = 'confirmed')",
    [RAISE_VERSION] = "UPDATE catalogue SET version = version + 1"
		      " WHERE id = 1",
    [TAKE_PLACES] = "UPDATE tier SET sold = sold + ?2 WHERE id = ?1"
		    " AND (capacity IS NULL OR sold + held + ?2 <= capacity)",
    [ADD_BOOKING] =
	"INSERT INTO booking (reference, event_id, browser, email, state,"
	" source, quantity, total, currency, person_key, form_key,"
	" form_digest, created_at, expires_at, terms_at, confirmed_at)"
	" VALUES (?1, ?2, ?3, ?4, 'confirmed', 'api', ?5, 0, 'USD', ?4,"
	" ?6, ?7, ?8, ?8 + 600, ?8, ?8)",
    [ADD_ITEM] = "INSERT INTO booking_item (booking_id, tier_id, quantity,"
		 " price) VALUES (?1, ?2, ?3, 0)",
    [ADD_TICKET] = "INSERT INTO ticket (booking_id, event_id, tier_id, code,"
		   " holder_email, price, created_at)"
		   " VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6)",
    [ADD_MAIL] = "INSERT INTO outbox (message_id, kind, recipient,"
		 " booking_id, snapshot, due_at, created_at)"
		 " VALUES (?1, 'confirmed', ?2, ?3, ?5, ?4, ?4)",
    [ADD_LINE] = "INSERT INTO journal (event_id, tier_id, booking_id, kind,"
		 " email, quantity, created_at)"
		 " VALUES (?1, ?2, ?3, 'confirmed', ?4, ?5, ?6)",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
};

/* As long as the product's, of one ticket, and not made anew each time. */
static const char sale_snapshot[] =
    "{\"currency\": \"USD\", \"event\": {\"address\": \"\", \"doors_at\": "
    "1800000000, \"ends_at\": 1800014400, \"online_url\": \"\", \"slug\": "
    "\"bench-free\", \"starts_at\": 1800003600, \"timezone\": \"UTC\", "
    "\"title\": \"Free\", \"venue\": \"Hall 1\"}, \"lines\": [{\"price\": 0, "
    "\"quantity\": 1, \"seat\": \"\", \"tier\": \"Free\"}], \"name\": \"\", "
    "\"reference\": \"0123456789\", \"tickets\": [{\"code\": "
    "\"TKT-0123456789ABCDEF\", \"holder\": \"\", \"price\": 0, \"seat\": "
    "\"\", \"tier\": \"Free\"}], \"total\": 0}";

static sqlite3 *sale_db;
static sqlite3_stmt *sale_statements[STATEMENTS];

static bool sale_open(const char *path)
{
	if (sqlite3_open_v2(path, &sale_db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL))
		return false;
	sqlite3_busy_timeout(sale_db, 5000);
	sqlite3_exec(sale_db,
	    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON", NULL, NULL,
	    NULL);
	for (int i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(sale_db, sale_sql[i], -1,
			SQLITE_PREPARE_PERSISTENT, &sale_statements[i], NULL))
			return false;
	return true;
}

/* Random hexadecimal digits. */
static const char *sale_token(char *text, size_t digits)
{
	static const char hex[] = "0123456789ABCDEF";
	unsigned char bytes[64];

	if (getrandom(bytes, digits / 2, 0) < 0)
		abort();
	for (size_t i = 0; i < digits; i++)
		text[i] = hex[bytes[i / 2] >> (i % 2 ? 0 : 4) & 15];
	text[digits] = '\0';
	return text;
}

static void sale_bind(sqlite3_stmt *statement, int index, const char *text)
{
	sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

/* Run to the end; false unless that is SQLITE_DONE. */
static bool sale_step(enum statement_name name)
{
	int code = sqlite3_step(sale_statements[name]);

	sqlite3_reset(sale_statements[name]);
	return code == SQLITE_DONE;
}

static bool sale_find(
    const char *event, const char *tier, long long now, long long ids[2])
{
	sqlite3_stmt *statement = sale_statements[FIND_EVENT];
	bool found;

	sale_bind(statement, 1, event);
	sale_bind(statement, 2, tier);
	sqlite3_bind_int64(statement, 3, now);
	found = sqlite3_step(statement) == SQLITE_ROW;
	ids[0] = sqlite3_column_int64(statement, 0);
	ids[1] = sqlite3_column_int64(statement, 1);
	sqlite3_reset(statement);
	return found;
}

static bool sale_is_new(long long event, const char *email)
{
	sqlite3_stmt *statement = sale_statements[FIND_PERSON];

	sqlite3_bind_int64(statement, 1, event);
	sale_bind(statement, 2, email);
	return sale_step(FIND_PERSON);
}

static bool sale_take(long long tier, long long quantity)
{
	sqlite3_stmt *statement = sale_statements[TAKE_PLACES];

	sqlite3_bind_int64(statement, 1, tier);
	sqlite3_bind_int64(statement, 2, quantity);
	return sale_step(TAKE_PLACES) && sqlite3_changes(sale_db) == 1;
}

static bool sale_add_booking(long long event, const char *email,
    long long quantity, long long now, long long *id)
{
	sqlite3_stmt *statement = sale_statements[ADD_BOOKING];
	char reference[11], browser[27], form_key[27], digest[65];

	sale_bind(statement, 1, sale_token(reference, 10));
	sqlite3_bind_int64(statement, 2, event);
	sale_bind(statement, 3, sale_token(browser, 26));
	sale_bind(statement, 4, email);
	sqlite3_bind_int64(statement, 5, quantity);
	sale_bind(statement, 6, sale_token(form_key, 26));
	sale_bind(statement, 7, sale_token(digest, 64));
	sqlite3_bind_int64(statement, 8, now);
	if (!sale_step(ADD_BOOKING))
		return false;
	*id = sqlite3_last_insert_rowid(sale_db);
	return true;
}

static bool sale_add_item(long long booking, long long tier, long long quantity)
{
	sqlite3_stmt *statement = sale_statements[ADD_ITEM];

	sqlite3_bind_int64(statement, 1, booking);
	sqlite3_bind_int64(statement, 2, tier);
	sqlite3_bind_int64(statement, 3, quantity);
	return sale_step(ADD_ITEM);
}

static bool sale_add_ticket(
    long long booking, const long long ids[2], const char *email, long long now)
{
	sqlite3_stmt *statement = sale_statements[ADD_TICKET];
	char code[21] = "TKT-";

	sale_token(code + 4, 16);
	sqlite3_bind_int64(statement, 1, booking);
	sqlite3_bind_int64(statement, 2, ids[0]);
	sqlite3_bind_int64(statement, 3, ids[1]);
	sale_bind(statement, 4, code);
	sale_bind(statement, 5, email);
	sqlite3_bind_int64(statement, 6, now);
	return sale_step(ADD_TICKET);
}

static bool sale_add_mail(long long booking, const char *email, long long now)
{
	sqlite3_stmt *statement = sale_statements[ADD_MAIL];
	char id[27];

	sale_bind(statement, 1, sale_token(id, 26));
	sale_bind(statement, 2, email);
	sqlite3_bind_int64(statement, 3, booking);
	sqlite3_bind_int64(statement, 4, now);
	sale_bind(statement, 5, sale_snapshot);
	return sale_step(ADD_MAIL);
}

static bool sale_add_line(long long booking, const long long ids[2],
    const char *email, long long quantity, long long now)
{
	sqlite3_stmt *statement = sale_statements[ADD_LINE];

	sqlite3_bind_int64(statement, 1, ids[0]);
	sqlite3_bind_int64(statement, 2, ids[1]);
	sqlite3_bind_int64(statement, 3, booking);
	sale_bind(statement, 4, email);
	sqlite3_bind_int64(statement, 5, quantity);
	sqlite3_bind_int64(statement, 6, now);
	return sale_step(ADD_LINE);
}

static bool sale_write(
    const char *event, const char *tier, const char *email, long long quantity)
{
	long long now = time(NULL), booking, ids[2];

	if (!sale_find(event, tier, now, ids) || !sale_is_new(ids[0], email) ||
	    !sale_step(RAISE_VERSION) || !sale_take(ids[1], quantity) ||
	    !sale_add_booking(ids[0], email, quantity, now, &booking) ||
	    !sale_add_item(booking, ids[1], quantity))
		return false;
	for (long long i = 0; i < quantity; i++)
		if (!sale_add_ticket(booking, ids, email, now))
			return false;
	return sale_add_line(booking, ids, email, quantity, now) &&
	    sale_add_mail(booking, email, now);
}

/* The whole sale, durable when it returns true. */
static bool sale_make(
    const char *event, const char *tier, const char *email, long long quantity)
{
	if (!sale_step(BEGIN))
		return false;
	if (sale_write(event, tier, email, quantity) && sale_step(COMMIT))
		return true;
	sale_step(ROLLBACK);
	return false;
}

#endif
