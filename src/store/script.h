/*
 * script: what the build tool (tools/scripts.py) makes of each file in store/scripts/.
 *
 * A script is an ordered list of portable SQL statements run in one transaction, always all of
 * them, each guarded by conditions on what is stored. No statement raises; what a script decides is
 * told by its one SELECT. It is safe to replay under the same request id. For `redeem_code.sql` the
 * tool writes, into "store/scripts.h":
 *
 *     struct redeem_code_in  { struct slice challenge_id; int64_t now_us; ... };
 *     struct redeem_code_row { int64_t account_id; struct slice phone; ... };
 *     extern const struct script script_redeem_code;
 *
 * so a script is called like a typed function and a mismatch is a compile error.
 */
#ifndef STORE_SCRIPT_H
#define STORE_SCRIPT_H

#include "base/slice.h"

#define SCRIPT_STATEMENTS_MAX 16
#define SCRIPT_PARAMS_MAX 40

enum script_type {
    SCRIPT_INT,   /* int64_t; NULL reads as 0 */
    SCRIPT_TEXT,  /* struct slice of UTF-8; absent is NULL */
    SCRIPT_BYTES, /* struct slice; absent is NULL */
};

struct script_field {
    const char *name;
    enum script_type type;
    size_t offset; /* within struct X_in or struct X_row */
};

struct script_statement {
    const char *name;      /* no other statement has it */
    const char *text;      /* takes `$1`..., numbered as they first appear */
    const uint8_t *params; /* params[i] is the field of `in` that `$(i + 1)` takes */
    unsigned param_count;
};

struct script {
    const char *name;
    unsigned id;     /* position in script_all */
    bool writes;     /* reads run on a connection of their own */
    bool repeatable; /* again with the same parameters changes nothing and answers the same */
    const struct script_statement *statements;
    unsigned statement_count;
    /* Makes scripts about one thing wait for each other, where several write at once; NULL: none.
     */
    const struct script_statement *lock;
    unsigned result; /* which statement is the SELECT */
    const struct script_field *in;
    unsigned in_count;
    size_t in_size;
    const struct script_field *out;
    unsigned out_count;
    size_t row_size;
};

extern const struct script *const script_all[];
extern const unsigned script_count;

#endif
