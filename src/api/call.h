/*
 * call: one request on its way through a route, and the two plain functions a route is made of.
 *
 *     ask():    decodes the body, applies the rules that need no stored state, fills call->in
 *     store:    the route's one script
 *     answer(): reads the rows, lets the domain name the outcome, writes the reply
 *
 * A route without a script answers in ask(). Everything lives in the request's arena.
 *
 * An ask() that has to wait gives ASK_LATER, having seen to it that call_resume will follow.
 */
#ifndef API_CALL_H
#define API_CALL_H

#include "api/app.h"
#include "api/dev_door.h"
#include "api/problem.h"
#include "base/json.h"
#include "domain/token_cache.h"

#define CALL_REQUEST_ID_BYTES 16

/* Who may call a route. */
enum access {
    ACCESS_OPEN,    /* anybody */
    ACCESS_SESSION, /* a bearer token of a living session; the script checks the session */
    ACCESS_PERSON,  /* the same; none is needed where dev_door.h lets in */
    /* As ACCESS_SESSION; the script asks for the role too, of those with parts/moderator.sql, and
     * of these with parts/admin.sql. What ask() refuses is told only to who has the role. */
    ACCESS_MODERATOR, /* moderators and administrators */
    ACCESS_ADMIN,     /* administrators */
    ACCESS_LOCAL,     /* this machine only; others see 404 */
    ACCESS_DEV,       /* development mode only, see dev_door.h; else 404 */
};

/* What a loop has of its own. */
struct api_loop {
    struct app *app;
    struct store_port *port;
    struct token_cache *tokens;
    struct image_pool *images;
    struct http_loop *http;
    struct delayed *delayed;      /* see delay.c */
    struct handset_feed *handset; /* development mode; else NULL */
    bool is_stopping;
    int64_t ready_until_us; /* the store answered lately: /readyz need not ask again */
};

struct call;

enum ask_result {
    ASK_STORE,    /* run the route's script with call->in */
    ASK_ANSWERED, /* call->reply is ready */
    ASK_LATER,    /* call_resume will tell which of the two */
};

enum answer_result {
    ANSWER_READY, /* call->reply is ready */
    ANSWER_TAKEN, /* the reply is a stream that has begun: the call is no longer ours */
    ANSWER_AGAIN, /* run call->job again, which has changed: a random value had collided, or another
                   * script is the right one */
};

struct route {
    enum http_method method;
    const char *path; /* see routes.def */
    enum access access;
    const struct script *script; /* NULL: no trip to the store */
    enum ask_result (*ask)(struct call *call);
    enum answer_result (*answer)(struct call *call);
    size_t body_max;   /* see struct http_handler's large_body */
    unsigned dialects; /* those it belongs to, bits of domain/dialect.h; 0: our own API */
};

struct call {
    uint32_t magic;
    struct http_request *request;
    struct arena *arena; /* the request's */
    const struct route *route;
    struct app *app;
    const struct settings *settings; /* of the moment it came: the same from ask() to answer() */
    struct api_loop *loop;
    enum locale locale; /* of the reply; LOCALE_NONE means the default */
    struct slice param; /* the path's parameter */
    int64_t now_us;
    struct token_claims caller; /* of those whose access needs a session */
    bool is_open;               /* ACCESS_PERSON without a token: anybody may */
    enum dev_door door;

    uint8_t request_id[CALL_REQUEST_ID_BYTES]; /* random, or made of the Idempotency-Key */
    bool idempotent;
    uint8_t fingerprint[CALL_REQUEST_ID_BYTES]; /* of the body, when idempotent */

    struct slice phone; /* E.164: whom it is about, once that is known; statistics by country */

    void *in; /* the script's struct X_in, zeroed */
    struct store_job job;
    unsigned tries;
    void *state; /* from ask() to answer() */

    bool counted; /* call_limit counted this call as counted_kind */
    enum address_limit_kind counted_kind;

    enum problem_id refused; /* the last call_problem */
    struct http_reply reply;
    unsigned guess_status; /* dialects: the status of a refused code; 0: 400 */
    int64_t reply_at_us;   /* a reply that waits until then (delay.h); 0: at once */
    struct buf text;
    struct json json;
};

/* Every route, from routes.def. */
extern const struct route route_table[];
extern const size_t route_count;

/* Which routes are there, beside those that always are. */
struct route_scope {
    unsigned dialects; /* those of this set */
    bool dev;          /* those of ACCESS_DEV */
};

/*
 * The route of a method and path, with its parameter; NULL when none fits, and then *ret_allow is
 * the list of methods the path does take, or NULL when it is unknown; for "*" those of any path.
 * The paths of dialects may end with a slash or not.
 */
const struct route *route_find(enum http_method method, struct slice path, struct route_scope scope,
                               struct arena *arena, struct slice *ret_param,
                               const char **ret_allow);

/* A route of the path, whatever its method; NULL: none. It tells in which shape a method that the
 * path does not take is refused. */
const struct route *route_near(struct slice path, struct route_scope scope);

/*
 * Goes on with a call whose ask() gave ASK_LATER, as if it gave `result` now: exactly once, on the
 * loop's thread. Whether the client is still there makes no difference: the call and its arena live
 * until then. But headers must have been read in ask().
 */
void call_resume(struct call *call, enum ask_result result);

/* Begins a JSON reply: `struct json *j = call_json(call, 200); jsonw_object(j); ...`, then
 * call_json_end. */
struct json *call_json(struct call *call, unsigned status);
void call_json_end(struct call *call);

/* A reply without a body. */
void call_empty(struct call *call, unsigned status);

/* An error reply. The second form returns ASK_ANSWERED, for `return`. */
void call_problem(struct call *call, struct problem problem);
enum ask_result call_refuse(struct call *call, enum problem_id id);
enum ask_result call_refuse_field(struct call *call, enum problem_id id, const char *field);

/* True for TOKEN_OK; else call->reply is the 401. */
MUST_CHECK bool call_accept_token(struct call *call, enum token_outcome outcome);

/* A 429: until when is told as Retry-After and retry_after_s. */
void call_refuse_until(struct call *call, enum problem_id id, int64_t until_us);

/* The language to write to this person: the body's or header's choice, else the default. */
enum locale call_locale(const struct call *call);

/*
 * Counts one event of the client's address. True when it may go on: under the limit, or development
 * mode, which counts but does not enforce; else call->reply is the 429.
 */
MUST_CHECK bool call_limit(struct call *call, enum address_limit_kind kind);

/* Notes one event about call->phone for the statistics. */
void call_tally(struct call *call, enum statistic stat);

/* Takes back what call_limit counted of this call: it was not what the limit is about. */
void call_limit_undo(struct call *call);

/* Takes one event of an earlier call of this address back, because it turned out well. */
void call_limit_refund(struct call *call, enum address_limit_kind kind);

#endif
