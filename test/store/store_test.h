/*
 * store_test: what every test of the store contract includes.
 *
 * The tests use only store.h and the scripts, so they hold any engine to the same contract. The
 * store is the one that DOMOFON_TEST_STORE names (an empty one: each program wants its own), by
 * default an SQLite file in a fresh folder for each test. A test gives the time itself
 * (world->now); each test begins long after the ones before it, with people, numbers and ids nobody
 * has used, so that it does not matter what an earlier one left behind.
 */
#ifndef TEST_STORE_STORE_TEST_H
#define TEST_STORE_STORE_TEST_H

#include "../unit/unit.h"

#include "store/store.h"

#define ID_BYTES 16

struct world {
    struct settings *settings;
    struct store *store;
    struct store_port *port;
    struct arena *texts; /* parameters; rows have arenas of their own */
    struct arena *arenas[8192];
    unsigned arena_count;
    struct store_job job; /* the last one run */
    int64_t now;
    char folder[64]; /* of the SQLite file; empty with DOMOFON_TEST_STORE */
};

/* Somebody signed in. */
struct person {
    int64_t account_id;
    int64_t session_id;
    struct slice seed;
    struct slice phone;
    struct slice invite_code;
};

/* cmocka's set-up and tear-down: *state is the world. */
int world_open(void **state);
int world_close(void **state);

/* One row of a table of tests, each with a world of its own. */
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

/* Closes the store for now; opens it again, with the settings as they are then. */
void world_shut(struct world *world);
void world_reopen(struct world *world);

/*
 * Runs one script with `in` and waits; it must come back STORE_DONE. Gives the first row (NULL:
 * none), valid until the test ends. RUN(world, find_invite, {.invite_given = code})
 */
#define RUN(world, name, ...)                                      \
    ((const struct name##_row *)world_run((world), &script_##name, \
                                          &(const struct name##_in)__VA_ARGS__))
/* The same with parameters that stand in a variable. */
#define RUN_IN(world, name, in) \
    ((const struct name##_row *)world_run((world), &script_##name, (in)))
/* Another row of the last RUN. */
#define ROW_AT(world, name, index) STORE_ROW_AT(&(world)->job, name, (index))
const void *world_run(struct world *world, const struct script *script, const void *in);

/* Runs one script without asking how it ended. */
#define TRY_IN(world, name, in) world_try((world), &script_##name, (in))
enum store_result world_try(struct world *world, const struct script *script, const void *in);

/* An arena that lives as long as the test. */
struct arena *world_arena(struct world *world);

/* 16 bytes nobody has used; a number, a name and an invite code nobody has. */
struct slice new_id(struct world *world);
struct slice new_phone(struct world *world);
struct slice new_word(struct world *world);

/* A code for `phone` as the default settings ask for it, by a requester of its own. */
struct create_challenge_in code_for(struct world *world, struct slice phone);

/* Asks for a code without any limit; the id of the challenge. */
struct slice send_code(struct world *world, struct slice phone);

/* The MAC that code_for stores; any other is a wrong guess. */
struct slice right_mac(struct world *world, struct slice challenge_id);
#define WRONG_MAC SLICE_LIT("not the mac of any challenge")

/* A right guess as the default settings ask for it, with a request id of its own. */
struct redeem_code_in guess_at(struct world *world, struct slice challenge_id);

/* Signs in, for the first time or again. */
struct person sign_in(struct world *world, struct slice phone);
struct person new_person(struct world *world);

/* Somebody new with a role: "moderator", "admin". */
struct person new_staff(struct world *world, const char *role);

/* The access of a person in the parameters of a script: {CALLER(world, anna), .page = 10} */
#define CALLER(world, person) \
    .session_id = (person).session_id, .account_id = (person).account_id, .now_us = (world)->now

/* The same of who acts on others, under a request id of its own. */
#define BY(world, caller)                                                                        \
    .session_id = (caller).session_id, .caller_id = (caller).account_id, .now_us = (world)->now, \
    .request_id = new_id(world), .address = SLICE_LIT("::1"), .detail = SLICE_LIT("{}")

/* The person activates the code; the row of activate_invite. */
const struct activate_invite_row *activate(struct world *world, struct person person,
                                           struct slice code, bool refuse_cycles);

/* How many sessions the person has; the person's session must live. */
unsigned count_sessions(struct world *world, struct person person);

/* How often `event` is in the audit of the person, whose session must live. */
unsigned count_audit(struct world *world, struct person person, const char *event);

/*
 * Runs the jobs (script, in and arena set) at once: eight threads, each with a port of its own,
 * hand in every eighth job without waiting for the one before, and collect when woken.
 */
#define CROWD_THREADS 8
void crowd_run(struct world *world, struct store_job *jobs, unsigned count);

#endif
