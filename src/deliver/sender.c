#include "deliver/sender.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/random.h"
#include "domain/code.h"
#include "domain/locale.h"
#include "domain/message.h"

/* Messages claimed at once. */
#define CLAIM_MAX 128

/* Long enough for any provider's time-out; a dead sender's messages wait no longer. */
#define LEASE_US (30 * US_PER_S)

/* Another node's or a crashed process's messages are found by looking this often. */
#define POLL_MS 1000

/* Due times closer than this are served together. */
#define COALESCE_MS 5

/* How soon an outcome is written down again that the store could not take. */
#define RECORD_AGAIN_MS 200

#define ATTEMPTS_MAX 3
#define RETRY_US (2 * US_PER_S)

#define CLAIM_ID_BYTES 16

struct sender {
    struct sender_parts parts;
    struct store_port *port;
    uv_async_t wake;
    uv_timer_t timer;
    uv_timer_t retry;
    uv_prepare_t rest;
    int open_handles;
    atomic_int_least64_t hinted_us; /* the earliest due time told since the last look */

    struct arena *arena; /* of the claim under way; NULL when there is none */
    struct store_job claim;
    struct claim_outbox_in claim_in;
    uint8_t claim_id[CLAIM_ID_BYTES];
    unsigned unfinished; /* messages of this claim not yet finished */
    struct parcel *unrecorded;
    int64_t lease_ends_us; /* monotonic */
    int64_t next_due_us;
    bool is_quiet;
    bool full; /* the claim brought all it could: there may be more */

    void (*closed)(void *owner);
    void *closed_owner;
};

/* One claimed message until its outcome is stored. */
struct parcel {
    struct sender *sender;
    struct parcel *next; /* among those not recorded yet */
    struct arena *arena;
    struct claim_outbox_row row;
    struct message message;
    char code[CODE_TEXT_SIZE];
    char text[MESSAGE_TEXT_SIZE];
    bool tried; /* it was given to the provider */
    struct finish_message_in finish;
    struct store_job job;
};

static void look(struct sender *sender);

static void on_timer(uv_timer_t *timer)
{
    look(timer->data);
}

static void schedule(struct sender *sender, int64_t due_us)
{
    int64_t wait_us = due_us == 0 ? POLL_MS * US_PER_MS : due_us - clock_now_us();
    int64_t wait_ms = wait_us <= 0 ? 0 : wait_us / US_PER_MS + 1;

    if (wait_ms > POLL_MS)
        wait_ms = POLL_MS;
    if (wait_ms < COALESCE_MS)
        wait_ms = COALESCE_MS;
    (void)uv_timer_start(&sender->timer, on_timer, (uint64_t)wait_ms, 0);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct sender *sender = handle->data;

    if (--sender->open_handles > 0)
        return;
    sender->closed(sender->closed_owner);
    free(sender);
}

static void finish_closing(struct sender *sender)
{
    store_port_close(sender->port);
    uv_close((uv_handle_t *)&sender->wake, on_handle_closed);
    uv_close((uv_handle_t *)&sender->timer, on_handle_closed);
    uv_close((uv_handle_t *)&sender->retry, on_handle_closed);
    uv_close((uv_handle_t *)&sender->rest, on_handle_closed);
}

/* When somebody said a message is due; INT64_MAX when nobody did. */
static int64_t take_hint(struct sender *sender)
{
    return atomic_exchange(&sender->hinted_us, INT64_MAX);
}

/* The earlier of a stored due time (0: none) and a hint. */
static int64_t earlier(int64_t due_us, int64_t hinted_us)
{
    if (hinted_us == INT64_MAX)
        return due_us;
    if (hinted_us == 0)
        return 1;
    return due_us == 0 || hinted_us < due_us ? hinted_us : due_us;
}

static void claim_over(struct sender *sender)
{
    arena_free(sender->arena);
    sender->arena = NULL;
    if (sender->closed != NULL)
        finish_closing(sender);
    else if (sender->full)
        look(sender);
    else
        schedule(sender, earlier(sender->next_due_us, take_hint(sender)));
}

/* Writes down again what the store could not take; see message_finished. */
static void on_retry(uv_timer_t *timer)
{
    struct sender *sender = timer->data;
    struct parcel *parcel = sender->unrecorded;

    sender->unrecorded = NULL;
    while (parcel != NULL) {
        struct parcel *next = parcel->next;

        store_run(sender->port, &parcel->job);
        parcel = next;
    }
}

/* States of an outbox row. */
enum { OUTBOX_WAITING = 0, OUTBOX_DELIVERED = 2, OUTBOX_GIVEN_UP = 3 };

static void note(const struct parcel *parcel, enum statistic stat, int64_t amount)
{
    tally_add(parcel->sender->parts.tally, stat, parcel->row.phone, amount, clock_now_us());
}

/* Once the outcome is recorded: a message whose outcome is not is sent again, and counted then. */
static void count_outcome(const struct parcel *parcel)
{
    int64_t cost_micros = parcel->sender->parts.provider.cost_micros;

    if (!parcel->tried || STORE_ROW(&parcel->job, finish_message)->finished == 0)
        return;
    if (parcel->finish.state == OUTBOX_GIVEN_UP)
        note(parcel, STAT_FAILED, 1);
    if (parcel->finish.state != OUTBOX_DELIVERED)
        return;
    note(parcel, STAT_DELIVERED, 1);
    if (cost_micros > 0)
        note(parcel, STAT_COST_MICROS, cost_micros);
}

static void message_finished(struct store_job *job)
{
    struct parcel *parcel = job->owner;
    struct sender *sender = parcel->sender;

    /* Tried again while the lease lasts: a message that was sent and not recorded would be sent
     * twice. After that rather twice than lost. */
    if (job->result != STORE_DONE && sender->closed == NULL &&
        clock_monotonic_us() < sender->lease_ends_us) {
        parcel->next = sender->unrecorded;
        sender->unrecorded = parcel;
        if (!uv_is_active((uv_handle_t *)&sender->retry))
            (void)uv_timer_start(&sender->retry, on_retry, RECORD_AGAIN_MS, 0);
        return;
    }
    if (job->result == STORE_DONE)
        count_outcome(parcel);
    else
        log_write(LOG_WARN, "message_not_recorded", LOG_INT("result", job->result));
    arena_free(parcel->arena);
    if (--sender->unfinished == 0)
        claim_over(sender);
}

static void store_outcome(struct parcel *parcel, int64_t state)
{
    struct sender *sender = parcel->sender;
    bool keep = (*sender->parts.settings)->dev && state == OUTBOX_DELIVERED;

    parcel->finish = (struct finish_message_in){
        .challenge_id = parcel->row.challenge_id,
        .step = parcel->row.step,
        .claimed_by = slice_of(sender->claim_id, CLAIM_ID_BYTES),
        .now_us = clock_now_us(),
        .state = state,
        .due_us = clock_now_us() + RETRY_US,
        .provider = slice_str(sender->parts.provider.name),
        .text = keep ? slice_str(parcel->text) : SLICE_ABSENT,
        .code = keep ? slice_str(parcel->code) : SLICE_ABSENT,
    };
    parcel->job = (struct store_job){.script = &script_finish_message,
                                     .in = &parcel->finish,
                                     .arena = parcel->arena,
                                     .done = message_finished,
                                     .owner = parcel};
    store_run(sender->port, &parcel->job);
}

static void on_sent(void *owner, enum provider_result result)
{
    struct parcel *parcel = owner;

    parcel->tried = true;
    switch (result) {
    case PROVIDER_DELIVERED:
        metric_count(METRIC_MESSAGES_DELIVERED);
        store_outcome(parcel, OUTBOX_DELIVERED);
        return;
    case PROVIDER_UNAVAILABLE:
        if (parcel->row.attempts < ATTEMPTS_MAX) {
            store_outcome(parcel, OUTBOX_WAITING);
            return;
        }
        break;
    case PROVIDER_FAILED:
        break;
    }
    metric_count(METRIC_MESSAGES_FAILED);
    store_outcome(parcel, OUTBOX_GIVEN_UP);
}

static void write_text(struct parcel *parcel)
{
    const struct sender_parts *parts = &parcel->sender->parts;
    const struct settings *settings = *parts->settings;
    struct message_terms terms = {
        .locale = locale_from_tag(parcel->row.locale),
        .brand = settings->message_brand,
        .domain = settings->message_domain,
        .code = parcel->code,
        .life_s = parcel->row.ttl_us / US_PER_S,
    };

    code_derive(parts->keyring->code, (const uint8_t *)parcel->row.challenge_id.ptr,
                (const uint8_t *)parcel->row.nonce.ptr, parcel->row.phone,
                (unsigned)parcel->row.code_length, parcel->code);
    (void)message_write(&terms, parcel->text);
}

static void send_one(struct sender *sender, const struct claim_outbox_row *row)
{
    struct arena *arena = arena_new();
    struct parcel *parcel = ARENA_NEW(arena, struct parcel);

    parcel->sender = sender;
    parcel->arena = arena;
    parcel->row = *row;
    /* Used, expired or superseded while it waited, nobody needs it any more; claimed too often, it
     * has been sent often enough. */
    if (row->alive == 0 || row->attempts > ATTEMPTS_MAX) {
        store_outcome(parcel, OUTBOX_GIVEN_UP);
        return;
    }
    write_text(parcel);
    parcel->message = (struct message){
        .phone = row->phone, .channel = row->channel, .text = parcel->text, .code = parcel->code};
    sender->parts.provider.send(sender->parts.provider.self, &parcel->message, on_sent, parcel);
}

static void claimed(struct store_job *job)
{
    struct sender *sender = job->owner;
    unsigned messages = 0;

    sender->next_due_us = 0;
    sender->full = false;
    if (job->result != STORE_DONE) {
        claim_over(sender);
        return;
    }
    for (unsigned i = 0; i < job->row_count; i++) {
        const struct claim_outbox_row *row = STORE_ROW_AT(job, claim_outbox, i);

        sender->next_due_us = row->next_due_us;
        messages += !slice_is_absent(row->challenge_id);
    }
    sender->full = messages >= (unsigned)sender->claim_in.most;
    /* One more than there are, so that the claim is not over before the loop below is. */
    sender->unfinished = messages + 1;
    for (unsigned i = 0; i < job->row_count; i++) {
        const struct claim_outbox_row *row = STORE_ROW_AT(job, claim_outbox, i);

        if (!slice_is_absent(row->challenge_id))
            send_one(sender, row);
    }
    if (--sender->unfinished == 0)
        claim_over(sender);
}

/* No more than half the store's queue: each message claimed puts its outcome there. */
static int64_t claim_most(const struct sender *sender)
{
    int64_t half = (*sender->parts.settings)->store_queue / 2;

    return half < CLAIM_MAX ? half : CLAIM_MAX;
}

static void look(struct sender *sender)
{
    if (sender->arena != NULL || sender->is_quiet || sender->closed != NULL)
        return;
    atomic_store(&sender->hinted_us, INT64_MAX);
    (void)uv_timer_stop(&sender->timer);
    sender->arena = arena_new();
    random_bytes(sender->claim_id, sizeof(sender->claim_id));
    sender->claim_in = (struct claim_outbox_in){
        .request_id = slice_of(sender->claim_id, sizeof(sender->claim_id)),
        .now_us = clock_now_us(),
        .lease_us = LEASE_US,
        .most = claim_most(sender),
    };
    sender->lease_ends_us = clock_monotonic_us() + LEASE_US - US_PER_S;
    sender->claim = (struct store_job){.script = &script_claim_outbox,
                                       .in = &sender->claim_in,
                                       .arena = sender->arena,
                                       .done = claimed,
                                       .owner = sender};
    store_run(sender->port, &sender->claim);
}

static void on_wake(uv_async_t *handle)
{
    struct sender *sender = handle->data;
    int64_t hinted_us;

    /* While a claim is under way a hint waits for its end. */
    if (sender->arena != NULL || sender->closed != NULL)
        return;
    hinted_us = take_hint(sender);
    /* A due time only ever brings the timer forward. */
    if (hinted_us != INT64_MAX &&
        hinted_us - clock_now_us() < (int64_t)uv_timer_get_due_in(&sender->timer) * US_PER_MS)
        schedule(sender, earlier(0, hinted_us));
}

static void on_rest(uv_prepare_t *handle)
{
    struct sender *sender = handle->data;

    store_port_rest(sender->port);
}

void sender_due(void *sender_object, int64_t due_us)
{
    struct sender *sender = sender_object;
    int64_t known = atomic_load(&sender->hinted_us);

    while (due_us < known && !atomic_compare_exchange_weak(&sender->hinted_us, &known, due_us))
        continue;
    if (due_us < known)
        (void)uv_async_send(&sender->wake);
}

bool sender_open(uv_loop_t *loop, const struct sender_parts *parts, struct sender **ret_sender,
                 char ret_error[STORE_ERROR_SIZE])
{
    struct sender *sender = calloc(1, sizeof(*sender));

    CHECK(sender != NULL);
    sender->parts = *parts;
    sender->open_handles = 4;
    atomic_store(&sender->hinted_us, INT64_MAX);
    if (!store_port_open(parts->store, loop, &sender->port, ret_error)) {
        free(sender);
        return false;
    }
    CHECK(uv_async_init(loop, &sender->wake, on_wake) == 0 &&
          uv_timer_init(loop, &sender->timer) == 0 && uv_timer_init(loop, &sender->retry) == 0 &&
          uv_prepare_init(loop, &sender->rest) == 0 &&
          uv_prepare_start(&sender->rest, on_rest) == 0);
    sender->wake.data = sender;
    sender->timer.data = sender;
    sender->retry.data = sender;
    sender->rest.data = sender;
    schedule(sender, 1);
    *ret_sender = sender;
    return true;
}

void sender_quiet(struct sender *sender)
{
    sender->is_quiet = true;
}

void sender_close(struct sender *sender, void (*closed)(void *owner), void *owner)
{
    sender->closed = closed;
    sender->closed_owner = owner;
    /* What could not be recorded so far has one more try now. */
    if (uv_is_active((uv_handle_t *)&sender->retry)) {
        (void)uv_timer_stop(&sender->retry);
        on_retry(&sender->retry);
    }
    if (sender->arena == NULL)
        finish_closing(sender);
}
