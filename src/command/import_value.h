/*
 * import_value: reading what another service's database holds: numbers, dates, truth, invite codes.
 * Values are text as import_source.h gives it, from strangers: anything may stand there.
 */
#ifndef COMMAND_IMPORT_VALUE_H
#define COMMAND_IMPORT_VALUE_H

#include "base/slice.h"
#include "domain/invite.h"

/*
 * A date or a date and time in ISO 8601, as SQLite, PostgreSQL and Django write them:
 * `2024-04-12`, `2024-04-12 08:05`, `2024-04-12T08:05:25.123456Z`, `2024-04-12 11:05:25+03:00`.
 * Without an offset it is UTC. False for anything else, and for years before 1970 or after 9999.
 */
MUST_CHECK bool import_read_date(struct slice text, int64_t *ret_us);

/* `1`, `t`, `true`, in any case; anything else, and nothing at all, is false. */
bool import_read_truth(struct slice text);

/*
 * An invite code as a number that is not 0, spaces at its ends aside; 0 for an absent or empty one.
 * Six ASCII letters or digits, and nothing else, are a number under IMPORT_CODE_LIMIT, from which
 * the code can be told again. Of any other text it is a hash.
 */
#define IMPORT_CODE_LIMIT (UINT64_C(1) << 48)
uint64_t import_code_key(struct slice text);

/* The code of a key under IMPORT_CODE_LIMIT. */
void import_code_text(uint64_t key, char out[INVITE_TEXT_SIZE]);

/* The digits of an E.164 number as a number. */
uint64_t import_phone_key(const char *e164);

#endif
