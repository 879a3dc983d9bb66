#include "store/audit_store.h"

#include "base/text.h"

struct error *audit_store_add(
    struct db *db, int64_t user_id, const struct audit_line *line, int64_t now)
{
	return db_run(db, NULL,
	    "INSERT INTO audit (user_id, action, event_id, subject, before,"
	    " after, reason, created_at)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	    PARAMS(integer_or_null(user_id), text(line->action),
		integer_or_null(line->event_id), text(line->subject),
		text(line->before), text(line->after), text(line->reason),
		integer(now)));
}

struct error *audit_store_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, const struct audit_filter *filter,
    struct audit_list *list)
{
	struct audit_line *lines;
	struct db_rows rows;

	_Static_assert(ROLE_ADMIN == 4, "the statement names the role");
	TRY(db_query(db, arena, &rows,
	    "SELECT a.id, u.username, a.action, a.event_id, e.title,"
	    " a.subject, a.before, a.after, a.reason, a.created_at"
	    " FROM audit a"
	    " LEFT JOIN user u ON u.id = a.user_id"
	    " LEFT JOIN event e ON e.id = a.event_id"
	    " WHERE ($4 = 0 OR a.id < $4)"
	    " AND ($1 >= 4 OR e.owner_id = $2)"
	    " AND substr(a.action, 1, length($3)) = $3"
	    " AND ($6 = '' OR instr(u.username_key, $6) > 0)"
	    " AND ($7 = '' OR instr(lower(a.subject), $7) > 0 OR e.slug = $7)"
	    " AND a.created_at >= $8 AND a.created_at < $9"
	    " ORDER BY a.id DESC LIMIT $5"
	    " /* scan: from the newest, until the page is full */",
	    PARAMS(integer(viewer->role), integer(viewer->user_id),
		text(filter->action), integer(filter->before_id),
		integer(filter->limit), text(text_fold(arena, filter->person)),
		text(text_lower(arena, filter->thing)), integer(filter->from),
		integer(filter->before ? filter->before : INT64_MAX))));
	lines = arena_array(arena, rows.count, sizeof(*lines));
	for (size_t i = 0; i < rows.count; i++) {
		struct db_row row = db_row_at(&rows, i);

		lines[i] = (struct audit_line){
		    .id = row_integer(row, 0),
		    .username = row_text(row, 1),
		    .action = row_text(row, 2),
		    .event_id = row_integer(row, 3),
		    .event = row_text(row, 4),
		    .subject = row_text(row, 5),
		    .before = row_text(row, 6),
		    .after = row_text(row, 7),
		    .reason = row_text(row, 8),
		    .created_at = row_integer(row, 9),
		};
	}
	*list = (struct audit_list){.items = lines, .count = rows.count};
	return NULL;
}
