#include "account/bearer.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "document/json.h"
#include "store/refresh_store.h"
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

/* base64url of {"alg":"HS256","typ":"JWT"} */
#define HEADER "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"

enum {
	ACCESS_LONGEST = 2048,
};

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

/* What an access token says. */
struct claims {
	int64_t user_id;    /* sub */
	const char *family; /* sid: of the sign-in */
	const char *id;     /* jti */
	int64_t made_at;    /* iat */
	int64_t ends_at;    /* exp */
};

/* ---- the JWT ---- */

static const char *encode(
    struct arena *arena, const unsigned char *bytes, size_t length)
{
	size_t size = sodium_base64_encoded_len(length, BASE64);
	char *text = arena_alloc(arena, size);

	return sodium_bin2base64(text, size, bytes, length, BASE64);
}

/* The signature of "header.payload", as text. */
static const char *sign(
    const struct shop *shop, const char *signed_text, size_t length)
{
	unsigned char key[crypto_auth_hmacsha256_KEYBYTES];
	unsigned char mac[crypto_auth_hmacsha256_BYTES];

	token_derive(shop->config->cookie_key, "access token", key);
	crypto_auth_hmacsha256(
	    mac, (const unsigned char *)signed_text, length, key);
	sodium_memzero(key, sizeof(key));
	return encode(shop->arena, mac, sizeof(mac));
}

/* Tokens of another site with the same key, or of none, are not ours. */
static const char *issuer(const struct shop *shop)
{
	return *shop->config->base_url ? shop->config->base_url : "campuspass";
}

static const char *write_access(
    const struct shop *shop, const struct claims *claims)
{
	struct arena *arena = shop->arena;
	struct out payload = {.arena = arena};
	const json_t *tree;
	const char *text;

	json_use(arena);
	tree = json_pack("{s:s, s:o, s:s, s:s, s:I, s:I}", "iss", issuer(shop),
	    "sub", json_sprintf("%" PRId64, claims->user_id), "sid",
	    claims->family, "jti", claims->id, "iat",
	    (json_int_t)claims->made_at, "exp", (json_int_t)claims->ends_at);
	if (!json_write(&payload, tree))
		die("an access token cannot be written");
	text = arena_format(arena, HEADER ".%s",
	    encode(arena, (unsigned char *)payload.data, payload.length));
	return arena_format(
	    arena, "%s.%s", text, sign(shop, text, strlen(text)));
}

static struct error *refuse(void)
{
	return fail(LOGIN_ERROR, "Could not validate credentials");
}

/* The claims of a payload whose signature is right. */
static bool read_claims(const struct shop *shop, const char *payload,
    size_t length, struct claims *claims)
{
	const char *issued_by, *subject, *family, *id;
	json_int_t made_at, ends_at;
	json_t *tree =
	    json_loadb(payload, length, JSON_REJECT_DUPLICATES, NULL);
	bool is_right = tree &&
	    json_unpack(tree, "{s:s, s:s, s:s, s:s, s:I, s:I}", "iss",
		&issued_by, "sub", &subject, "sid", &family, "jti", &id, "iat",
		&made_at, "exp", &ends_at) == 0 &&
	    text_equal(issued_by, issuer(shop)) &&
	    text_number(subject, &claims->user_id) == NUMBER_OK;

	if (is_right) {
		claims->family = arena_copy(shop->arena, family);
		claims->id = arena_copy(shop->arena, id);
		claims->made_at = made_at;
		claims->ends_at = ends_at;
	}
	json_decref(tree);
	return is_right;
}

/* Header, signature, shape and times, in this order. */
static struct error *read_access(
    const struct shop *shop, const char *access, struct claims *claims)
{
	const char *dot = strrchr(access, '.');
	const char *body = access + strlen(HEADER) + 1;
	char *payload;
	size_t size, length = 0;

	if (strlen(access) > ACCESS_LONGEST ||
	    !text_starts_with(access, HEADER ".") || dot < body ||
	    !token_equal(dot + 1, sign(shop, access, (size_t)(dot - access))))
		return refuse();
	size = (size_t)(dot - body);
	payload = arena_alloc(shop->arena, size + 1);
	if (sodium_base642bin((unsigned char *)payload, size, body, size, NULL,
		&length, NULL, BASE64) != 0 ||
	    !read_claims(shop, payload, length, claims))
		return refuse();
	if (clock_now() >= claims->ends_at)
		return fail(LOGIN_ERROR, "The access token has expired");
	return NULL;
}

struct error *bearer_find(
    const struct shop *shop, const char *access, struct viewer *viewer)
{
	struct claims claims = {.user_id = 0};
	enum role role;

	TRY(read_access(shop, access, &claims));
	TRY(refresh_store_role(shop->db, shop->arena, claims.user_id,
	    claims.family, clock_now(), &role));
	if (role == ROLE_VISITOR)
		return refuse();
	viewer->role = role;
	viewer->user_id = claims.user_id;
	return NULL;
}

/* ---- the pair ---- */

/* A fresh pair of a family, whose refresh token has to be added. */
static struct bearer_tokens make_pair(const struct shop *shop,
    const struct refresh_token *family, int64_t now, struct refresh_token *next)
{
	struct arena *arena = shop->arena;
	const struct claims claims = {
	    .user_id = family->user_id,
	    .family = family->family,
	    .id = token_id(arena),
	    .made_at = now,
	    .ends_at = now + BEARER_MINUTES * MINUTE,
	};
	const char *secret = token_id(arena);

	*next = *family;
	next->hash = token_hash(arena, secret);
	return (struct bearer_tokens){
	    .access = write_access(shop, &claims),
	    .refresh = secret,
	};
}

struct error *bearer_begin(const struct shop *shop, const struct user *user,
    struct bearer_tokens *tokens)
{
	int64_t now = clock_now();
	const struct refresh_token family = {
	    .family = token_id(shop->arena),
	    .user_id = user->id,
	    .ends_at = now + BEARER_DAYS * DAY,
	};
	struct refresh_token first;

	*tokens = make_pair(shop, &family, now, &first);
	return TRANSACTION(shop->db, refresh_store_add(shop->db, &first, now));
}

/*
 * *is_good false: sign in again. That is no error here, for what a token that
 * comes twice changes has to be committed.
 */
static struct error *rotate_in(const struct shop *shop, const char *hash,
    int64_t now, struct bearer_tokens *tokens, bool *is_good)
{
	struct refresh_token token, next;
	enum role role;

	*is_good = false;
	TRY(refresh_store_find(shop->db, shop->arena, hash, &token));
	if (token.user_id == 0)
		return NULL;
	TRY(refresh_store_role(
	    shop->db, shop->arena, token.user_id, token.family, now, &role));
	TRY(refresh_store_use(shop->db, hash, now, is_good));
	*is_good = *is_good && role != ROLE_VISITOR;
	if (!*is_good)
		return refresh_store_revoke(shop->db, token.family, now);
	*tokens = make_pair(shop, &token, now, &next);
	return refresh_store_add(shop->db, &next, now);
}

struct error *bearer_refresh(
    const struct shop *shop, const char *refresh, struct bearer_tokens *tokens)
{
	const char *hash = token_hash(shop->arena, refresh);
	struct refresh_token token;
	bool is_good = false;

	/* Strangers' guesses do not wait in the writers' turn. */
	TRY(refresh_store_find(shop->db, shop->arena, hash, &token));
	if (token.user_id)
		TRY(TRANSACTION(shop->db,
		    rotate_in(shop, hash, clock_now(), tokens, &is_good)));
	if (!is_good)
		return fail(LOGIN_ERROR,
		    "The refresh token is not valid any more. Sign in again");
	return NULL;
}
