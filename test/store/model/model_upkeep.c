/* The model of the outbox and of the cleaning. */
#include "model.h"

#include <stdlib.h>

#include "base/check.h"

/* States of a message. */
enum { WAITING, CLAIMED, DELIVERED };

static bool is_open(const struct model_message *message)
{
    return message->state == WAITING || message->state == CLAIMED;
}

/* Whether a claim brought the message, as far as is known. */
static bool was_brought(const struct rows *told, const struct model_message *message)
{
    const struct claim_outbox_row *row = told == NULL ? NULL : (const void *)told->data;

    for (unsigned i = 0; told != NULL && i < told->count; i++)
        if (slice_eq(row[i].challenge_id, message->challenge_id) && row[i].step == message->step)
            return true;
    return told == NULL;
}

/* The message that has been due longest and is nobody's. */
static struct model_message *next_due(struct model *model, int64_t now_us, const struct rows *told)
{
    struct model_message *next = NULL;

    for (unsigned i = 0; i < model->message_count; i++) {
        struct model_message *message = &model->messages[i];

        if (is_open(message) && message->due_us <= now_us && message->lease_us <= now_us &&
            was_brought(told, message) && (next == NULL || message->due_us < next->due_us))
            next = message;
    }
    return next;
}

/* Run again under the same request id, a claim takes no more. */
static bool has_claimed(const struct model *model, const struct claim_outbox_in *in)
{
    for (unsigned i = 0; i < model->message_count; i++)
        if (model->messages[i].state == CLAIMED && model->messages[i].due_us <= in->now_us &&
            slice_eq(model->messages[i].claimed_by, in->request_id))
            return true;
    return false;
}

static int64_t next_due_after(const struct model *model, int64_t now_us)
{
    int64_t next_us = 0;

    for (unsigned i = 0; i < model->message_count; i++) {
        const struct model_message *message = &model->messages[i];

        if (is_open(message) && message->due_us > now_us &&
            (next_us == 0 || message->due_us < next_us))
            next_us = message->due_us;
    }
    return next_us;
}

static void show_claimed(struct model *model, const struct model_message *message,
                         const struct claim_outbox_in *in, struct claim_outbox_row *row)
{
    const struct model_challenge *challenge = model_challenge(model, message->challenge_id);

    row->challenge_id = message->challenge_id;
    row->step = message->step;
    row->phone = message->phone;
    row->channel = message->channel;
    row->locale = message->locale;
    row->created_us = message->created_us;
    row->attempts = message->attempts;
    if (challenge == NULL)
        return;
    row->nonce = challenge->nonce;
    row->code_length = challenge->code_length;
    row->ttl_us = challenge->expires_us - challenge->created_us;
    row->alive = !slice_is_absent(challenge->nonce) && challenge->expires_us > in->now_us;
}

void model_claim_outbox(struct model *model, const void *params, struct rows *rows)
{
    const struct claim_outbox_in *in = params;
    int64_t most = has_claimed(model, in) ? 0 : in->most;
    int64_t next_us;

    for (int64_t i = 0; i < most; i++) {
        struct model_message *message = next_due(model, in->now_us, rows->told);

        if (message == NULL)
            break;
        message->state = CLAIMED;
        message->claimed_by = in->request_id;
        message->attempts++;
        message->lease_us = in->now_us + in->lease_us;
    }
    next_us = next_due_after(model, in->now_us);
    for (unsigned i = 0; i < model->message_count; i++) {
        const struct model_message *message = &model->messages[i];

        if (message->state == CLAIMED && slice_eq(message->claimed_by, in->request_id) &&
            message->due_us <= in->now_us)
            show_claimed(model, message, in, ROWS_ADD(rows, claim_outbox));
    }
    if (rows->count == 0)
        (void)ROWS_ADD(rows, claim_outbox);
    for (unsigned i = 0; i < rows->count; i++)
        ((struct claim_outbox_row *)(void *)rows->data)[i].next_due_us = next_us;
}

static void deliver(struct model *model, const struct model_message *message,
                    const struct finish_message_in *in)
{
    CHECK(model->delivered_count < MODEL_DELIVERED_MAX);
    model->delivered[model->delivered_count++] =
        (struct model_delivered){.shown = {.phone = message->phone,
                                           .text = in->text,
                                           .code = in->code,
                                           .channel = message->channel,
                                           .provider = in->provider,
                                           .sent_us = message->created_us,
                                           .delivered_us = in->now_us}};
}

void model_finish_message(struct model *model, const void *params, struct rows *rows)
{
    const struct finish_message_in *in = params;
    struct finish_message_row *row = ROWS_ADD(rows, finish_message);

    for (unsigned i = 0; i < model->message_count; i++) {
        struct model_message *message = &model->messages[i];

        if (!slice_eq(message->challenge_id, in->challenge_id) || message->step != in->step)
            continue;
        if (message->state == CLAIMED && slice_eq(message->claimed_by, in->claimed_by)) {
            if (!slice_is_absent(in->text))
                deliver(model, message, in);
            message->state = in->state;
            message->due_us = in->due_us;
            message->lease_us = 0;
            message->done_us = in->now_us;
            message->done_by = in->claimed_by;
        }
        row->finished =
            message->done_us == in->now_us && slice_eq(message->done_by, in->claimed_by);
        /* Two who finish in one microsecond: the loser may be told either. */
        rows->open = message->done_us == in->now_us && row->finished == 0;
    }
}

/* Removes the rows of one table for which `over`, an expression of `row`, is true. */
#define REMOVE_WHERE(table, count, over)                           \
    for (unsigned i = model->count; i-- > 0;) {                    \
        const __typeof__(model->table[0]) *row = &model->table[i]; \
                                                                   \
        if (over)                                                  \
            MODEL_REMOVE(model->table, model->count, i);           \
    }

/* A session's place in their order: nothing is before all of them, an unknown one after. */
static int64_t session_rank(const struct model *model, int64_t id)
{
    for (unsigned i = 0; i < model->session_count; i++)
        if (model->sessions[i].id == id)
            return i;
    return id == 0 ? -1 : INT64_MAX;
}

static void sweep_all(struct model *model, const struct sweep_in *in)
{
    int64_t hour_ago_us = in->now_us - US_PER_HOUR;
    int64_t day_ago_us = in->now_us - US_PER_DAY;
    int64_t from = session_rank(model, in->session_from);
    int64_t to = session_rank(model, in->session_to);

    for (unsigned i = 0; i < model->challenge_count; i++) {
        if (model->challenges[i].expires_us > in->now_us)
            continue;
        model->challenges[i].nonce = SLICE_ABSENT;
        model->challenges[i].mac = SLICE_ABSENT;
    }
    REMOVE_WHERE(challenges, challenge_count, row->created_us <= hour_ago_us)
    REMOVE_WHERE(events, event_count, row->at_us <= day_ago_us)
    REMOVE_WHERE(messages, message_count, row->created_us < in->outbox_before_us)
    REMOVE_WHERE(delivered, delivered_count, row->shown.delivered_us <= day_ago_us)
    REMOVE_WHERE(replies, reply_count, row->created_us <= in->now_us - 2 * US_PER_HOUR)
    REMOVE_WHERE(grants, grant_count, row->created_us <= hour_ago_us)
    REMOVE_WHERE(sessions, session_count,
                 row->expires_us <= in->now_us && (int64_t)i > from && (int64_t)i <= to)
    REMOVE_WHERE(audit, audit_count, row->at_us < in->audit_before_us)
}

/* In one piece: `most` is beyond everything. */
void model_sweep(struct model *model, const void *params, struct rows *rows)
{
    const struct sweep_in *in = params;
    struct sweep_row *row = ROWS_ADD(rows, sweep);

    if (model->sweep_until_us < in->now_us || slice_eq(model->sweep_holder, in->holder)) {
        model->sweep_holder = in->holder;
        model->sweep_until_us = in->now_us + in->lease_us;
        sweep_all(model, in);
        row->held = 1;
    }
    if (model->session_count > 0)
        row->last_session_id = model->sessions[model->session_count - 1].id;
}

void model_latest_time(struct model *model, const void *params, struct rows *rows)
{
    struct latest_time_row *row = ROWS_ADD(rows, latest_time);

    (void)params;
    for (unsigned i = 0; i < model->event_count; i++)
        if (model->events[i].at_us > row->at_us)
            row->at_us = model->events[i].at_us;
}

void model_check_ready(struct model *model, const void *params, struct rows *rows)
{
    (void)model;
    (void)params;
    ROWS_ADD(rows, check_ready)->ready = 1;
}

static bool has_key_after(const struct model *model, int64_t active_us)
{
    for (unsigned i = 0; i < model->key_count; i++)
        if (model->keys[i].shown.active_us > active_us)
            return true;
    return false;
}

static bool has_key(const struct model *model, struct slice kid)
{
    for (unsigned i = 0; i < model->key_count; i++)
        if (slice_eq(model->keys[i].shown.kid, kid))
            return true;
    return false;
}

void model_add_signing_key(struct model *model, const void *params, struct rows *rows)
{
    const struct add_signing_key_in *in = params;

    for (unsigned i = 0; i < model->key_count; i++) {
        struct list_signing_keys_row *key = &model->keys[i].shown;

        if (key->active_us == in->newest_active_us && key->retired_us < in->newest_until_us)
            key->retired_us = in->newest_until_us;
    }
    REMOVE_WHERE(keys, key_count, row->shown.retired_us <= in->now_us)
    if (!has_key_after(model, in->newest_active_us) && !has_key(model, in->kid)) {
        CHECK(model->key_count < MODEL_KEYS_MAX);
        model->keys[model->key_count++] =
            (struct model_key){.shown = {.kid = in->kid,
                                         .sealed = in->sealed,
                                         .created_us = in->now_us,
                                         .active_us = in->active_us,
                                         .retired_us = in->retired_us}};
    }
    ROWS_ADD(rows, add_signing_key)->added = has_key(model, in->kid);
}

void model_list_signing_keys(struct model *model, const void *params, struct rows *rows)
{
    const struct list_signing_keys_in *in = params;

    for (unsigned i = 0; i < model->key_count; i++)
        if (model->keys[i].shown.retired_us > in->now_us)
            *ROWS_ADD(rows, list_signing_keys) = model->keys[i].shown;
}

void model_claim_setting(struct model *model, const void *params, struct rows *rows)
{
    const struct claim_setting_in *in = params;
    unsigned i = 0;

    while (i < model->setting_count && !slice_eq(model->settings[i].name, in->name))
        i++;
    if (i == model->setting_count) {
        CHECK(i < MODEL_SETTINGS_MAX);
        model->settings[model->setting_count++] =
            (struct model_setting){.name = in->name, .value = in->value};
    }
    ROWS_ADD(rows, claim_setting)->value = model->settings[i].value;
}
