/*
 * import_load: the second reading of the source: rows become accounts, and are written.
 */
#ifndef COMMAND_IMPORT_LOAD_H
#define COMMAND_IMPORT_LOAD_H

#include "command/import_plan.h"

/*
 * Adds the planned accounts that are not in the store to it, many in a transaction; NULL: to
 * nothing. What does not go over as it is goes into the report. An activation is at the latest now,
 * an account as well.
 */
MUST_CHECK bool import_load(struct import_plan *plan, struct import_source *source,
                            const char *select, struct bulk *store, const struct settings *settings,
                            struct import_report *report, char error[STORE_ERROR_SIZE]);

#endif
