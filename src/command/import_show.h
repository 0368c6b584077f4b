/*
 * import_show: what an import would take from where, shown to the one who is to decide.
 */
#ifndef COMMAND_IMPORT_SHOW_H
#define COMMAND_IMPORT_SHOW_H

#include "command/import_map.h"

/* Prints which column each field is taken from. */
void import_show_map(const struct import_map *map, const struct import_source *source,
                     int64_t count);

/*
 * Prints the first rows, masked: of numbers as phone_mask leaves them, of names, addresses and
 * codes the first letters. Numbers without a country code are of `region`.
 */
MUST_CHECK bool import_show_rows(struct import_source *source, const char *select,
                                 const char *region, char error[STORE_ERROR_SIZE]);

#endif
