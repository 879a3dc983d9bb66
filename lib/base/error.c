#include "base/error.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TEXT_SIZE = 4096, /* of a message or a value; longer ones are cut */
	POOL_LIMIT = 64 * 1024, /* beyond it errors lose their details */
};

/* What is known of a kind. */
struct kind_row {
	const char *name;       /* as clients see it */
	enum error_kind parent; /* the kind above */
};

static const struct kind_row error_kinds[ERROR_KIND_COUNT] = {
    [TICKETING_ERROR] = {"TicketingError", TICKETING_ERROR},
    [VALIDATION_ERROR] = {"ValidationError", TICKETING_ERROR},
    [INVALID_BOOKING_ERROR] = {"InvalidBookingError", VALIDATION_ERROR},
    [AVAILABILITY_ERROR] = {"AvailabilityError", TICKETING_ERROR},
    [SOLD_OUT_ERROR] = {"SoldOutError", AVAILABILITY_ERROR},
    [DUPLICATE_BOOKING_ERROR] = {"DuplicateBookingError", AVAILABILITY_ERROR},
    [SEAT_TAKEN_ERROR] = {"SeatTakenError", AVAILABILITY_ERROR},
    [BOOKING_CLOSED_ERROR] = {"BookingClosedError", AVAILABILITY_ERROR},
    [HOLD_EXPIRED_ERROR] = {"HoldExpiredError", AVAILABILITY_ERROR},
    [UNFINISHED_BOOKING_ERROR] = {"UnfinishedBookingError", AVAILABILITY_ERROR},
    [STATE_ERROR] = {"StateError", TICKETING_ERROR},
    [PAYMENT_ERROR] = {"PaymentError", TICKETING_ERROR},
    [PAYMENT_DECLINED_ERROR] = {"PaymentDeclinedError", PAYMENT_ERROR},
    [PAYMENT_PENDING_ERROR] = {"PaymentPendingError", PAYMENT_ERROR},
    [PAYMENT_OUTAGE_ERROR] = {"PaymentOutageError", PAYMENT_ERROR},
    [ACCESS_ERROR] = {"AccessError", TICKETING_ERROR},
    [LOGIN_ERROR] = {"LoginError", ACCESS_ERROR},
    [NOT_FOUND_ERROR] = {"NotFoundError", TICKETING_ERROR},
    [RATE_LIMIT_ERROR] = {"RateLimitError", TICKETING_ERROR},
    [REQUEST_ERROR] = {"RequestError", TICKETING_ERROR},
    [METHOD_ERROR] = {"MethodError", REQUEST_ERROR},
    [LENGTH_ERROR] = {"LengthError", REQUEST_ERROR},
    [TOO_LARGE_ERROR] = {"TooLargeError", REQUEST_ERROR},
    [MEDIA_TYPE_ERROR] = {"MediaTypeError", REQUEST_ERROR},
    [STORAGE_ERROR] = {"StorageError", TICKETING_ERROR},
    [BUSY_ERROR] = {"BusyError", STORAGE_ERROR},
    [CONFLICT_ERROR] = {"ConflictError", STORAGE_ERROR},
    [CONFIGURATION_ERROR] = {"ConfigurationError", TICKETING_ERROR},
    [KEY_ERROR] = {"KeyError", TICKETING_ERROR},
    [VALUE_ERROR] = {"ValueError", TICKETING_ERROR},
    [TYPE_ERROR] = {"TypeError", TICKETING_ERROR},
    [OVERFLOW_ERROR] = {"OverflowError", TICKETING_ERROR},
    [CONNECTION_ERROR] = {"ConnectionError", TICKETING_ERROR},
};

static struct arena pool;

/* One a kind, for when the pool is full; without causes, so never a ring. */
static struct error spare_errors[ERROR_KIND_COUNT];

struct error_field error_text(
    const char *name, const char *label, const char *value)
{
	return (struct error_field){
	    .name = name,
	    .label = label,
	    .value = value,
	};
}

struct error_field error_number(
    const char *name, const char *label, int64_t number)
{
	return (struct error_field){
	    .name = name,
	    .label = label,
	    .number = number,
	    .is_number = true,
	};
}

/* A copy in the pool, cut between characters when it is too long. */
static const char *pool_text(const char *text)
{
	size_t length = text ? strnlen(text, TEXT_SIZE) : 0;

	if (length < TEXT_SIZE)
		return arena_copy_bytes(&pool, text, length);
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return arena_copy_bytes(&pool, text, length);
}

static struct error_field pool_field(const struct error_field *field)
{
	struct error_field copy = *field;

	copy.name = pool_text(field->name);
	copy.label = pool_text(field->label);
	if (field->is_number)
		copy.value = arena_format(&pool, "%" PRId64, field->number);
	else
		copy.value = pool_text(field->value);
	return copy;
}

static const struct error_field *pool_fields(struct error_fields fields)
{
	struct error_field *copy =
	    arena_array(&pool, fields.count, sizeof(*copy));

	for (size_t i = 0; i < fields.count; i++)
		copy[i] = pool_field(&fields.items[i]);
	return copy;
}

static struct error *spare_error(
    const char *file, int line, enum error_kind kind)
{
	spare_errors[kind] = (struct error){
	    .kind = kind,
	    .message = "Too many errors at once.",
	    .file = file,
	    .line = line,
	};
	return &spare_errors[kind];
}

struct error *error_raise(const char *file, int line, enum error_kind kind,
    const struct error *cause, struct error_fields fields, const char *format,
    ...)
{
	/* A byte more than is kept shows pool_text() where to cut. */
	char message[TEXT_SIZE + 2];
	struct error *error;
	va_list list;

	if (pool.used > POOL_LIMIT)
		return spare_error(file, line, kind);
	va_start(list, format);
	vsnprintf(message, sizeof(message), format, list);
	va_end(list);
	error = ARENA_NEW(&pool, struct error);
	*error = (struct error){
	    .kind = kind,
	    .message = pool_text(message),
	    .fields = pool_fields(fields),
	    .field_count = fields.count,
	    .cause = cause,
	    .file = file,
	    .line = line,
	};
	return error;
}

void error_reset(void)
{
	arena_reset(&pool);
}

bool error_is(const struct error *error, enum error_kind kind)
{
	enum error_kind at;

	if (!error)
		return false;
	for (at = error->kind; at != kind; at = error_kinds[at].parent)
		if (at == TICKETING_ERROR)
			return false;
	return true;
}

const char *error_kind_name(enum error_kind kind)
{
	return error_kinds[kind].name;
}

enum error_kind error_kind_parent(enum error_kind kind)
{
	return error_kinds[kind].parent;
}

const char *error_field_value(const struct error *error, const char *name)
{
	for (size_t i = 0; i < error->field_count; i++)
		if (text_equal(error->fields[i].name, name))
			return error->fields[i].value;
	return NULL;
}

void die_at(const char *file, int line, const char *format, ...)
{
	char reason[TEXT_SIZE];
	va_list list;

	va_start(list, format);
	vsnprintf(reason, sizeof(reason), format, list);
	va_end(list);
	log_write(LOG_LEVEL_ERROR, "%s:%d: %s", file, line, reason);
	abort();
}
