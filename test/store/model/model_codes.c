/* The model of codes: asking for one, sending it again, guessing at it. */
#include "model.h"

#include "base/check.h"

struct limits {
    int64_t cooldown_us, max_10min, max_hour, max_day;
};

static bool may_send(const struct model *model, struct slice phone, int64_t now_us,
                     const struct limits *limits)
{
    return (limits->cooldown_us == 0 ||
            model_events(model, phone, 1, now_us - limits->cooldown_us) == 0) &&
           model_events(model, phone, 1, now_us - 10 * US_PER_MINUTE) < limits->max_10min &&
           model_events(model, phone, 1, now_us - US_PER_HOUR) < limits->max_hour &&
           model_events(model, phone, 1, now_us - US_PER_DAY) < limits->max_day;
}

void model_add_message(struct model *model, const struct model_challenge *challenge, int64_t step,
                       int64_t now_us, int64_t due_us)
{
    CHECK(model->message_count < MODEL_MESSAGES_MAX);
    model->messages[model->message_count++] = (struct model_message){
        .challenge_id = challenge->id,
        .phone = challenge->phone,
        .channel = challenge->channel,
        .locale = challenge->locale,
        .step = step,
        .created_us = now_us,
        .due_us = due_us,
    };
}

/* A newer code of the same requester, for the same purpose: the older ones open nothing. */
static void supersede_older(struct model *model, const struct create_challenge_in *in)
{
    for (unsigned i = 0; i < model->challenge_count; i++) {
        struct model_challenge *older = &model->challenges[i];

        if (!slice_eq(older->id, in->request_id) && slice_eq(older->phone, in->phone) &&
            older->purpose == in->purpose && older->account_id == in->account_id &&
            slice_eq(older->requester, in->requester) && !older->superseded &&
            slice_is_absent(older->redeemed_by) && older->expires_us > in->now_us &&
            older->created_us <= in->now_us)
            model_supersede(older);
    }
}

static struct model_challenge *make_challenge(struct model *model,
                                              const struct create_challenge_in *in)
{
    struct model_challenge *challenge = &model->challenges[model->challenge_count++];

    CHECK(model->challenge_count <= MODEL_CHALLENGES_MAX);
    *challenge = (struct model_challenge){
        .id = in->request_id,
        .phone = in->phone,
        .nonce = in->nonce,
        .mac = in->mac,
        .requester = in->requester,
        .channel = in->channel,
        .locale = in->locale,
        .given = in->invite_given,
        .forgiven = in->invite_forgiven,
        .purpose = in->purpose,
        .account_id = in->account_id,
        .code_length = in->code_length,
        .attempts_left = in->attempts,
        .created_us = in->now_us,
        .sent_us = in->now_us,
        .expires_us = in->expires_us,
    };
    model_add_event(model, in->phone, 1, in->now_us, in->request_id);
    model_add_message(model, challenge, 0, in->now_us, in->due_us);
    supersede_older(model, in);
    return challenge;
}

void model_create_challenge(struct model *model, const void *params, struct rows *rows)
{
    const struct create_challenge_in *in = params;
    struct create_challenge_row *row = ROWS_ADD(rows, create_challenge);
    const struct limits limits = {in->cooldown_us, in->max_10min, in->max_hour, in->max_day};
    struct model_challenge *challenge = model_challenge(model, in->request_id);
    const struct model_reply *reply;

    row->auth =
        in->purpose != 2 ? 1 : model_auth(model, in->session_id, in->account_id, in->now_us);
    if (challenge == NULL && row->auth == 1 && may_send(model, in->phone, in->now_us, &limits))
        challenge = make_challenge(model, in);
    if (challenge != NULL) {
        if (in->idempotent == 1)
            model_add_reply(model, in->request_id, in->fingerprint, challenge->attempts_left,
                            in->now_us);
        row->made = 1;
        row->phone = challenge->phone;
        row->channel = challenge->channel;
        row->code_length = challenge->code_length;
        row->attempts_left = challenge->attempts_left;
        row->created_us = challenge->created_us;
        row->sent_us = challenge->sent_us;
        row->expires_us = challenge->expires_us;
        row->resends = challenge->resends;
    }
    row->last_sent_us = model_nth_event(model, in->phone, 1, 1);
    row->nth_10min_us = model_nth_event(model, in->phone, 1, in->max_10min);
    row->nth_hour_us = model_nth_event(model, in->phone, 1, in->max_hour);
    row->nth_day_us = model_nth_event(model, in->phone, 1, in->max_day);
    reply = model_reply(model, in->request_id);
    if (reply != NULL)
        row->first_fingerprint = reply->fingerprint;
}

/* Alive and due for another sending by its own gap; the phone's limits are another matter. */
static bool may_resend(const struct model_challenge *challenge, const struct resend_code_in *in)
{
    int64_t gap_us = challenge->resends == 0   ? in->gap_0_us
                     : challenge->resends == 1 ? in->gap_1_us
                                               : in->gap_2_us;

    return challenge->expires_us > in->now_us && !challenge->superseded &&
           slice_is_absent(challenge->redeemed_by) && challenge->attempts_left > 0 &&
           challenge->resends < in->max_resends && challenge->sent_us + gap_us <= in->now_us &&
           !slice_eq(challenge->sent_by, in->request_id);
}

void model_resend_code(struct model *model, const void *params, struct rows *rows)
{
    const struct resend_code_in *in = params;
    const struct limits limits = {in->cooldown_us, in->max_10min, in->max_hour, in->max_day};
    struct model_challenge *challenge = model_challenge(model, in->challenge_id);
    struct resend_code_row *row;

    if (challenge == NULL)
        return;
    if (may_resend(challenge, in) && may_send(model, challenge->phone, in->now_us, &limits)) {
        challenge->resends++;
        challenge->sent_us = in->now_us;
        challenge->sent_by = in->request_id;
        model_add_event(model, challenge->phone, 1, in->now_us, in->request_id);
        model_add_message(model, challenge, challenge->resends, in->now_us, in->due_us);
    }
    row = ROWS_ADD(rows, resend_code);
    row->sent = slice_eq(challenge->sent_by, in->request_id);
    row->phone = challenge->phone;
    row->channel = challenge->channel;
    row->code_length = challenge->code_length;
    row->attempts_left = challenge->attempts_left;
    row->created_us = challenge->created_us;
    row->sent_us = challenge->sent_us;
    row->expires_us = challenge->expires_us;
    row->resends = challenge->resends;
    row->superseded = challenge->superseded;
    row->redeemed = !slice_is_absent(challenge->redeemed_by);
    row->last_sent_us = model_nth_event(model, challenge->phone, 1, 1);
    row->nth_10min_us = model_nth_event(model, challenge->phone, 1, in->max_10min);
    row->nth_hour_us = model_nth_event(model, challenge->phone, 1, in->max_hour);
    row->nth_day_us = model_nth_event(model, challenge->phone, 1, in->max_day);
}
