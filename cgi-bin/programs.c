#include "programs.h"

#include "setup.h"

static const struct server_part parts[] = {
    {"", &list_program},
    {"book", &book_program},
    {"summary", &book_program},
    {"checkout", &checkout_program},
    {"tickets", &tickets_program},
    {"account", &account_program},
    {"admin", &admin_program},
    {"door", &door_program},
    {"api", &api_program},
    {"auth", &api_program},
    {"event", &api_program},
    {"queue", &api_program},
    {"availability", &api_program},
    {"summary_data", &api_program},
    {"setup", &setup_program},
};

const struct server_parts site_parts = {
    .items = parts, .count = COUNT_OF(parts), .setup = &setup_program};
