#include "store/card_store.h"

/* The columns that read_card() reads, in its order. */
#define CARD_COLUMNS                                                            \
	"id, user_id, gateway, brand, last_four, expires, holder, address_box," \
	" token_box, is_default, created_at"

static struct stored_card read_card(struct db_row row)
{
	return (struct stored_card){
	    .card =
		{
		    .id = row_integer(row, 0),
		    .gateway = row_text(row, 2),
		    .brand = row_text(row, 3),
		    .last_four = row_text(row, 4),
		    .expires = row_text(row, 5),
		    .holder = row_text(row, 6),
		    .address = "",
		    .token = "",
		    .is_default = row_integer(row, 9) != 0,
		    .created_at = row_integer(row, 10),
		},
	    .user_id = row_integer(row, 1),
	    .address_box = row_text(row, 7),
	    .token_box = row_text(row, 8),
	};
}

static void take_list(struct arena *arena, const struct db_rows *rows,
    struct stored_card_list *list)
{
	struct stored_card *cards =
	    arena_array(arena, rows->count, sizeof(*cards));

	for (size_t i = 0; i < rows->count; i++)
		cards[i] = read_card(db_row_at(rows, i));
	*list = (struct stored_card_list){.items = cards, .count = rows->count};
}

static struct error *not_found(void)
{
	return fail(NOT_FOUND_ERROR, "Card not found");
}

/* ---- reading ---- */

struct error *card_store_list(struct db *db, struct arena *arena,
    int64_t user_id, struct stored_card_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " CARD_COLUMNS " FROM saved_card WHERE user_id = $1"
	    " ORDER BY is_default DESC, id DESC",
	    PARAMS(integer(user_id))));
	take_list(arena, &rows, list);
	return NULL;
}

struct error *card_store_find(struct db *db, struct arena *arena,
    int64_t user_id, int64_t id, struct stored_card *card)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " CARD_COLUMNS " FROM saved_card"
	    " WHERE id = $2 AND user_id = $1",
	    PARAMS(integer(user_id), integer(id))));
	if (rows.count == 0)
		return not_found();
	*card = read_card(db_row_at(&rows, 0));
	return NULL;
}

struct error *card_store_after(struct db *db, struct arena *arena,
    int64_t after, struct stored_card_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " CARD_COLUMNS " FROM saved_card WHERE id > $1"
	    " ORDER BY id LIMIT 100",
	    PARAMS(integer(after))));
	take_list(arena, &rows, list);
	return NULL;
}

/* ---- writing ---- */

/* The same card from before; 0: there is none. */
static struct error *find_same(struct db *db, struct arena *arena,
    const struct stored_card *stored, int64_t *id)
{
	const struct saved_card *card = &stored->card;
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id FROM saved_card WHERE user_id = $1 AND gateway = $2"
	    " AND brand = $3 AND last_four = $4 AND expires = $5"
	    " AND holder = $6",
	    PARAMS(integer(stored->user_id), text(card->gateway),
		text(card->brand), text(card->last_four), text(card->expires),
		text(card->holder))));
	*id = rows.count ? row_integer(db_row_at(&rows, 0), 0) : 0;
	return NULL;
}

/* Somebody with cards and no default gets the newest as default. */
static struct error *need_default(struct db *db, int64_t user_id)
{
	return db_run(db, NULL,
	    "UPDATE saved_card SET is_default = 1 WHERE id ="
	    " (SELECT max(id) FROM saved_card WHERE user_id = $1)"
	    " AND NOT EXISTS (SELECT 1 FROM saved_card"
	    "   WHERE user_id = $1 AND is_default = 1)",
	    PARAMS(integer(user_id)));
}

struct error *card_store_save(struct db *db, struct arena *arena,
    const struct stored_card *stored, int64_t *id)
{
	const struct saved_card *card = &stored->card;
	struct db_rows rows;

	TRY(find_same(db, arena, stored, id));
	if (*id)
		return card_store_reseal(
		    db, *id, stored->address_box, stored->token_box);
	TRY(db_query(db, arena, &rows,
	    "INSERT INTO saved_card (user_id, gateway, brand, last_four,"
	    " expires, holder, address_box, token_box, created_at)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
	    PARAMS(integer(stored->user_id), text(card->gateway),
		text(card->brand), text(card->last_four), text(card->expires),
		text(card->holder), text(stored->address_box),
		text(stored->token_box), integer(card->created_at))));
	*id = row_integer(db_row_at(&rows, 0), 0);
	return need_default(db, stored->user_id);
}

struct error *card_store_set_default(struct db *db, int64_t user_id, int64_t id)
{
	int64_t changed;

	/* Off before on: only one may be the default at any moment. */
	TRY(db_run(db, NULL,
	    "UPDATE saved_card SET is_default = 0"
	    " WHERE user_id = $1 AND is_default = 1",
	    PARAMS(integer(user_id))));
	TRY(db_run(db, &changed,
	    "UPDATE saved_card SET is_default = 1"
	    " WHERE id = $2 AND user_id = $1",
	    PARAMS(integer(user_id), integer(id))));
	return changed ? NULL : not_found();
}

struct error *card_store_remove(struct db *db, int64_t user_id, int64_t id)
{
	int64_t changed;

	TRY(db_run(db, &changed,
	    "DELETE FROM saved_card WHERE id = $2 AND user_id = $1",
	    PARAMS(integer(user_id), integer(id))));
	return changed ? need_default(db, user_id) : not_found();
}

struct error *card_store_reseal(
    struct db *db, int64_t id, const char *address_box, const char *token_box)
{
	return db_run(db, NULL,
	    "UPDATE saved_card SET address_box = $2, token_box = $3"
	    " WHERE id = $1",
	    PARAMS(integer(id), text(address_box), text(token_box)));
}

struct error *card_store_sealed(
    struct db *db, struct arena *arena, int64_t *version)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT version FROM sealing WHERE id = 1", NO_PARAMS));
	*version = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *card_store_set_sealed(struct db *db, int64_t version)
{
	return db_run(db, NULL, "UPDATE sealing SET version = $1 WHERE id = 1",
	    PARAMS(integer(version)));
}
