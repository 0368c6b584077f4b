/* The model of guesses: signing in, and taking another number. */
#include "model.h"

#include "base/check.h"

struct guess {
    struct slice mac, request_id;
    int64_t now_us, guess_hour, guess_day;
};

/* One guess at a live challenge, unless the phone's own limit forbids it or the same request has
 * just made it: then an engine repeats what it could not learn the outcome of. */
static void guess_at(struct model *model, struct model_challenge *challenge,
                     const struct guess *guess)
{
    bool right = !slice_is_absent(challenge->mac) && slice_eq(challenge->mac, guess->mac);

    if (model_has_event(model, challenge->phone, 2, guess->now_us, guess->request_id) ||
        challenge->attempts_left <= 0 || challenge->expires_us <= guess->now_us ||
        !slice_is_absent(challenge->redeemed_by) || challenge->superseded ||
        model_events(model, challenge->phone, 2, guess->now_us - US_PER_HOUR) >=
            guess->guess_hour ||
        model_events(model, challenge->phone, 2, guess->now_us - US_PER_DAY) >= guess->guess_day)
        return;
    challenge->attempts_left--;
    challenge->tried_by = guess->request_id;
    if (right)
        challenge->redeemed_by = guess->request_id;
    else
        model_add_event(model, challenge->phone, 2, guess->now_us, guess->request_id);
    if (right || challenge->attempts_left == 0)
        model_forget_code(challenge);
}

static struct challenge_state_part state_of(const struct model *model,
                                            const struct model_challenge *challenge,
                                            const struct guess *guess)
{
    return (struct challenge_state_part){
        .phone = challenge->phone,
        .tried = slice_eq(challenge->tried_by, guess->request_id),
        .redeemed = slice_is_absent(challenge->redeemed_by)               ? 0
                    : slice_eq(challenge->redeemed_by, guess->request_id) ? 1
                                                                          : 2,
        .attempts_left = challenge->attempts_left,
        .created_us = challenge->created_us,
        .expires_us = challenge->expires_us,
        .superseded = challenge->superseded,
        .nth_hour_us = model_nth_event(model, challenge->phone, 2, guess->guess_hour),
        .nth_day_us = model_nth_event(model, challenge->phone, 2, guess->guess_day),
    };
}

struct model_session *model_session_by_seed(struct model *model, struct slice seed,
                                            int64_t account_id)
{
    struct model_session *session = model_session(model, model_number(seed));

    return session != NULL && session->account_id == account_id ? session : NULL;
}

void model_trim_sessions(struct model *model, int64_t account_id, int64_t max)
{
    int64_t count = 0;

    for (unsigned i = model->session_count; i-- > 0;)
        if (model->sessions[i].account_id == account_id && ++count > max)
            MODEL_REMOVE(model->sessions, model->session_count, i);
}

static bool has_session(const struct model *model, int64_t account_id)
{
    for (unsigned i = 0; i < model->session_count; i++)
        if (model->sessions[i].account_id == account_id)
            return true;
    return false;
}

static void open_session(struct model *model, const struct model_account *account,
                         const struct redeem_code_in *in)
{
    int64_t account_id = account->shown.id;
    bool is_first = account->shown.created_us == in->now_us && !has_session(model, account_id);

    if (model_session_by_seed(model, in->request_id, account_id) != NULL)
        return;
    CHECK(model->session_count < MODEL_SESSIONS_MAX);
    model->sessions[model->session_count++] = (struct model_session){
        .id = model_number(in->request_id),
        .account_id = account_id,
        .is_first = is_first,
        .seed = in->request_id,
        .device_name = in->device_name,
        .user_agent = in->user_agent,
        .address = in->address,
        .created_us = in->now_us,
        .used_us = in->now_us,
        .expires_us = in->expires_us,
    };
    model_trim_sessions(model, account_id, in->session_max);
    model_add_audit(model, account_id, "sign_in", in->address, in->now_us);
}

/* The right guess has been made, now or by an earlier sending of this request that made nothing. */
static void sign_in(struct model *model, struct model_challenge *challenge,
                    const struct redeem_code_in *in)
{
    struct model_account *account;

    if (!slice_is_absent(in->invite_given)) {
        challenge->given = in->invite_given;
        challenge->forgiven = in->invite_forgiven;
    }
    if (challenge->expires_us <= in->now_us)
        return;
    (void)model_add_account(model, challenge->phone, in->own_code, SLICE_LIT("user"),
                            challenge->locale, in->now_us);
    account = model_account_by_phone(model, challenge->phone);
    if (account == NULL || account->disabled_us != 0)
        return;
    open_session(model, account, in);
    if (!slice_is_absent(challenge->given))
        model_activate(model, account, challenge->given, challenge->forgiven, in->refuse_cycles,
                       in->request_id, in->now_us);
}

static void show_redeemed(struct model *model, const struct model_challenge *challenge,
                          const struct redeem_code_in *in, struct redeem_code_row *row)
{
    const struct model_account *account = model_account_by_phone(model, challenge->phone);
    const struct model_session *session;

    if (account == NULL || !slice_eq(challenge->redeemed_by, in->request_id))
        return;
    row->invited_by = account->invited_by;
    row->activated = slice_eq(account->activated_by, in->request_id);
    row->disabled = account->disabled_us != 0;
    row->account = model_show(model, account);
    session = model_session_by_seed(model, in->request_id, account->shown.id);
    if (session == NULL)
        return;
    row->session_id = session->id;
    row->session_seed = session->seed;
    row->is_first = session->is_first;
    row->session_us = session->created_us;
}

static void note_reply(struct model *model, const struct model_challenge *challenge,
                       const struct redeem_code_in *in)
{
    /* A right guess that made nothing, because the invite code was taken, will be sent again. */
    if (in->idempotent == 1 && slice_eq(challenge->tried_by, in->request_id) &&
        (slice_is_absent(challenge->redeemed_by) ||
         model_account_by_phone(model, challenge->phone) != NULL))
        model_add_reply(model, in->request_id, in->fingerprint, challenge->attempts_left,
                        in->now_us);
}

void model_redeem_code(struct model *model, const void *params, struct rows *rows)
{
    const struct redeem_code_in *in = params;
    const struct guess guess = {in->mac, in->request_id, in->now_us, in->guess_hour, in->guess_day};
    struct model_challenge *challenge = model_challenge(model, in->challenge_id);
    const struct model_account *inviter = NULL;
    const struct model_reply *reply;
    struct redeem_code_row *row;

    if (challenge == NULL || challenge->purpose != in->purpose)
        return;
    if (model_reply(model, in->request_id) == NULL) {
        guess_at(model, challenge, &guess);
        if (slice_eq(challenge->redeemed_by, in->request_id))
            sign_in(model, challenge, in);
        note_reply(model, challenge, in);
    }
    row = ROWS_ADD(rows, redeem_code);
    row->challenge_state = state_of(model, challenge, &guess);
    row->invite_given = challenge->given;
    if (!slice_is_absent(challenge->given))
        inviter = model_inviter(model, challenge->given, challenge->forgiven);
    row->inviter_id = inviter == NULL ? 0 : inviter->shown.id;
    show_redeemed(model, challenge, in, row);
    if (row->activated && rows->told != NULL && rows->told->count > 0 &&
        ((const struct redeem_code_row *)(const void *)rows->told->data)->inviter_id == 0)
        row->inviter_id = 0;
    reply = model_reply(model, in->request_id);
    if (reply != NULL) {
        row->first_attempts_left = reply->attempts_left;
        row->first_fingerprint = reply->fingerprint;
    }
}

/* Codes on their way to either number are void. */
static void void_pending(struct model *model, const struct model_challenge *redeemed,
                         struct slice old_phone)
{
    for (unsigned i = 0; i < model->challenge_count; i++) {
        struct model_challenge *other = &model->challenges[i];

        if (other != redeemed && slice_is_absent(other->redeemed_by) && !other->superseded &&
            (slice_eq(other->phone, redeemed->phone) ||
             (!slice_is_absent(old_phone) && slice_eq(other->phone, old_phone))))
            model_supersede(other);
    }
}

/* Two moves in one microsecond are written down once. */
static bool has_moved(const struct model *model, int64_t account_id, int64_t now_us)
{
    for (unsigned i = 0; i < model->audit_count; i++)
        if (model->audit[i].account_id == account_id && model->audit[i].at_us == now_us &&
            slice_eq_str(model->audit[i].event, "phone_change"))
            return true;
    return false;
}

void model_redeem_phone_change(struct model *model, const void *params, struct rows *rows)
{
    const struct redeem_phone_change_in *in = params;
    const struct guess guess = {in->mac, in->request_id, in->now_us, in->guess_hour, in->guess_day};
    struct model_account *account = model_account(model, in->account_id);
    struct model_challenge *challenge = model_challenge(model, in->challenge_id);
    struct redeem_phone_change_row *row;
    int64_t auth = model_auth(model, in->session_id, in->account_id, in->now_us);
    bool was_free;

    if (challenge != NULL && (challenge->purpose != 2 || challenge->account_id != in->account_id))
        challenge = NULL;
    if (account == NULL)
        return;
    if (challenge != NULL && auth == 1) {
        was_free = slice_is_absent(challenge->redeemed_by);
        guess_at(model, challenge, &guess);
        if (was_free && !slice_is_absent(challenge->redeemed_by)) {
            void_pending(model, challenge, account->shown.phone);
            if (model_account_by_phone(model, challenge->phone) == NULL)
                account->shown.phone = challenge->phone;
            if (slice_eq(account->shown.phone, challenge->phone) &&
                !has_moved(model, in->account_id, in->now_us))
                model_add_audit(model, in->account_id, "phone_change", in->address, in->now_us);
        }
    }
    row = ROWS_ADD(rows, redeem_phone_change);
    row->auth = auth;
    row->account = model_show(model, account);
    if (challenge == NULL)
        return;
    row->found = 1;
    row->challenge_state = state_of(model, challenge, &guess);
    row->moved = slice_eq(challenge->redeemed_by, in->request_id) &&
                 slice_eq(account->shown.phone, challenge->phone);
}
