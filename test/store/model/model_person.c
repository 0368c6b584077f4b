/* The model of what dialects do: a person is named by number or id, by themselves or by staff. */
#include "model.h"

/* Who asks, and about whom. */
struct asking {
    struct model_account *person; /* NULL: nobody has the number or the id; or erased */
    int64_t person_id, auth;
    bool by_staff;
};

static struct asking ask(struct model *model, int64_t session_id, int64_t caller_id, bool is_open,
                         struct slice phone, int64_t account_id, int64_t now_us)
{
    struct asking asking = {.person = model_account_by_phone(model, phone)};
    bool is_admin = model_admin_auth(model, session_id, caller_id, now_us) == 1;

    if (asking.person == NULL)
        asking.person = model_account(model, account_id);
    asking.person_id = asking.person == NULL ? account_id : asking.person->shown.id;
    asking.auth = model_auth(model, session_id, caller_id, now_us);
    if (asking.auth == 1 && caller_id != asking.person_id && !is_admin)
        asking.auth = 3;
    if (is_open)
        asking.auth = 1;
    asking.by_staff = is_admin && caller_id != asking.person_id;
    if (asking.person != NULL && asking.person->erased_us != 0)
        asking.person = NULL;
    return asking;
}
#define ASK(model, in)                                                               \
    ask((model), (in)->session_id, (in)->caller_id, (in)->is_open == 1, (in)->phone, \
        (in)->account_id, (in)->now_us)

/* Theirs, or where nobody asks for a proof, nobody's. */
static bool may_have(struct model *model, const struct model_account *person,
                     const struct update_person_in *in)
{
    return slice_is_absent(in->own_phone) || slice_eq(person->shown.phone, in->own_phone) ||
           (in->is_open == 1 && model_account_by_phone(model, in->own_phone) == NULL);
}

/* The code that came with the change is the one that was activated. */
static bool invite_agrees(struct model *model, const struct model_account *person,
                          const struct update_person_in *in)
{
    const struct model_account *inviter =
        model_inviter(model, in->invite_given, in->invite_forgiven);

    if (slice_is_absent(in->invite_given))
        return true;
    return inviter != NULL && person->invited_by == inviter->shown.id &&
           (in->once == 0 || slice_eq(person->activated_by, in->request_id));
}

/* Codes on their way to either number are void. */
static void move(struct model *model, struct model_account *person,
                 const struct update_person_in *in)
{
    for (unsigned i = 0; i < model->challenge_count; i++) {
        struct model_challenge *challenge = &model->challenges[i];

        if (slice_is_absent(challenge->redeemed_by) && !challenge->superseded &&
            (slice_eq(challenge->phone, person->shown.phone) ||
             slice_eq(challenge->phone, in->own_phone)))
            model_supersede(challenge);
    }
    if (!model_noted(model, in->request_id))
        model_add_audit(model, person->shown.id, "phone_change", in->address, in->now_us);
    person->shown.phone = in->own_phone;
}

static void change(struct model *model, struct model_account *person,
                   const struct update_person_in *in)
{
    struct account_part *shown = &person->shown;

    if (!slice_is_absent(in->own_phone) && !slice_eq(shown->phone, in->own_phone))
        move(model, person, in);
    shown->email = in->set_email ? in->email : shown->email;
    shown->first_name = in->set_first_name ? in->first_name : shown->first_name;
    shown->last_name = in->set_last_name ? in->last_name : shown->last_name;
    shown->city = in->set_city ? in->city : shown->city;
    shown->telegram_id = in->set_telegram_id ? in->telegram_id : shown->telegram_id;
    if (in->set_avatar == 1) {
        shown->avatar = in->avatar_hash;
        person->avatar_data = in->avatar_data;
    }
}

static void do_change(struct model *model, const struct asking *asking,
                      const struct update_person_in *in)
{
    struct model_account *person = asking->person;

    if (person == NULL || asking->auth != 1 || !may_have(model, person, in))
        return;
    if (!slice_is_absent(in->invite_given))
        model_activate(model, person, in->invite_given, in->invite_forgiven, in->refuse_cycles == 1,
                       in->request_id, in->now_us);
    if (!invite_agrees(model, person, in))
        return;
    if (asking->by_staff)
        model_note_admin(model, person->shown.id, "admin_update", in->request_id, in->now_us);
    change(model, person, in);
}

static struct slice phone_of(const struct model_account *account)
{
    return account->shown.phone;
}

void model_update_person(struct model *model, const void *params, struct rows *rows)
{
    const struct update_person_in *in = params;
    const struct model_account *found[MODEL_ACCOUNTS_MAX];
    struct asking asking = ASK(model, in);
    const struct model_account *inviter;
    const struct model_account *holder;
    struct update_person_row row = {.auth = asking.auth};
    unsigned count = 0;

    do_change(model, &asking, in);
    inviter = model_inviter(model, in->invite_given, in->invite_forgiven);
    row.inviter_id = inviter == NULL ? 0 : inviter->shown.id;
    if (asking.person != NULL) {
        holder = model_account_by_phone(model, in->own_phone);
        row.taken = holder != NULL && holder != asking.person;
        row.invited_by = asking.person->invited_by;
        row.activated = slice_eq(asking.person->activated_by, in->request_id);
        row.account = model_show(model, asking.person);
        if (row.activated && rows->told != NULL && rows->told->count > 0 &&
            ((const struct update_person_row *)(const void *)rows->told->data)->inviter_id == 0)
            row.inviter_id = 0;
        if (asking.auth == 1)
            count = model_invitees(model, asking.person_id, NULL, found, in->most);
    }
    for (unsigned i = 0; i < count || i == 0; i++) {
        row.invitee_phone = i < count ? phone_of(found[i]) : SLICE_ABSENT;
        *ROWS_ADD(rows, update_person) = row;
    }
}

void model_read_person(struct model *model, const void *params, struct rows *rows)
{
    const struct read_person_in *in = params;
    const struct model_account *found[MODEL_ACCOUNTS_MAX];
    struct asking asking = ASK(model, in);
    struct read_person_row row = {.auth = asking.auth, .by_staff = asking.by_staff};
    unsigned count = 0;

    if (asking.person != NULL && asking.auth == 1 && !asking.by_staff) {
        row.account = model_show(model, asking.person);
        count = model_invitees(model, asking.person_id, NULL, found, in->most);
    }
    for (unsigned i = 0; i < count || i == 0; i++) {
        row.invitee_phone = i < count ? phone_of(found[i]) : SLICE_ABSENT;
        *ROWS_ADD(rows, read_person) = row;
    }
}

void model_look_person(struct model *model, const void *params, struct rows *rows)
{
    const struct look_person_in *in = params;
    const struct model_account *found[MODEL_ACCOUNTS_MAX];
    struct asking asking = ASK(model, in);
    struct look_person_row row = {.auth = asking.auth};
    unsigned count = 0;

    if (asking.person != NULL && asking.by_staff)
        model_note_admin(model, asking.person_id, "admin_read", in->request_id, in->now_us);
    if (asking.person != NULL && asking.auth == 1) {
        row.account = model_show(model, asking.person);
        count = model_invitees(model, asking.person_id, NULL, found, in->most);
    }
    for (unsigned i = 0; i < count || i == 0; i++) {
        row.invitee_phone = i < count ? phone_of(found[i]) : SLICE_ABSENT;
        *ROWS_ADD(rows, look_person) = row;
    }
}
