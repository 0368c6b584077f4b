/*
 * subject: a store under test, spoken to in the names of the model (model.h).
 *
 * Parameters are translated before an engine sees them, and rows after: ids become those the engine
 * chose, times move to this run's beginning, and names get an ending of their own, so that a
 * store which many runs share never sees a name twice. An engine's id that nobody knows comes back
 * negative, and differs from whatever was expected.
 */
#ifndef TEST_STORE_SUBJECT_H
#define TEST_STORE_SUBJECT_H

#include "model.h"

/* Workers, each with a port of its own. */
#define SUBJECT_WORKERS 4

/* Operations at once, in all. */
#define SUBJECT_AT_ONCE_MAX 256

/* One operation: a script and its struct X_in, in the names of the model. */
struct op {
    const struct script *script;
    const void *in;
    bool twice; /* once more at once, as after a reply that was lost: the same must come back */
};

/* What came of it. */
struct outcome {
    enum store_result result;
    struct rows rows;
};

struct subject;

/*
 * Opens the store of `url`; NULL: a new SQLite file, removed at the end. Each subject of a shared
 * store begins long after the one before it. A store that cannot be opened ends the program.
 */
struct subject *subject_open(const char *url);
void subject_close(struct subject *subject);

/* What `url` was, for people. */
const char *subject_name(const struct subject *subject);

/* Runs one operation and waits. Rows are valid until the subject runs something else. */
struct outcome subject_run(struct subject *subject, const struct op *op);

/*
 * Runs many at once: worker w does ops[w], ops[w + SUBJECT_WORKERS], ... one after the other;
 * outcomes[i] is that of ops[i].
 */
void subject_run_at_once(struct subject *subject, const struct op *ops, struct outcome *outcomes,
                         unsigned count);

#endif
