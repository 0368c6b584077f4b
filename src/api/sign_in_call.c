#include "api/sign_in_call.h"

#include "api/challenge_call.h"
#include "api/session_call.h"
#include "base/metric.h"
#include "base/random.h"
#include "domain/invite.h"

/* A new account's own code; drawn again when the store says it is somebody's. */
static void draw_invite(struct call *call, struct redeem_code_in *in)
{
    char *code = arena_alloc(call->arena, INVITE_TEXT_SIZE);

    invite_code_draw(call->settings->invite_alphabet, random_bytes, code);
    in->own_code = slice_str(code);
}

void sign_in_fill(struct call *call, struct redeem_code_in *in, int64_t session_s)
{
    const struct settings *settings = call->settings;

    in->request_id = slice_of(call->request_id, sizeof(call->request_id));
    in->now_us = call->now_us;
    in->guess_hour = settings->guess_hour;
    in->guess_day = settings->guess_day;
    in->refuse_cycles = strcmp(settings->invite_cycles, "refuse") == 0;
    in->user_agent = session_user_agent(call);
    in->address = call->request->address;
    in->expires_us = call->now_us + session_s * US_PER_S;
    in->session_max = settings->session_max;
    in->idempotent = call->idempotent;
    in->fingerprint = slice_of(call->fingerprint, sizeof(call->fingerprint));
    draw_invite(call, in);
}

static void count_sign_in(struct call *call, const struct redeem_code_row *row)
{
    /* A repeated request is not another sign-in, and gives no message back. */
    if (row->session_us != call->now_us)
        return;
    metric_count(METRIC_SIGN_INS);
    call_tally(call, STAT_SIGN_INS);
    if (row->is_first == 1) {
        metric_count(METRIC_ACCOUNTS_NEW);
        call_tally(call, STAT_NEW_ACCOUNTS);
    }
    if (row->activated == 1) {
        metric_count(METRIC_ACTIVATIONS);
        call_tally(call, STAT_ACTIVATIONS);
    }
    call_limit_refund(call, ADDRESS_LIMIT_SEND);
}

/* The facts, seen through the first sending of a repeated request. */
static enum challenge_outcome outcome_of(const struct call *call, const struct redeem_code_row *row,
                                         int64_t *ret_attempts_left)
{
    struct challenge_facts facts = challenge_facts(&row->challenge_state);

    *ret_attempts_left = facts.attempts_left;
    if (!slice_is_absent(row->first_fingerprint)) {
        facts.tried = true;
        *ret_attempts_left = row->first_attempts_left;
    }
    return challenge_outcome(&facts, call->now_us);
}

enum sign_in {
    SIGN_IN_DONE,    /* the row has the session */
    SIGN_IN_REFUSED, /* call->reply says why */
    SIGN_IN_AGAIN,   /* the new account's invite code is somebody's: run the script again */
};

static enum sign_in refuse(struct call *call, enum problem_id id)
{
    (void)call_refuse(call, id);
    return SIGN_IN_REFUSED;
}

/* The guess was right. */
static enum sign_in read_session(struct call *call, const struct redeem_code_row *row)
{
    if (row->disabled == 1)
        return refuse(call, PROBLEM_ACCOUNT_DISABLED);
    if (row->account.id == 0 && slice_is_absent(row->first_fingerprint)) {
        draw_invite(call, call->in);
        return SIGN_IN_AGAIN;
    }
    /* A repeated request whose session has been ended since. */
    if (row->session_id == 0)
        return refuse(call, PROBLEM_CODE_USED);
    count_sign_in(call, row);
    return SIGN_IN_DONE;
}

/* By a phone alone: see challenge_is_guarded. */
static bool is_guarded(const struct call *call)
{
    const struct redeem_code_in *in = call->in;

    return in->purpose == CHALLENGE_BY_PHONE && slice_is_absent(in->challenge_id) &&
           challenge_is_guarded(call);
}

static enum sign_in sign_in_read(struct call *call)
{
    const struct redeem_code_in *in = call->in;
    const struct redeem_code_row *row = STORE_ROW(&call->job, redeem_code);
    enum challenge_outcome outcome;
    int64_t attempts_left;

    if (row == NULL) {
        if (!is_guarded(call))
            call_limit_undo(call);
        return refuse(call, PROBLEM_CHALLENGE_UNKNOWN);
    }
    if (!slice_is_absent(row->first_fingerprint) &&
        !slice_eq(row->first_fingerprint, in->fingerprint)) {
        call_limit_undo(call);
        return refuse(call, PROBLEM_IDEMPOTENCY_KEY_REUSED);
    }
    call->phone = row->challenge_state.phone;
    outcome = outcome_of(call, row, &attempts_left);
    /* Counted before it was known; only wrong ones stay counted. */
    if (outcome == CHALLENGE_RIGHT || (outcome != CHALLENGE_WRONG && !is_guarded(call)))
        call_limit_undo(call);
    if ((outcome == CHALLENGE_USED || outcome == CHALLENGE_SUPERSEDED) && is_guarded(call))
        outcome = CHALLENGE_UNKNOWN;
    if (outcome == CHALLENGE_RIGHT)
        return read_session(call, row);
    challenge_refuse_guess(call, outcome, attempts_left, row->challenge_state.nth_hour_us,
                           row->challenge_state.nth_day_us);
    return SIGN_IN_REFUSED;
}

enum answer_result sign_in_answer(struct call *call,
                                  void (*write)(struct call *call,
                                                const struct redeem_code_row *row))
{
    switch (sign_in_read(call)) {
    case SIGN_IN_AGAIN:
        return ANSWER_AGAIN;
    case SIGN_IN_REFUSED:
        break;
    case SIGN_IN_DONE:
        write(call, STORE_ROW(&call->job, redeem_code));
        break;
    }
    return ANSWER_READY;
}
