/*
 * import_report: what became of the rows of another service's database: a file with a line for
 * everything that did not go over as it was, and counts of it all.
 *
 * The file is CSV (RFC 4180), for its owner's eyes: it holds phone numbers. It says how each row
 * stands to the store: that of a second run tells of a row that is here already what differs, no
 * longer why (code_differs for code_malformed, id_differs for id_taken), and nothing of rings,
 * which were refused when it was written.
 */
#ifndef COMMAND_IMPORT_REPORT_H
#define COMMAND_IMPORT_REPORT_H

#include <stdio.h>

#include "base/slice.h"
#include "store/store.h"

/* What a line of the report is about. */
enum import_group {
    IMPORT_SKIPPED, /* no account came of the row */
    IMPORT_DROPPED, /* an account did, without this */
    IMPORT_CHANGED, /* it did, and this is another */
};

struct import_report {
    FILE *file;
    const char *path;
    int64_t read;
    int64_t imported;
    int64_t already;
    int64_t activations;
    struct import_tally {
        const char *reason;
        enum import_group group;
        int64_t count;
    } tallies[64];
    unsigned tally_count;
};

/* Makes the file, or empties it; only its owner may read it. */
MUST_CHECK bool import_report_open(struct import_report *report, const char *path,
                                   char error[STORE_ERROR_SIZE]);

/*
 * Adds a line. `reason` is a stable word, static; `detail`, which may be absent, is what the row
 * got instead, or which other one is meant.
 */
void import_report_add(struct import_report *report, enum import_group group, const char *reason,
                       int64_t source_id, struct slice phone, struct slice detail);

/* Ends the file. False when it could not be written whole. */
MUST_CHECK bool import_report_close(struct import_report *report, char error[STORE_ERROR_SIZE]);

/* Prints the counts on standard output, as a table or as one line of JSON. */
void import_report_print(const struct import_report *report, bool json, bool dry_run,
                         int64_t took_us);

#endif
