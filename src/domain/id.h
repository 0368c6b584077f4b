/*
 * id: accounts and sessions are numbered by the store; clients and tokens carry the number as text.
 */
#ifndef DOMAIN_ID_H
#define DOMAIN_ID_H

#include "base/slice.h"

/*
 * Reads an id: 1 to INT64_MAX in decimal, in its one spelling (no sign, no leading zero, no
 * spaces). False for anything else.
 */
MUST_CHECK bool id_parse(struct slice text, int64_t *ret_id);

#endif
