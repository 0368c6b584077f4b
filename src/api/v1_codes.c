/*
 * POST /v1/codes and its resend.
 */
#include "api/body.h"
#include "api/challenge_call.h"
#include "api/invite_call.h"
#include "api/routes.h"
#include "base/metric.h"
#include "domain/pacing.h"

#define PHONE_BYTES_MAX 256
#define WORD_BYTES_MAX 64

/* The ways a code can travel; absent means the first. */
static bool knows_channel(struct call *call, struct slice channel)
{
    if (slice_is_absent(channel) || slice_eq_str(channel, "sms"))
        return true;
    (void)call_refuse_field(call, PROBLEM_FIELD_INVALID, "channel");
    return false;
}

enum ask_result codes_ask_create(struct call *call)
{
    struct slice phone = SLICE_ABSENT;
    struct slice channel = SLICE_ABSENT;
    struct slice locale = SLICE_ABSENT;
    struct slice invite = SLICE_ABSENT;
    const struct body_field fields[] = {
        {"phone", true, BODY_STRING, PHONE_BYTES_MAX, false, &phone, NULL, NULL},
        {"channel", false, BODY_STRING, WORD_BYTES_MAX, false, &channel, NULL, NULL},
        {"locale", false, BODY_STRING, WORD_BYTES_MAX, false, &locale, NULL, NULL},
        {"invite_code", false, BODY_STRING, WORD_BYTES_MAX, false, &invite, NULL, NULL},
    };
    struct create_challenge_in *in = call->in;
    struct phone number;

    if (!body_read(call, fields, ARRAY_LEN(fields)) || !knows_channel(call, channel) ||
        !challenge_phone(call, phone, "phone", &number) ||
        !challenge_fill(call, &number, CHALLENGE_SIGN_IN, locale))
        return ASK_ANSWERED;
    invite_read(call, invite, &in->invite_given, &in->invite_forgiven);
    return call_limit(call, ADDRESS_LIMIT_SEND) ? ASK_STORE : ASK_ANSWERED;
}

enum answer_result codes_answer_create(struct call *call)
{
    const struct create_challenge_in *in = call->in;
    const struct create_challenge_row *row = challenge_sent(call);

    if (row == NULL)
        return ANSWER_READY;
    challenge_answer(call, &(struct challenge_shown){
                               .id = in->request_id,
                               .phone = row->phone,
                               .channel = row->channel,
                               .code_length = row->code_length,
                               .expires_us = row->expires_us,
                               .sent_us = row->sent_us,
                               .resends = row->resends,
                               .attempts_left = row->attempts_left,
                           });
    return ANSWER_READY;
}

enum ask_result codes_ask_resend(struct call *call)
{
    const struct settings *settings = call->settings;
    struct resend_code_in *in = call->in;
    struct slice channel = SLICE_ABSENT;
    const struct body_field fields[] = {
        {"channel", false, BODY_STRING, WORD_BYTES_MAX, false, &channel, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)) ||
        !challenge_id_read(call, call->param, &in->challenge_id) || !knows_channel(call, channel))
        return ASK_ANSWERED;
    in->request_id = slice_of(call->request_id, sizeof(call->request_id));
    in->now_us = call->now_us;
    in->due_us = challenge_due_us(call);
    in->max_resends = settings->send_resends;
    in->gap_0_us = pacing_resend_gap_us(settings->send_cooldown_s, 0);
    in->gap_1_us = pacing_resend_gap_us(settings->send_cooldown_s, 1);
    in->gap_2_us = pacing_resend_gap_us(settings->send_cooldown_s, 2);
    in->cooldown_us = settings->send_cooldown_s * US_PER_S;
    in->max_10min = settings->send_10min;
    in->max_hour = settings->send_hour;
    in->max_day = settings->send_day;
    return call_limit(call, ADDRESS_LIMIT_SEND) ? ASK_STORE : ASK_ANSWERED;
}

/* Of the two distances a resend keeps, from its own last sending and from whatever was sent to the
 * phone last, the one that ends later. */
static struct challenge_sends sends_of(struct call *call, const struct resend_code_row *row)
{
    int64_t cooldown_s = call->settings->send_cooldown_s;
    struct challenge_sends sends = {
        .last_us = row->sent_us,
        .gap_us = pacing_resend_gap_us(cooldown_s, row->resends),
        .nth_10min_us = row->nth_10min_us,
        .nth_hour_us = row->nth_hour_us,
        .nth_day_us = row->nth_day_us,
    };

    if (row->last_sent_us + cooldown_s * US_PER_S > sends.last_us + sends.gap_us) {
        sends.last_us = row->last_sent_us;
        sends.gap_us = cooldown_s * US_PER_S;
    }
    return sends;
}

/* Why the script did not send: the challenge is over, or a limit. */
static void refuse_resend(struct call *call, const struct resend_code_row *row)
{
    struct challenge_facts facts = {
        .found = true,
        .redeemed = row->redeemed == 1 ? CHALLENGE_REDEEMED_BEFORE : CHALLENGE_REDEEMED_NOT,
        .superseded = row->superseded == 1,
        .attempts_left = row->attempts_left,
        .expires_us = row->expires_us,
    };
    enum challenge_outcome outcome = challenge_outcome(&facts, call->now_us);
    struct challenge_sends sends = sends_of(call, row);

    if (outcome != CHALLENGE_ALIVE) {
        challenge_refuse_guess(call, outcome, 0, 0, 0);
    } else if (row->resends >= call->settings->send_resends) {
        metric_count(METRIC_CODES_REFUSED);
        call_tally(call, STAT_SEND_LIMIT);
        call_refuse_until(call, PROBLEM_SEND_LIMIT, row->expires_us);
    } else {
        challenge_refuse_send(call, &sends);
    }
}

enum answer_result codes_answer_resend(struct call *call)
{
    const struct resend_code_in *in = call->in;
    const struct resend_code_row *row = STORE_ROW(&call->job, resend_code);

    if (row == NULL) {
        (void)call_refuse(call, PROBLEM_CHALLENGE_UNKNOWN);
        return ANSWER_READY;
    }
    call->phone = row->phone;
    if (row->sent == 0) {
        refuse_resend(call, row);
        return ANSWER_READY;
    }
    challenge_note_sent(call, in->due_us);
    challenge_answer(call, &(struct challenge_shown){
                               .id = in->challenge_id,
                               .phone = row->phone,
                               .channel = row->channel,
                               .code_length = row->code_length,
                               .expires_us = row->expires_us,
                               .sent_us = row->sent_us,
                               .resends = row->resends,
                               .attempts_left = row->attempts_left,
                           });
    return ANSWER_READY;
}
