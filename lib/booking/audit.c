#include "booking/audit.h"

#include "store/audit_store.h"

static const char *write(const struct shop *shop, const json_t *values)
{
	struct out out = {.arena = shop->arena};

	if (!values)
		return "{}";
	if (!json_write(&out, values))
		die("a line of the audit log cannot be written");
	return out_string(&out);
}

struct error *audit_in(const struct shop *shop, const struct viewer *viewer,
    const struct audit *audit, int64_t now)
{
	const struct audit_line line = {
	    .action = audit->action,
	    .event_id = audit->event_id,
	    .subject = audit->subject,
	    .before = write(shop, audit->before),
	    .after = write(shop, audit->after),
	    .reason = audit->reason ? audit->reason : "",
	};

	return audit_store_add(shop->db, viewer->user_id, &line, now);
}

struct error *audit_value_in(const struct shop *shop,
    const struct viewer *viewer, const struct audit *audit, const char *name,
    const char *before, const char *after, int64_t now)
{
	struct audit full = *audit;

	json_use(shop->arena);
	full.before = json_pack("{ss}", name, before);
	full.after = json_pack("{ss}", name, after);
	return audit_in(shop, viewer, &full, now);
}
