/*
 * account: people's own accounts. Registering, logging in and out, mailed
 * links, details, password, sessions, data (R1 to R5, R7).
 */
#include "account.h"

#include "programs.h"

static const struct route routes[] = {
    {METHOD_GET, "/account/register", my_show_register, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/account/register", my_register, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/account/login", my_show_login, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_POST, "/account/login", my_log_in, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/account/login/code", my_show_code, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/account/login/code", my_take_code, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/account/logout", my_log_out, ACCESS_ANYONE, OWNER_VIEWER},

    {METHOD_GET, "/account/verify/{token}", my_take_verify_link, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/account/verify/{token}", my_verify, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/account/verify", my_show_verify, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/account/verify", my_verify, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_POST, "/account/send-verification", my_send_verification,
	ACCESS_USER, OWNER_VIEWER},

    {METHOD_GET, "/account/forgot", my_show_forgot, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/account/forgot", my_forgot, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/account/reset/{token}", my_take_reset_link, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/account/reset/{token}", my_reset, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/account/reset", my_show_reset, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_POST, "/account/reset", my_reset, ACCESS_ANYONE, OWNER_NOTHING},

    {METHOD_GET, "/account", my_show_account, ACCESS_USER, OWNER_VIEWER},
    {METHOD_POST, "/account", my_change_account, ACCESS_USER, OWNER_VIEWER},
    {METHOD_GET, "/account/password", my_show_password, ACCESS_USER,
	OWNER_VIEWER},
    {METHOD_POST, "/account/password", my_change_password, ACCESS_USER,
	OWNER_VIEWER},
    {METHOD_GET, "/account/sessions", my_show_sessions, ACCESS_USER,
	OWNER_VIEWER},
    {METHOD_POST, "/account/sessions", my_end_session, ACCESS_USER,
	OWNER_VIEWER},
    {METHOD_GET, "/account/cards", my_show_cards, ACCESS_USER, OWNER_VIEWER},
    {METHOD_POST, "/account/cards", my_add_card, ACCESS_USER, OWNER_VIEWER},
    {METHOD_POST, "/account/cards/{id}/default", my_default_card, ACCESS_USER,
	OWNER_VIEWER},
    {METHOD_POST, "/account/cards/{id}/delete", my_remove_card, ACCESS_USER,
	OWNER_VIEWER},
    {METHOD_GET, "/account/two-factor", my_show_two_factor, ACCESS_USER,
	OWNER_VIEWER},
    {METHOD_POST, "/account/two-factor", my_confirm_two_factor, ACCESS_USER,
	OWNER_VIEWER},
    {METHOD_POST, "/account/two-factor/begin", my_begin_two_factor, ACCESS_USER,
	OWNER_VIEWER},
    {METHOD_POST, "/account/two-factor/codes", my_renew_codes, ACCESS_USER,
	OWNER_VIEWER},
    {METHOD_POST, "/account/two-factor/off", my_end_two_factor, ACCESS_USER,
	OWNER_VIEWER},
    {METHOD_GET, "/account/data", my_show_data, ACCESS_USER, OWNER_VIEWER},
    {METHOD_GET, "/account/data.json", my_download_data, ACCESS_USER,
	OWNER_VIEWER},
    {METHOD_GET, "/account/delete", my_show_delete, ACCESS_USER, OWNER_VIEWER},
    {METHOD_POST, "/account/delete", my_delete, ACCESS_USER, OWNER_VIEWER},

    /* The link's signature is the permission: mail programs post it. */
    {METHOD_GET, "/account/unsubscribe/{token}", my_show_unsubscribe,
	ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_POST, "/account/unsubscribe/{token}", my_unsubscribe, ACCESS_ANYONE,
	OWNER_NOTHING, CSRF_NONE, BODY_ANY},

    {METHOD_GET, "/account/done/{what}", my_show_done, ACCESS_ANYONE,
	OWNER_NOTHING},
};

const struct program account_program = {
    .name = "account",
    .face = &page_face,
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .calls_gateways = true,
};
