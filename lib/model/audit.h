/*
 * The noun of the audit log: a line of it. A plain value.
 */
#ifndef MODEL_AUDIT_H
#define MODEL_AUDIT_H

#include <stddef.h>
#include <stdint.h>

/* What somebody of the staff did. */
struct audit_line {
	int64_t id;
	const char *username; /* who; "" the operator's command */
	const char *action;   /* "event.publish": subject and verb */
	int64_t event_id;     /* 0: of no event */
	const char *event;    /* its title; "" none */
	const char *subject;  /* "booking 7GQ2K9MXTA" */
	const char *before;   /* JSON: the values that changed */
	const char *after;    /* JSON */
	const char *reason;   /* why, as they put it; "" none */
	int64_t created_at;
};

struct audit_list {
	const struct audit_line *items;
	size_t count;
};

#endif
