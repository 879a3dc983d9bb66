#include "schema.h"

/*
 * The file's text as a string of the program: symbol names follow the file
 * number. Paths are relative to the top of the tree, where make runs.
 */
#define SCHEMA_FILE(number, path)                                              \
	__asm__(".section .rodata\n"                                           \
		".global schema_" #number "\n"                                 \
		"schema_" #number ":\n"                                        \
		".incbin \"" path "\"\n"                                       \
		".byte 0\n"                                                    \
		".previous\n");                                                \
	extern const char schema_##number[]

SCHEMA_FILE(1, "db/schema/001-first.sql");

static const struct db_schema files[] = {
    {.version = 1, .sql = schema_1},
};

const struct db_schema *schema_files(size_t *count)
{
	*count = COUNT_OF(files);
	return files;
}
