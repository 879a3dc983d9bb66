/*
 * Schema: the files of db/schema, carried in the operator's command.
 */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

#include "store/db.h"

/* All of them, in order; *count is how many. */
const struct db_schema *schema_files(size_t *count);

#endif
