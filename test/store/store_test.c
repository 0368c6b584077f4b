#include "store_test.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"

/* Longer than anything is kept: what an earlier test left is over. */
#define BETWEEN_TESTS_US (400 * US_PER_DAY)

static int64_t next_start_us;

static void open_store(struct world *world)
{
    char error[STORE_ERROR_SIZE] = "";

    if (!store_open(world->settings, true, &world->store, error) ||
        !store_port_open(world->store, NULL, &world->port, error))
        fail_msg("%s", error);
}

void world_shut(struct world *world)
{
    store_port_close(world->port);
    store_close(world->store);
    world->port = NULL;
    world->store = NULL;
}

static void name_store(struct world *world)
{
    const char *url = getenv("DOMOFON_TEST_STORE");
    char error[SETTINGS_ERROR_SIZE] = "";
    char text[128];

    if (url == NULL) {
        (void)snprintf(world->folder, sizeof(world->folder), "/tmp/domofon-store.XXXXXX");
        assert_non_null(mkdtemp(world->folder));
        (void)snprintf(text, sizeof(text), "sqlite:%s/store.sqlite", world->folder);
        url = text;
    }
    if (settings_set(world->settings, "store", url, "test", error) != SETTINGS_OK)
        fail_msg("%s", error);
}

/* Messages and the like of earlier tests in a store that all share. */
static void clear_leftovers(struct world *world)
{
    (void)RUN(world, sweep,
              {.holder = new_id(world),
               .now_us = world->now,
               .lease_us = 0,
               .most = 1000000,
               .session_to = INT64_MAX,
               .audit_before_us = world->now,
               .outbox_before_us = world->now});
    world->now += US_PER_S;
}

int world_open(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    CHECK(world != NULL);
    if (next_start_us == 0)
        next_start_us = clock_now_us();
    world->now = next_start_us;
    next_start_us += BETWEEN_TESTS_US;
    world->settings = settings_new();
    world->texts = arena_new();
    name_store(world);
    open_store(world);
    if (world->folder[0] == '\0')
        clear_leftovers(world);
    *state = world;
    return 0;
}

void world_reopen(struct world *world)
{
    world_shut(world);
    open_store(world);
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = {"store.sqlite", "store.sqlite-wal", "store.sqlite-shm",
                                        "moved.sqlite", "moved.sqlite-wal", "moved.sqlite-shm"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[128];

        (void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

int world_close(void **state)
{
    struct world *world = *state;

    world_shut(world);
    for (unsigned i = 0; i < world->arena_count; i++)
        arena_free(world->arenas[i]);
    arena_free(world->texts);
    settings_free(world->settings);
    if (world->folder[0] != '\0')
        remove_folder(world->folder);
    free(world);
    return 0;
}

struct arena *world_arena(struct world *world)
{
    struct arena *arena = arena_new();

    CHECK(world->arena_count < ARRAY_LEN(world->arenas));
    world->arenas[world->arena_count++] = arena;
    return arena;
}

enum store_result world_try(struct world *world, const struct script *script, const void *in)
{
    world->job = (struct store_job){.script = script, .in = in, .arena = world_arena(world)};
    return store_run_wait(world->port, &world->job);
}

const void *world_run(struct world *world, const struct script *script, const void *in)
{
    enum store_result result = world_try(world, script, in);

    if (result != STORE_DONE)
        fail_msg("%s ended with %d", script->name, (int)result);
    return store_row(&world->job, script, 0);
}

struct slice new_id(struct world *world)
{
    char *id = arena_alloc(world->texts, ID_BYTES);

    random_bytes(id, ID_BYTES);
    return slice_of(id, ID_BYTES);
}

struct slice new_phone(struct world *world)
{
    return arena_printf(world->texts, "+79%09u", random_below(1000000000));
}

struct slice new_word(struct world *world)
{
    return arena_printf(world->texts, "%08x%08x", random_below(UINT32_MAX),
                        random_below(UINT32_MAX));
}

struct slice right_mac(struct world *world, struct slice challenge_id)
{
    char *mac = arena_alloc(world->texts, challenge_id.len + 1);

    mac[0] = 'M';
    memcpy(mac + 1, challenge_id.ptr, challenge_id.len);
    return slice_of(mac, challenge_id.len + 1);
}

struct create_challenge_in code_for(struct world *world, struct slice phone)
{
    struct slice id = new_id(world);

    return (struct create_challenge_in){
        .request_id = id,
        .purpose = 1,
        .now_us = world->now,
        .phone = phone,
        .nonce = new_id(world),
        .mac = right_mac(world, id),
        .code_length = 4,
        .attempts = 3,
        .requester = new_id(world),
        .channel = SLICE_LIT("sms"),
        .locale = SLICE_LIT("en"),
        .expires_us = world->now + 120 * US_PER_S,
        .due_us = world->now + US_PER_S,
        .cooldown_us = 30 * US_PER_S,
        .max_10min = 5,
        .max_hour = 10,
        .max_day = 20,
        .fingerprint = SLICE_LIT("body"),
    };
}

struct slice send_code(struct world *world, struct slice phone)
{
    struct create_challenge_in in = code_for(world, phone);

    in.cooldown_us = 0;
    in.max_10min = in.max_hour = in.max_day = 100000;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
    return in.request_id;
}

struct redeem_code_in guess_at(struct world *world, struct slice challenge_id)
{
    return (struct redeem_code_in){
        .challenge_id = challenge_id,
        .purpose = 1,
        .mac = right_mac(world, challenge_id),
        .request_id = new_id(world),
        .now_us = world->now,
        .own_code = new_word(world),
        .guess_hour = 10,
        .guess_day = 20,
        .device_name = SLICE_LIT("test device"),
        .user_agent = SLICE_LIT("test agent"),
        .address = SLICE_LIT("192.0.2.1"),
        .expires_us = world->now + 30 * US_PER_DAY,
        .session_max = 50,
        .fingerprint = SLICE_LIT("body"),
    };
}

struct person sign_in(struct world *world, struct slice phone)
{
    struct slice challenge_id = send_code(world, phone);
    struct redeem_code_in in = guess_at(world, challenge_id);
    const struct redeem_code_row *row = RUN_IN(world, redeem_code, &in);

    assert_true(row != NULL && row->challenge_state.redeemed == 1 && row->session_id != 0);
    return (struct person){
        .account_id = row->account.id,
        .session_id = row->session_id,
        .seed = row->session_seed,
        .phone = row->account.phone,
        .invite_code = row->account.invite_code,
    };
}

struct person new_person(struct world *world)
{
    return sign_in(world, new_phone(world));
}

struct person new_staff(struct world *world, const char *role)
{
    struct person person = new_person(world);

    assert_non_null(RUN(world, set_account,
                        {.account_id = person.account_id,
                         .role = slice_str(role),
                         .disable = -1,
                         .now_us = world->now}));
    return person;
}

const struct activate_invite_row *activate(struct world *world, struct person person,
                                           struct slice code, bool refuse_cycles)
{
    return RUN(world, activate_invite,
               {CALLER(world, person), .request_id = new_id(world), .invite_given = code,
                .refuse_cycles = refuse_cycles});
}

unsigned count_sessions(struct world *world, struct person person)
{
    const struct list_sessions_row *row = RUN(world, list_sessions, {CALLER(world, person)});

    assert_non_null(row);
    return world->job.row_count;
}

unsigned count_audit(struct world *world, struct person person, const char *event)
{
    unsigned count = 0;

    assert_non_null(RUN(world, export_account, {CALLER(world, person), .most = 1000}));
    for (unsigned i = 0; i < world->job.row_count; i++) {
        const struct export_account_row *row = ROW_AT(world, export_account, i);

        count += row->kind == 3 && slice_eq_str(row->label, event);
    }
    return count;
}

struct crowd {
    struct world *world;
    struct store_job *jobs;
    unsigned count;
    pthread_barrier_t start;
};

struct member {
    struct crowd *crowd;
    unsigned number;
    pthread_t thread;
    unsigned done;
};

static void note_done(struct store_job *job)
{
    struct member *member = job->owner;

    member->done++;
}

static void *member_main(void *arg)
{
    struct member *member = arg;
    struct crowd *crowd = member->crowd;
    char error[STORE_ERROR_SIZE];
    struct store_port *port = NULL;
    unsigned mine = 0;
    uv_loop_t loop;

    CHECK(uv_loop_init(&loop) == 0 && store_port_open(crowd->world->store, &loop, &port, error));
    (void)pthread_barrier_wait(&crowd->start);
    for (unsigned i = member->number; i < crowd->count; i += CROWD_THREADS) {
        crowd->jobs[i].done = note_done;
        crowd->jobs[i].owner = member;
        store_run(port, &crowd->jobs[i]);
        mine++;
    }
    while (member->done < mine) {
        store_port_rest(port);
        (void)uv_run(&loop, UV_RUN_ONCE);
    }
    store_port_close(port);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
    return NULL;
}

void crowd_run(struct world *world, struct store_job *jobs, unsigned count)
{
    struct crowd crowd = {.world = world, .jobs = jobs, .count = count};
    struct member members[CROWD_THREADS] = {0};

    CHECK(pthread_barrier_init(&crowd.start, NULL, CROWD_THREADS) == 0);
    for (unsigned i = 0; i < CROWD_THREADS; i++) {
        members[i].crowd = &crowd;
        members[i].number = i;
        CHECK(pthread_create(&members[i].thread, NULL, member_main, &members[i]) == 0);
    }
    for (unsigned i = 0; i < CROWD_THREADS; i++) {
        CHECK(pthread_join(members[i].thread, NULL) == 0);
    }
    pthread_barrier_destroy(&crowd.start);
}
