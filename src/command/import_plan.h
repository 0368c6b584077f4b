/*
 * import_plan: what is to become of every row of the source, found out before anything is written.
 *
 * An inviter may come after those they invited, and a new code or id must not be one that a later
 * row has: so the source is read twice, and in between this is kept: 40 bytes for each account, of
 * the store and of the source, 16 for each row, 16 to 32 for each number, id and code; about 110
 * bytes a person.
 *
 * A run that was killed has left accounts whose inviter was not written any more. Had that one a
 * new code or id, it must get them again: it takes them from the accounts that wait for it.
 */
#ifndef COMMAND_IMPORT_PLAN_H
#define COMMAND_IMPORT_PLAN_H

#include "command/import_index.h"
#include "command/import_map.h"
#include "command/import_report.h"
#include "store/bulk.h"

/* An account: one that is in the store, or that will be. */
struct import_entry {
    int64_t id;
    uint64_t phone;     /* see import_phone_key; 0: erased */
    uint64_t code;      /* see import_code_key; 0: to be drawn */
    int64_t created_us; /* of one in the store */
    uint32_t above;     /* one that invited it, or their inviter, and so on; IMPORT_NONE */
    bool is_here;       /* in the store before */
    bool is_claimed;    /* a row of the source is this one's */
    uint8_t new_code;   /* enum import_code */
    bool has_taken_id;  /* another account has the id of the row */
};

/* What was wrong with the row's own invite code. */
enum import_code {
    IMPORT_CODE_KEPT,
    IMPORT_CODE_MISSING,
    IMPORT_CODE_MALFORMED,
    IMPORT_CODE_TAKEN
};

#define IMPORT_NONE UINT32_MAX

/* A row of the source, in the order in which they are read. */
struct import_row {
    int64_t source_id;
    uint32_t entry;  /* IMPORT_NONE: skipped */
    bool is_skipped; /* no account comes of it; `entry` is then who activations of its code mean */
};

/* Whom a row names as the inviter. */
struct import_told {
    uint64_t code; /* see import_code_key; 0: none */
    int64_t id;    /* 0: none; -1: one that nobody can have */
};

/* An account in the store whose inviter is not there yet. */
struct import_wait {
    uint32_t invitee;
    int64_t inviter_id;
    uint64_t inviter_code;
    struct import_told told; /* by its row */
};

struct import_plan {
    struct import_entry *entries;
    size_t entry_count;
    size_t entry_size;
    struct import_row *rows;
    size_t row_count;
    size_t row_size;
    struct import_wait *waits; /* in the order of their invitees */
    size_t wait_count;
    size_t wait_size;
    struct import_index phones;
    struct import_index ids;
    struct import_index codes;   /* of rows, as the source has them */
    struct import_index taken;   /* of accounts in the store, and drawn ones */
    struct import_index awaited; /* ids of inviters that are not there yet */
    int64_t last_id;             /* the greatest */
};

/* Begin with {0}; free with import_plan_free. */
void import_plan_free(struct import_plan *plan);

/* Takes the accounts of the store into the plan: first of all. */
MUST_CHECK bool import_plan_store(struct import_plan *plan, struct bulk *store,
                                  char error[STORE_ERROR_SIZE]);

/*
 * Reads the source, `count` rows or so, and decides about every row; what is skipped goes into the
 * report. Numbers without a country code are of settings->phone_region.
 */
MUST_CHECK bool import_plan_source(struct import_plan *plan, struct import_source *source,
                                   const char *select, int64_t count,
                                   const struct settings *settings, struct import_report *report,
                                   char error[STORE_ERROR_SIZE]);

/* Takes who invited whom in the store into the plan: last of all, for import_plan_link. */
MUST_CHECK bool import_plan_links(struct import_plan *plan, struct bulk *store,
                                  char error[STORE_ERROR_SIZE]);

/*
 * One entry was invited by another. False, and nothing changes, when that would close a ring of
 * inviters with what this has been told before. Each has one inviter, and is told of once.
 */
MUST_CHECK bool import_plan_link(struct import_plan *plan, uint32_t invitee, uint32_t inviter);

/* Whom a row names, of its values. */
struct import_told import_told_of(const struct slice *values);

/*
 * Who that is: *ret_inviter is IMPORT_NONE when nobody is named. False: somebody is, and it is
 * nobody. After all rows have been read.
 */
MUST_CHECK bool import_plan_inviter(const struct import_plan *plan, struct import_told told,
                                    uint32_t *ret_inviter);

/* The entry of the row with that id; IMPORT_NONE: there is none, or it was skipped. */
uint32_t import_plan_find(const struct import_plan *plan, int64_t source_id);

/* For those who fill the plan. Makes room for so many more accounts and rows. */
void import_plan_reserve(struct import_plan *plan, int64_t accounts, int64_t rows);

/* Adds an account; its number among the entries. */
uint32_t import_plan_add(struct import_plan *plan, struct import_entry entry);

/* Makes room for one more of `count` things of `each` bytes; the array, which may have moved. */
void *import_plan_grow(void *array, size_t count, size_t *size, size_t each);

#endif
