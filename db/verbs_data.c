#include "verbs.h"

#include "account/card.h"
#include "account/two_factor.h"
#include "base/keys.h"
#include "base/text.h"
#include "demo.h"
#include "schema.h"
#include "store/card_store.h"
#include "store/db.h"
#include "store/proof_store.h"
#include "store/user_store.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

struct error *verb_migrate(struct call *call)
{
	size_t count;
	const struct db_schema *files = schema_files(&count);
	int version;

	TRY(db_migrate(call->shop.db, files, count, &version));
	printf("schema %d\n", version);
	return users_make_first_admin(&call->shop);
}

struct error *verb_init(struct call *call)
{
	char path[PATH_MAX];

	if (!call->data)
		call->data = getenv("CAMPUSPASS_DATA");
	if (text_is_empty(call->data))
		return fail(CONFIGURATION_ERROR,
		    "Name the directory to create: campuspass --data DIR init");
	TRY(call_become_owner(call, call->data));
	TRY(config_create(call->shop.arena, call->data));
	if (!realpath(call->data, path))
		return fail(CONFIGURATION_ERROR, "%s is gone", call->data);
	setenv("CAMPUSPASS_DATA", path, true);
	TRY(call_open(call, NEEDS_ANY_DB));
	TRY(verb_migrate(call));
	printf("%s is ready\n", path);
	return NULL;
}

/* A fresh database with the demo events, in the place of all there is. */
static struct error *start_again(struct call *call)
{
	struct shop fresh = call->shop;
	size_t count;
	const struct db_schema *files = schema_files(&count);
	struct error *error;
	int version;

	TRY(db_open_copy(fresh.arena, &call->config, NULL, &fresh.db));
	error = db_migrate(fresh.db, files, count, &version);
	if (!error)
		error = demo_load(&fresh);
	if (!error)
		error = db_restore(call->shop.db, fresh.db);
	db_drop_copy(fresh.arena, &call->config, fresh.db);
	return error;
}

struct error *verb_demo(struct call *call)
{
	bool is_sure = call_takes_option(call, "--yes");
	bool is_again = call_takes_option(call, "--again");

	TRY(call_expects(call, 0, 0));
	if (!is_again) {
		TRY(demo_load(&call->shop));
		printf("demo events loaded\n");
		return NULL;
	}
	TRY(demo_refuse_real(&call->shop));
	if (!is_sure)
		TRY(call_confirm("All events, bookings and accounts go."));
	TRY(start_again(call));
	printf("demo events loaded anew\n");
	return users_make_first_admin(&call->shop);
}

/*
 * Anew with the newest key, of this version: cards, then second factors. With
 * that the rotation is at its end; what does not open stays for good.
 */
static struct error *reseal(struct call *call, int64_t version)
{
	struct resealing cards, factors;

	TRY(card_reseal_all(&call->shop, &cards));
	TRY(two_factor_reseal_all(&call->shop, &factors));
	TRY(TRANSACTION(
	    call->shop.db, card_store_set_sealed(call->shop.db, version)));
	printf("%lld cards and %lld second factors are sealed anew\n",
	    (long long)cards.count, (long long)factors.count);
	if (cards.broken + factors.broken)
		return fail(STORAGE_ERROR,
		    "%lld sealed texts do not open and stay as they are; the "
		    "log names them",
		    (long long)(cards.broken + factors.broken));
	return NULL;
}

struct error *verb_rotate_keys(struct call *call)
{
	int64_t sealed, version;

	TRY(card_store_sealed(call->shop.db, call->shop.arena, &sealed));
	TRY(keys_rotate(call->shop.arena, call->config.data, sealed, &version));
	TRY(keys_read(call->shop.arena, &call->config));
	printf("the key card has version %lld now\n", (long long)version);
	return reseal(call, version);
}

struct error *data_findings(
    struct db *db, struct arena *arena, const char **findings)
{
	const char *damage, *stock, *people;

	TRY(db_integrity(db, arena, &damage));
	TRY(proof_store_check(db, arena, &stock));
	TRY(user_store_check(db, arena, &people));
	*findings = arena_format(arena, "%s%s%s", damage, stock, people);
	return NULL;
}

struct error *verb_check(struct call *call)
{
	const char *findings;

	TRY(data_findings(call->shop.db, call->shop.arena, &findings));
	fputs(findings, stdout);
	if (*findings)
		return fail(STORAGE_ERROR, "The database is not sound");
	printf("the database is sound\n");
	return NULL;
}
