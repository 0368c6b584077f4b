/*
 * The one way through the house: find the route, see who calls, ask, run the script, answer.
 */
#include "api/delay.h"
#include "api/dialect.h"
#include "api/header.h"
#include "api/loop.h"
#include "api/routes.h"
#include "api/token_call.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "domain/token.h"

#define CALL_MAGIC 0x63616c6cu

/* A random value of ours collides about never; this many times in a row means a full code space. */
#define TRIES_MAX 20

static enum problem_id problem_of(enum store_result result)
{
    switch (result) {
    case STORE_OVERLOADED:
        return PROBLEM_OVERLOADED;
    case STORE_UNAVAILABLE:
        return PROBLEM_STORE_UNAVAILABLE;
    case STORE_UNKNOWN:
        return PROBLEM_OUTCOME_UNKNOWN;
    case STORE_DONE:
        break;
    }
    return PROBLEM_INTERNAL_ERROR;
}

static bool needs_session(const struct route *route)
{
    switch (route->access) {
    case ACCESS_SESSION:
    case ACCESS_PERSON:
    case ACCESS_MODERATOR:
    case ACCESS_ADMIN:
        return true;
    case ACCESS_OPEN:
    case ACCESS_LOCAL:
    case ACCESS_DEV:
        break;
    }
    return false;
}

/* The first column of every script on behalf of a session is `auth`: see
 * parts/caller_value.sql. */
static bool session_lives(struct call *call)
{
    static const enum problem_id problems[] = {PROBLEM_TOKEN_REVOKED, PROBLEM_INTERNAL_ERROR,
                                               PROBLEM_ACCOUNT_DISABLED, PROBLEM_FORBIDDEN};
    const struct script *script = call->job.script;
    int64_t auth = 0;

    if (!needs_session(call->route))
        return true;
    CHECK(strcmp(script->out[0].name, "auth") == 0 && script->out[0].type == SCRIPT_INT);
    if (call->job.row_count > 0)
        memcpy(&auth, (const char *)call->job.rows + script->out[0].offset, sizeof(auth));
    if (auth == 1)
        return true;
    CHECK(auth >= 0 && auth < (int64_t)ARRAY_LEN(problems));
    (void)call_refuse(call, problems[auth]);
    return false;
}

static void store_done(struct store_job *job)
{
    struct call *call = job->owner;

    CHECK_MAGIC(call, CALL_MAGIC);
    if (job->result != STORE_DONE) {
        /* Trying again after a 503 must not lead to a 429. */
        call_limit_undo(call);
        (void)call_refuse(call, problem_of(job->result));
    } else if (session_lives(call)) {
        switch (call->route->answer(call)) {
        case ANSWER_READY:
            break;
        case ANSWER_TAKEN:
            return;
        case ANSWER_AGAIN:
            if (++call->tries < TRIES_MAX) {
                store_run(call->loop->port, job);
                return;
            }
            log_write(LOG_ERROR, "collisions", LOG_STR("script", job->script->name));
            (void)call_refuse(call, PROBLEM_INTERNAL_ERROR);
            break;
        }
    }
    delay_reply(call);
}

static void run_script(struct call *call, const struct script *script, const void *in,
                       void (*done)(struct store_job *job))
{
    call->job.script = script;
    call->job.in = in;
    call->job.arena = call->arena;
    call->job.done = done;
    call->job.owner = call;
    store_run(call->loop->port, &call->job);
}

/* The caller's role is known; call->reply was ready before. */
static void role_judged(struct store_job *job)
{
    struct call *call = job->owner;

    CHECK_MAGIC(call, CALL_MAGIC);
    if (job->result != STORE_DONE)
        (void)call_refuse(call, problem_of(job->result));
    else
        (void)session_lives(call);
    delay_reply(call);
}

/*
 * A call of administration that ask() has answered, which is to say refused: what is wrong with it
 * is told to those alone who may make it. Who else asked learns what they would have learnt of any
 * such call.
 */
static bool judge_role(struct call *call)
{
    bool needs_admin = call->route->access == ACCESS_ADMIN;
    struct judge_role_in *in;

    if (!needs_admin && call->route->access != ACCESS_MODERATOR)
        return false;
    in = ARENA_NEW(call->arena, struct judge_role_in);
    *in = (struct judge_role_in){
        .session_id = call->caller.session_id,
        .caller_id = call->caller.account_id,
        .now_us = call->now_us,
        .needs_admin = needs_admin,
    };
    run_script(call, &script_judge_role, in, role_judged);
    return true;
}

static bool authenticate(struct call *call)
{
    enum token_outcome outcome;
    struct slice token;

    if (!header_bearer(http_header(call->request, "Authorization"), &token)) {
        if (call->is_open)
            return true;
        (void)call_refuse(call, PROBLEM_TOKEN_MISSING);
        return false;
    }
    outcome = token_read_access(call, token, &call->caller);
    /* Never from the cache nor into it: those tokens are good for dialects alone. */
    if (outcome == TOKEN_INVALID && call->route->dialects != 0)
        outcome = dialect_verify_token(call, token);
    return call_accept_token(call, outcome);
}

/* Scripts that keep a fingerprint of the request answer a repetition as they did the first time. */
static bool remembers(const struct script *script)
{
    for (unsigned i = 0; i < script->in_count; i++) {
        if (strcmp(script->in[i].name, "fingerprint") == 0)
            return true;
    }
    return false;
}

/*
 * The id under which the script may be replayed. With an Idempotency-Key it is made of the key, so
 * that the same request finds what it did before; nobody without our key can foresee it.
 */
static bool name_request(struct call *call)
{
    struct slice key = http_header(call->request, "Idempotency-Key");
    uint8_t digest[HASH_BYTES];
    struct slice parts[3];

    /* A read leaves nothing behind that an id could be tied to. */
    if (call->route->script == NULL || !call->route->script->writes)
        return true;
    if (slice_is_absent(key) || !remembers(call->route->script)) {
        random_bytes(call->request_id, sizeof(call->request_id));
        return true;
    }
    if (!header_is_key(key)) {
        (void)call_refuse(call, PROBLEM_IDEMPOTENCY_KEY_INVALID);
        return false;
    }
    parts[0] = slice_str(call->route->path);
    parts[1] = SLICE_LIT("\n");
    parts[2] = key;
    hash_hmac(call->app->keyring.idempotency, parts, ARRAY_LEN(parts), digest);
    memcpy(call->request_id, digest, sizeof(call->request_id));
    hash_sha256(call->request->body, digest);
    memcpy(call->fingerprint, digest, sizeof(call->fingerprint));
    call->idempotent = true;
    return true;
}

/* What a route needs may be there only once the store is. */
static bool is_open_for(const struct call *call)
{
    return atomic_load_explicit(&call->app->opened, memory_order_acquire) ||
           (call->route->script == NULL && !needs_session(call->route));
}

static bool pass_door(struct call *call)
{
    if (call->door != DEV_DOOR_OPEN)
        (void)call_refuse(call, call->door == DEV_DOOR_HOST ? PROBLEM_HOST_NOT_LOCAL
                                                            : PROBLEM_CROSS_SITE);
    return call->door == DEV_DOOR_OPEN;
}

static bool may_enter(struct call *call)
{
    if (!is_open_for(call)) {
        (void)call_refuse(call, PROBLEM_STORE_UNAVAILABLE);
        return false;
    }
    switch (call->route->access) {
    case ACCESS_OPEN:
        return true;
    case ACCESS_DEV: /* route_find knows it in development mode alone */
        return pass_door(call);
    case ACCESS_SESSION:
    case ACCESS_PERSON:
    case ACCESS_MODERATOR:
    case ACCESS_ADMIN:
        call->is_open = call->route->access == ACCESS_PERSON && call->door == DEV_DOOR_OPEN;
        return authenticate(call);
    case ACCESS_LOCAL:
        if (call->request->from_loopback)
            return true;
        break;
    }
    (void)call_refuse(call, PROBLEM_NOT_FOUND);
    return false;
}

static struct route_scope scope_of(const struct call *call)
{
    return (struct route_scope){.dialects = call->app->dialects, .dev = call->settings->dev};
}

/* False: call->route is NULL, and *ret_allow is set. */
static bool find_route(struct call *call, const char **ret_allow)
{
    call->route = route_find(call->request->method, call->request->path, scope_of(call),
                             call->arena, &call->param, ret_allow);
    return call->route != NULL;
}

static void no_route(struct call *call, const char *allow)
{
    if (allow == NULL) {
        (void)call_refuse(call, PROBLEM_NOT_FOUND);
    } else if (call->request->method == HTTP_OPTIONS) {
        call_empty(call, 204);
        http_reply_header(&call->reply, "Allow", allow);
    } else {
        call_problem(call, (struct problem){.id = PROBLEM_METHOD_NOT_ALLOWED, .allow = allow});
    }
}

static struct call *call_new(struct app *app, struct http_request *request)
{
    struct call *call = ARENA_NEW(request->arena, struct call);

    call->magic = CALL_MAGIC;
    call->request = request;
    call->arena = request->arena;
    call->app = app;
    call->settings = app->settings;
    call->loop = http_loop_state(request->loop);
    call->now_us = clock_now_us();
    call->phone = SLICE_ABSENT;
    if (call->settings->dev)
        call->door = dev_door_of(request);
    return call;
}

void call_resume(struct call *call, enum ask_result result)
{
    if (result == ASK_LATER)
        return; /* and it may be gone already */
    if (result == ASK_STORE)
        run_script(call, call->route->script, call->in, store_done);
    else if (!judge_role(call))
        delay_reply(call);
}

static void run_route(struct call *call)
{
    if (!may_enter(call) || !name_request(call)) {
        delay_reply(call);
        return;
    }
    if (call->route->script != NULL)
        call->in = arena_alloc(call->arena, call->route->script->in_size);
    call_resume(call, call->route->ask(call));
}

static void on_request(void *app, struct http_request *request)
{
    struct call *call = call_new(app, request);
    const char *allow;

    call->locale = locale_from_header(http_header(request, "Accept-Language"));
    if (find_route(call, &allow)) {
        run_route(call);
        return;
    }
    call->route = route_near(request->path, scope_of(call));
    no_route(call, allow);
    delay_reply(call);
}

/* Of those who must prove a session, nobody's large body is read who has none. */
static const char *on_large_body(void *app, struct http_request *request, size_t *ret_max)
{
    struct call *call = call_new(app, request);
    const char *allow;

    *ret_max = find_route(call, &allow) ? call->route->body_max : HTTP_BODY_MAX;
    if (*ret_max == HTTP_BODY_MAX || may_enter(call))
        return NULL;
    return problem_code(call->refused);
}

static void on_refuse(void *app, struct http_request *request, const char *code,
                      struct http_reply *reply)
{
    struct call *call = call_new(app, request);

    call->locale = locale_from_header(http_header(request, "Accept-Language"));
    if (!slice_is_absent(request->path))
        call->route = route_near(request->path, scope_of(call));
    call_problem(call, (struct problem){.id = problem_find(code)});
    *reply = call->reply;
}

struct http_handler app_handler(struct app *app)
{
    return (struct http_handler){
        .loop_open = api_loop_open,
        .loop_close = api_loop_close,
        .large_body = on_large_body,
        .request = on_request,
        .refuse = on_refuse,
        .loop_drain = api_loop_drain,
        .loop_rest = api_loop_rest,
        .app = app,
    };
}
