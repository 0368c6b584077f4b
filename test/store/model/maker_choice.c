/* Which operation comes next: a new one, an earlier one again, or rivals. */
#include "base/check.h"
#include "maker_pick.h"

/* About these things happen as often as people do them in a bad hour. */
static const struct {
    unsigned weight;
    struct op (*make)(struct maker *maker, struct model *model);
} kinds[] = {
    {20, make_create_challenge},
    {8, make_resend_code},
    {24, make_redeem_code},
    {6, make_redeem_phone_change},
    {10, make_refresh_session},
    {8, make_activate_invite},
    {3, make_update_account},
    {3, make_set_avatar},
    {3, make_end_sessions},
    {2, make_erase_account},
    {3, make_set_account},
    {2, make_add_account},
    {6, make_claim_outbox},
    {6, make_finish_message},
    {3, make_sweep},
    {10, make_read},
    {2, make_signing_key},
    {1, make_setting},
    {6, make_update_person},
    {2, make_read_person},
    {2, make_look_person},
    {5, make_create_grant},
    {8, make_exchange_grant},
    {2, make_introspect_token},
    {2, make_revoke_token},
    {5, make_admin_update_account},
    {3, make_admin_end_sessions},
    {1, make_admin_erase_account},
};

static struct op make_any(struct maker *maker, struct model *model)
{
    unsigned total = 0;
    unsigned drawn;
    unsigned i = 0;

    for (unsigned n = 0; n < ARRAY_LEN(kinds); n++)
        total += kinds[n].weight;
    drawn = maker_below(maker, total);
    while (drawn >= kinds[i].weight)
        drawn -= kinds[i++].weight;
    if (maker->calm && kinds[i].make == make_sweep)
        return make_read(maker, model);
    return kinds[i].make(maker, model);
}

static int64_t *int_named(const struct script *script, void *in, const char *name)
{
    for (unsigned i = 0; i < script->in_count; i++)
        if (script->in[i].type == SCRIPT_INT && strcmp(script->in[i].name, name) == 0)
            return (int64_t *)(void *)((char *)in + script->in[i].offset);
    return NULL;
}

static struct slice *slice_named(const struct script *script, void *in, const char *name)
{
    for (unsigned i = 0; i < script->in_count; i++)
        if (script->in[i].type != SCRIPT_INT && strcmp(script->in[i].name, name) == 0)
            return (struct slice *)(void *)((char *)in + script->in[i].offset);
    return NULL;
}

static void set_slice(const struct script *script, void *in, const char *name, struct slice value)
{
    struct slice *at = slice_named(script, in, name);

    if (at != NULL)
        *at = value;
}

/* The same parameters, to be changed. */
static void *copy_in(struct maker *maker, const struct op *op)
{
    return memcpy(arena_alloc(maker->arena, op->script->in_size), op->in, op->script->in_size);
}

/* A client may send it again: its request id stands for what it did. */
static bool may_come_again(const struct op *op)
{
    return op->script == &script_create_challenge || op->script == &script_resend_code ||
           op->script == &script_activate_invite || op->script == &script_update_person ||
           op->script == &script_claim_outbox || op->script == &script_finish_message ||
           op->script == &script_refresh_session || op->script == &script_exchange_grant ||
           (op->script == &script_redeem_code &&
            ((const struct redeem_code_in *)op->in)->idempotent == 1);
}

/* An engine may send it again, under its request id. */
static bool may_run_again(const struct op *op)
{
    return may_come_again(op) || op->script == &script_admin_update_account ||
           op->script == &script_admin_end_sessions || op->script == &script_admin_erase_account;
}

/* The invite code drawn for a new account was taken: the house itself comes again at once. */
static bool was_code_taken(struct model *model, const struct op *op)
{
    const struct redeem_code_in *in = op->in;
    const struct model_challenge *challenge;

    if (op->script != &script_redeem_code)
        return false;
    challenge = model_challenge(model, in->challenge_id);
    return challenge != NULL && slice_eq(challenge->redeemed_by, in->request_id) &&
           model_account_by_phone(model, challenge->phone) == NULL;
}

/* As sent later: with another draw of what is random, at times with another body. */
static struct op again(struct maker *maker, const struct model *model, const struct op *op)
{
    struct op copy = {.script = op->script, .in = copy_in(maker, op)};
    void *in = (void *)(uintptr_t)copy.in;
    int64_t *now_us = int_named(op->script, in, "now_us");
    int64_t *expires_us = int_named(op->script, in, "expires_us");
    int64_t later_us = maker_chance(maker, 70) ? maker->now_us - *now_us : 0;
    int64_t number = next_number(maker);

    *now_us += later_us;
    if (expires_us != NULL)
        *expires_us += later_us;
    set_slice(op->script, in, "nonce", maker_name(maker, 'n', number));
    set_slice(op->script, in, "own_code", maker_name(maker, 'A', number));
    if (maker_chance(maker, 15)) {
        set_slice(op->script, in, "fingerprint", SLICE_LIT("another body"));
        set_slice(op->script, in, "phone", pick_phone(maker));
        set_slice(op->script, in, "invite_given", pick_code(maker, model));
    }
    return copy;
}

static bool pick_again(struct maker *maker, struct model *model, struct op *ret_op)
{
    unsigned count =
        maker->recent_count < MAKER_RECENT_MAX ? maker->recent_count : MAKER_RECENT_MAX;
    const struct op *op = &maker->recent[maker_below(maker, count == 0 ? 1 : count)];
    const struct op *last =
        &maker->recent[(maker->recent_count + MAKER_RECENT_MAX - 1) % MAKER_RECENT_MAX];

    if (count == 0)
        return false;
    if (was_code_taken(model, last) && maker_chance(maker, 80))
        op = last;
    else if (!maker_chance(maker, 12) || !may_come_again(op))
        return false;
    *ret_op = again(maker, model, op);
    return true;
}

struct op maker_next(struct maker *maker, struct model *model)
{
    struct op op;

    maker_advance(maker, model);
    if (pick_again(maker, model, &op))
        return op;
    op = make_any(maker, model);
    op.twice = op.script->writes && op.script->repeatable && maker_chance(maker, 12);
    maker->recent[maker->recent_count++ % MAKER_RECENT_MAX] = op;
    return op;
}

/* The same thing wanted by another request, or once more by the same. */
static struct op rival(struct maker *maker, const struct op *op)
{
    struct op copy = {.script = op->script, .in = copy_in(maker, op)};
    void *in = (void *)(uintptr_t)copy.in;
    int64_t *now_us = int_named(op->script, in, "now_us");
    int64_t *due_us = int_named(op->script, in, "due_us");
    int64_t number = next_number(maker);
    struct slice *request = slice_named(op->script, in, "request_id");
    /* As an engine does that could not learn the outcome. */
    bool same = may_run_again(op) && maker_chance(maker, 25) &&
                !(maker->calm && op->script == &script_create_challenge);

    if (request == NULL || same)
        return copy;
    if (now_us != NULL && maker_chance(maker, 30))
        *now_us += maker_below(maker, 3);
    set_slice(op->script, in, "own_code", maker_name(maker, 'A', number));
    *request = maker_name(maker, 'r', number);
    if (due_us != NULL)
        *due_us = maker_due(maker);
    set_slice(op->script, in, "nonce", maker_name(maker, 'n', number));
    if (op->script == &script_create_challenge)
        set_slice(op->script, in, "mac", maker_name(maker, 'm', number));
    else if (maker_chance(maker, 20))
        set_slice(op->script, in, "mac", maker_name(maker, 'm', MAKER_NOBODY));
    return copy;
}

void maker_rivals(struct maker *maker, struct model *model, struct op *ops, unsigned count)
{
    maker_advance(maker, model);
    for (unsigned i = 0; i < count; i++) {
        if (i > 0 && maker_chance(maker, 60))
            ops[i] = rival(maker, &ops[maker_below(maker, i)]);
        else
            ops[i] = make_any(maker, model);
        ops[i].twice = false;
    }
}
