#include "crowd.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "checker.h"
#include "maker.h"

#define BEFORE 60
#define CROWD 160
#define SENDS_MAX 2048

struct crowd {
    struct maker *maker;
    struct checker *checker;
    struct op ops[CROWD];
    struct outcome outcomes[CROWD];
    const char *broken; /* the promise that was */
    unsigned culprit;
};

static void note_broken(struct crowd *crowd, const char *promise, unsigned culprit)
{
    if (crowd->broken == NULL) {
        crowd->broken = promise;
        crowd->culprit = culprit;
    }
}

/* The only row of an outcome, or NULL. */
#define ROW_OF(crowd, i, name)                                                       \
    ((crowd)->ops[i].script == &script_##name && (crowd)->outcomes[i].rows.count > 0 \
         ? (const struct name##_row *)(const void *)(crowd)->outcomes[i].rows.data   \
         : NULL)
#define IN_OF(crowd, i, name) ((const struct name##_in *)(crowd)->ops[i].in)

/* A guess, whatever it was for. */
struct guessed {
    struct slice challenge_id, request_id;
    const struct challenge_state_part *state; /* NULL: no guess */
    int64_t session_id;
};

static struct guessed guess_of(const struct crowd *crowd, unsigned i)
{
    const struct redeem_code_row *signing_in = ROW_OF(crowd, i, redeem_code);
    const struct redeem_phone_change_row *moving = ROW_OF(crowd, i, redeem_phone_change);

    if (signing_in != NULL)
        return (struct guessed){IN_OF(crowd, i, redeem_code)->challenge_id,
                                IN_OF(crowd, i, redeem_code)->request_id,
                                &signing_in->challenge_state, signing_in->session_id};
    if (moving != NULL && moving->found == 1)
        return (struct guessed){IN_OF(crowd, i, redeem_phone_change)->challenge_id,
                                IN_OF(crowd, i, redeem_phone_change)->request_id,
                                &moving->challenge_state, 0};
    return (struct guessed){0};
}

/* Whether an earlier outcome is of the same guess: a request that came twice. */
static bool seen_before(const struct crowd *crowd, unsigned i, const struct guessed *guessed)
{
    for (unsigned n = 0; n < i; n++) {
        struct guessed other = guess_of(crowd, n);

        if (other.state != NULL && other.state->tried == 1 &&
            slice_eq(other.challenge_id, guessed->challenge_id) &&
            slice_eq(other.request_id, guessed->request_id))
            return true;
    }
    return false;
}

static void check_guesses(struct crowd *crowd)
{
    for (unsigned i = 0; i < CROWD; i++) {
        struct guessed guessed = guess_of(crowd, i);
        int64_t tries = 0;

        if (guessed.state == NULL)
            continue;
        if (guessed.state->attempts_left < 0)
            note_broken(crowd, "attempts are never less than none", i);
        for (unsigned n = 0; n < CROWD; n++) {
            struct guessed other = guess_of(crowd, n);

            if (other.state == NULL || !slice_eq(other.challenge_id, guessed.challenge_id))
                continue;
            tries += other.state->tried == 1 && !seen_before(crowd, n, &other);
            if (guessed.state->redeemed == 1 && other.state->redeemed == 1 &&
                !slice_eq(guessed.request_id, other.request_id))
                note_broken(crowd, "one request redeems a code", i);
            if (guessed.session_id != 0 && other.session_id != 0 &&
                guessed.session_id != other.session_id)
                note_broken(crowd, "one code opens one session", i);
        }
        if (tries > crowd->maker->rules.attempts)
            note_broken(crowd, "no more guesses than attempts", i);
    }
}

struct sends {
    struct model_event all[SENDS_MAX];
    unsigned count;
};

static void add_send(struct sends *sends, struct slice phone, struct slice ref, int64_t at_us)
{
    for (unsigned i = 0; i < sends->count; i++)
        if (slice_eq(sends->all[i].ref, ref) && sends->all[i].at_us == at_us)
            return;
    CHECK(sends->count < SENDS_MAX);
    sends->all[sends->count++] =
        (struct model_event){.phone = phone, .ref = ref, .kind = 1, .at_us = at_us};
}

/* Every message sent, before or by the crowd. */
static void collect_sends(const struct crowd *crowd, const struct model *before,
                          struct sends *sends)
{
    for (unsigned i = 0; i < before->event_count; i++)
        if (before->events[i].kind == 1)
            add_send(sends, before->events[i].phone, before->events[i].ref,
                     before->events[i].at_us);
    for (unsigned i = 0; i < CROWD; i++) {
        const struct create_challenge_row *made = ROW_OF(crowd, i, create_challenge);
        const struct resend_code_row *resent = ROW_OF(crowd, i, resend_code);

        if (made != NULL && made->made == 1)
            add_send(sends, made->phone, IN_OF(crowd, i, create_challenge)->request_id,
                     made->created_us);
        if (resent != NULL && resent->sent == 1)
            add_send(sends, resent->phone, IN_OF(crowd, i, resend_code)->request_id,
                     resent->sent_us);
    }
}

/* Of each window that ends with a send. */
static void check_sends(struct crowd *crowd, const struct model *before)
{
    static struct sends sends;
    const struct maker_rules *rules = &crowd->maker->rules;
    const struct {
        int64_t span_us, max;
    } windows[] = {{rules->cooldown_us, 1},
                   {10 * US_PER_MINUTE, rules->max_10min},
                   {US_PER_HOUR, rules->max_hour},
                   {US_PER_DAY, rules->max_day}};

    sends.count = 0;
    collect_sends(crowd, before, &sends);
    for (unsigned i = 0; i < sends.count; i++)
        for (unsigned w = 0; w < ARRAY_LEN(windows); w++) {
            int64_t count = 0;

            for (unsigned n = 0; n < sends.count; n++)
                count += slice_eq(sends.all[n].phone, sends.all[i].phone) &&
                         sends.all[n].at_us <= sends.all[i].at_us &&
                         sends.all[n].at_us > sends.all[i].at_us - windows[w].span_us;
            if (windows[w].span_us > 0 && count > windows[w].max)
                note_broken(crowd, "no more messages to a phone than its limits allow", CROWD);
        }
}

static void check_activations(struct crowd *crowd)
{
    for (unsigned i = 0; i < CROWD; i++)
        for (unsigned n = 0; n < i; n++) {
            const struct activate_invite_row *a = ROW_OF(crowd, i, activate_invite);
            const struct activate_invite_row *b = ROW_OF(crowd, n, activate_invite);

            if (a == NULL || b == NULL || a->account.id != b->account.id)
                continue;
            if (a->invited_by != 0 && b->invited_by != 0 && a->invited_by != b->invited_by)
                note_broken(crowd, "who invited somebody never changes", i);
            if (a->activated == 1 && b->activated == 1 &&
                !slice_eq(IN_OF(crowd, i, activate_invite)->request_id,
                          IN_OF(crowd, n, activate_invite)->request_id))
                note_broken(crowd, "one activation of an account", i);
        }
}

static void check_refreshes(struct crowd *crowd)
{
    for (unsigned i = 0; i < CROWD; i++) {
        const struct refresh_session_row *row = ROW_OF(crowd, i, refresh_session);

        if (row != NULL && row->state == 1 &&
            row->generation != IN_OF(crowd, i, refresh_session)->generation + 1)
            note_broken(crowd, "each generation has one successor", i);
    }
}

static bool claims_share(const struct rows *a, const struct rows *b)
{
    const struct claim_outbox_row *of_a = (const struct claim_outbox_row *)(const void *)a->data;
    const struct claim_outbox_row *of_b = (const struct claim_outbox_row *)(const void *)b->data;

    for (unsigned i = 0; i < a->count; i++)
        for (unsigned n = 0; n < b->count; n++)
            if (!slice_is_absent(of_a[i].challenge_id) &&
                slice_eq(of_a[i].challenge_id, of_b[n].challenge_id) &&
                of_a[i].step == of_b[n].step && of_a[i].attempts == of_b[n].attempts)
                return true;
    return false;
}

/* Each claim of a message counts one attempt: two who name the same have both got it. */
static void check_claims(struct crowd *crowd)
{
    for (unsigned i = 0; i < CROWD; i++)
        for (unsigned n = 0; n < i; n++)
            if (ROW_OF(crowd, i, claim_outbox) != NULL && ROW_OF(crowd, n, claim_outbox) != NULL &&
                !slice_eq(IN_OF(crowd, i, claim_outbox)->request_id,
                          IN_OF(crowd, n, claim_outbox)->request_id) &&
                claims_share(&crowd->outcomes[i].rows, &crowd->outcomes[n].rows))
                note_broken(crowd, "a message is claimed by one at a time", i);
}

static bool is_in_ring(const struct list_accounts_row *rows, unsigned count, unsigned start)
{
    struct slice code = rows[start].account.inviter_code;

    for (unsigned steps = 0; steps <= count && !slice_is_absent(code); steps++) {
        unsigned n = 0;

        if (slice_eq(code, rows[start].account.invite_code))
            return true;
        while (n < count && !slice_eq(rows[n].account.invite_code, code))
            n++;
        code = n < count ? rows[n].account.inviter_code : SLICE_ABSENT;
    }
    return false;
}

static void check_accounts(struct crowd *crowd)
{
    const struct op op = {.script = &script_list_accounts,
                          .in = &(struct list_accounts_in){.most = MODEL_ACCOUNTS_MAX}};
    struct outcome outcome = subject_run(crowd->checker->subject, &op);
    const struct list_accounts_row *rows = (const void *)outcome.rows.data;

    if (outcome.result != STORE_DONE)
        note_broken(crowd, "accounts can be listed", CROWD);
    for (unsigned i = 0; i < outcome.rows.count; i++) {
        for (unsigned n = 0; n < i; n++)
            if (slice_eq(rows[n].account.phone, rows[i].account.phone))
                note_broken(crowd, "one account has a phone", CROWD);
        if (is_in_ring(rows, outcome.rows.count, i))
            note_broken(crowd, "no ring closes where rings are refused", CROWD);
    }
}

/* Some life first, one by one; then the crowd is made as if it came one by one. */
static bool prepare(struct crowd *crowd, struct model *imagined)
{
    struct arena *arena = arena_new();
    bool right = true;

    for (unsigned i = 0; i < BEFORE && right; i++) {
        struct op op = maker_next(crowd->maker, crowd->checker->models[0]);

        right = checker_step(crowd->checker, &op);
    }
    /* A node whose clock is ahead may clean up what limits another still looks at. */
    crowd->maker->calm = true;
    model_copy(imagined, crowd->checker->models[0]);
    for (unsigned i = 0; i < CROWD && right; i += SUBJECT_WORKERS) {
        maker_rivals(crowd->maker, imagined, crowd->ops + i, SUBJECT_WORKERS);
        for (unsigned n = 0; n < SUBJECT_WORKERS; n++)
            (void)model_step(imagined, crowd->ops[i + n].script, crowd->ops[i + n].in, NULL, arena);
    }
    arena_free(arena);
    return right;
}

static void run(struct crowd *crowd)
{
    subject_run_at_once(crowd->checker->subject, crowd->ops, crowd->outcomes, CROWD);
    for (unsigned i = 0; i < CROWD; i++)
        if (crowd->outcomes[i].result != STORE_DONE)
            note_broken(crowd, "everything is answered", i);
    check_guesses(crowd);
    check_sends(crowd, crowd->checker->models[0]);
    check_activations(crowd);
    check_refreshes(crowd);
    check_claims(crowd);
}

/* Whether one of the parameters is `name`. */
static bool mentions(const struct op *op, struct slice name)
{
    for (unsigned i = 0; i < op->script->in_count; i++) {
        struct slice value;

        if (op->script->in[i].type == SCRIPT_INT)
            continue;
        memcpy(&value, (const char *)op->in + op->script->in[i].offset, sizeof(value));
        if (!slice_is_absent(value) && slice_eq(value, name))
            return true;
    }
    return false;
}

/* What was broken, and whatever had to do with the same code. */
static void tell(const struct crowd *crowd)
{
    struct slice name = SLICE_ABSENT;

    (void)fprintf(stderr, "broken on %s: %s\n", subject_name(crowd->checker->subject),
                  crowd->broken);
    if (crowd->culprit == CROWD)
        return;
    name = guess_of(crowd, crowd->culprit).challenge_id;
    for (unsigned i = 0; i < CROWD; i++)
        if (i == crowd->culprit || mentions(&crowd->ops[i], name) ||
            crowd->ops[i].script == &script_erase_account) {
            print_op(&crowd->ops[i]);
            print_rows("got", &crowd->outcomes[i].rows);
        }
}

bool crowd_holds(const char *url, uint64_t seed)
{
    struct crowd *crowd = calloc(1, sizeof(*crowd));
    struct model *imagined = model_new();
    bool held;

    CHECK(crowd != NULL);
    crowd->maker = maker_open(seed, true);
    crowd->maker->rules.refuse_percent = 100;
    crowd->checker = checker_open(url);
    held = prepare(crowd, imagined);
    if (held) {
        run(crowd);
        if (crowd->broken != NULL)
            tell(crowd);
        else
            check_accounts(crowd);
        if (crowd->broken != NULL && crowd->culprit == CROWD)
            tell(crowd);
        held = crowd->broken == NULL;
    }
    checker_close(crowd->checker);
    maker_close(crowd->maker);
    free(imagined);
    free(crowd);
    return held;
}
