/* activate_invite, the activation on the way of redeem_code, list_invitees, find_invite. */
#include "store_test.h"

static void an_invite_is_activated_once_for_ever(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct person vera = new_person(world);
    const struct activate_invite_row *row = activate(world, boris, anna.invite_code, false);

    assert_true(row->auth == 1 && row->activated == 1);
    assert_int_equal(row->inviter_id, anna.account_id);
    assert_int_equal(row->invited_by, anna.account_id);
    assert_true(slice_eq(row->account.inviter_code, anna.invite_code));
    assert_true(row->account.invited_us == world->now);

    /* Neither somebody else's nor the same again. */
    world->now += US_PER_S;
    row = activate(world, boris, vera.invite_code, false);
    assert_true(row->activated == 0 && row->inviter_id == vera.account_id);
    assert_int_equal(row->invited_by, anna.account_id);
    row = activate(world, boris, anna.invite_code, false);
    assert_int_equal(row->activated, 0);
    assert_int_equal(row->account.invited_us, world->now - US_PER_S);
}

static void the_same_request_says_the_same(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct activate_invite_in in = {CALLER(world, boris), .request_id = new_id(world),
                                    .invite_given = anna.invite_code};

    assert_int_equal(RUN_IN(world, activate_invite, &in)->activated, 1);
    in.now_us += US_PER_S;
    assert_int_equal(RUN_IN(world, activate_invite, &in)->activated, 1);
    assert_int_equal(RUN_IN(world, activate_invite, &in)->account.invited_us, world->now);
}

static void ones_own_and_unknown_codes_are_refused(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    const struct activate_invite_row *row = activate(world, anna, anna.invite_code, false);

    assert_true(row->activated == 0 && row->inviter_id == anna.account_id);
    assert_int_equal(row->invited_by, 0);
    row = activate(world, anna, new_word(world), false);
    assert_true(row->activated == 0 && row->inviter_id == 0 && row->invited_by == 0);
    row = activate(world, anna, SLICE_ABSENT, false);
    assert_true(row->activated == 0 && row->inviter_id == 0);
    assert_true(slice_is_absent(row->account.inviter_code));
}

static void the_forgiven_spelling_counts_only_where_the_given_is_nobodys(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct person vera = new_person(world);
    struct person galya = new_person(world);
    const struct activate_invite_row *row;

    row = RUN(world, activate_invite,
              {CALLER(world, vera), .request_id = new_id(world), .invite_given = new_word(world),
               .invite_forgiven = anna.invite_code});
    assert_true(row->activated == 1 && row->invited_by == anna.account_id);
    row = RUN(world, activate_invite,
              {CALLER(world, galya), .request_id = new_id(world), .invite_given = boris.invite_code,
               .invite_forgiven = anna.invite_code});
    assert_true(row->activated == 1 && row->invited_by == boris.account_id);
    assert_true(slice_eq(RUN(world, find_invite,
                             {.invite_given = new_word(world), .invite_forgiven = anna.invite_code})
                             ->invite_code,
                         anna.invite_code));
    assert_true(
        slice_eq(RUN(world, find_invite,
                     {.invite_given = boris.invite_code, .invite_forgiven = anna.invite_code})
                     ->invite_code,
                 boris.invite_code));
}

static void codes_are_found_as_they_are(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    char *upper = arena_str(world->texts, anna.invite_code);

    assert_true(slice_eq(RUN(world, find_invite, {.invite_given = anna.invite_code})->invite_code,
                         anna.invite_code));
    assert_null(RUN(world, find_invite, {.invite_given = new_word(world)}));
    assert_null(RUN(world, find_invite, {.invite_given = SLICE_ABSENT}));
    /* Case matters. */
    upper[0] = 'Z';
    assert_null(RUN(world, find_invite, {.invite_given = slice_str(upper)}));
}

static void an_erased_persons_code_is_nobodys(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    const struct activate_invite_row *row;

    assert_int_equal(
        RUN(world, erase_account, {CALLER(world, anna), .caller_id = anna.account_id})->erased, 1);
    assert_null(RUN(world, find_invite, {.invite_given = anna.invite_code}));
    row = activate(world, boris, anna.invite_code, false);
    assert_true(row->activated == 0 && row->inviter_id == 0 && row->invited_by == 0);
}

static void two_may_invite_each_other_unless_refused(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct person vera = new_person(world);
    struct person galya = new_person(world);
    const struct activate_invite_row *row;

    assert_int_equal(activate(world, anna, boris.invite_code, false)->activated, 1);
    assert_int_equal(activate(world, boris, anna.invite_code, false)->activated, 1);
    /* A ring that is there already does not trap the walk. */
    assert_int_equal(activate(world, vera, anna.invite_code, true)->activated, 1);

    row = activate(world, galya, vera.invite_code, true);
    assert_int_equal(row->activated, 1);
}

static void chains_of_any_length_do_not_close(void **state)
{
    struct world *world = *state;

    for (unsigned length = 2; length <= 6; length++) {
        struct person people[6];
        const struct activate_invite_row *row;

        for (unsigned i = 0; i < length; i++)
            people[i] = new_person(world);
        for (unsigned i = 1; i < length; i++)
            assert_int_equal(activate(world, people[i], people[i - 1].invite_code, true)->activated,
                             1);
        row = activate(world, people[0], people[length - 1].invite_code, true);
        assert_true(row->activated == 0 && row->invited_by == 0);
        assert_int_equal(row->inviter_id, people[length - 1].account_id);
        /* It was only refused: another inviter, or the same one where rings are allowed. */
        assert_int_equal(
            activate(world, people[0], people[length - 1].invite_code, false)->activated, 1);
    }
}

static void only_the_signed_in_activate(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct person thief = {.account_id = boris.account_id, .session_id = anna.session_id};
    const struct activate_invite_row *row = activate(world, thief, anna.invite_code, false);

    assert_true(row->auth == 0 && row->activated == 0 && row->invited_by == 0);
    (void)RUN(world, end_sessions, {CALLER(world, boris), .target_id = boris.session_id});
    row = activate(world, boris, anna.invite_code, false);
    assert_true(row->auth == 0 && row->activated == 0 && row->invited_by == 0);
}

static const struct redeem_code_row *sign_in_with(struct world *world, struct slice phone,
                                                  struct slice at_send, struct slice at_guess,
                                                  bool refuse_cycles)
{
    struct create_challenge_in code = code_for(world, phone);
    struct redeem_code_in in;

    code.cooldown_us = 0;
    code.invite_given = at_send;
    assert_int_equal(RUN_IN(world, create_challenge, &code)->made, 1);
    in = guess_at(world, code.request_id);
    in.invite_given = at_guess;
    in.refuse_cycles = refuse_cycles;
    return RUN_IN(world, redeem_code, &in);
}

static void a_sign_in_activates_on_the_way(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    const struct redeem_code_row *row;

    /* Named with the code. */
    row = sign_in_with(world, new_phone(world), anna.invite_code, SLICE_ABSENT, false);
    assert_true(row->session_id != 0 && row->activated == 1);
    assert_true(slice_eq(row->invite_given, anna.invite_code));
    assert_true(row->inviter_id == anna.account_id && row->invited_by == anna.account_id);
    assert_true(slice_eq(row->account.inviter_code, anna.invite_code));
    /* Named with the guess, which counts for more. */
    row = sign_in_with(world, new_phone(world), SLICE_ABSENT, anna.invite_code, true);
    assert_true(row->session_id != 0 && row->invited_by == anna.account_id);
    row = sign_in_with(world, new_phone(world), anna.invite_code, boris.invite_code, false);
    assert_true(row->activated == 1 && row->invited_by == boris.account_id);
}

static void a_bad_invite_never_fails_the_sign_in(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    const struct redeem_code_row *row;

    /* Unknown. */
    row = sign_in_with(world, new_phone(world), SLICE_ABSENT, SLICE_LIT("nobody's"), false);
    assert_true(row->session_id != 0 && row->activated == 0 && row->inviter_id == 0);
    assert_slice(row->invite_given, "nobody's");
    /* One's own. */
    row = sign_in_with(world, anna.phone, SLICE_ABSENT, anna.invite_code, false);
    assert_true(row->session_id != 0 && row->activated == 0);
    assert_true(row->inviter_id == anna.account_id && row->invited_by == 0);
    /* A ring. */
    assert_int_equal(activate(world, boris, anna.invite_code, true)->activated, 1);
    row = sign_in_with(world, anna.phone, SLICE_ABSENT, boris.invite_code, true);
    assert_true(row->session_id != 0 && row->activated == 0);
    assert_true(row->inviter_id == boris.account_id && row->invited_by == 0);
    /* Activated before. */
    row = sign_in_with(world, boris.phone, new_person(world).invite_code, SLICE_ABSENT, false);
    assert_true(row->session_id != 0 && row->activated == 0);
    assert_int_equal(row->invited_by, anna.account_id);
}

static void a_wrong_guess_activates_nothing(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct redeem_code_in in = guess_at(world, send_code(world, boris.phone));

    in.invite_given = anna.invite_code;
    in.mac = WRONG_MAC;
    assert_int_equal(RUN_IN(world, redeem_code, &in)->activated, 0);
    assert_true(
        slice_is_absent(RUN(world, read_account, {CALLER(world, boris)})->account.inviter_code));
}

static void a_repeated_sign_in_says_the_same_of_the_invite(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct redeem_code_in in = guess_at(world, send_code(world, phone));
    struct person late;
    const struct redeem_code_row *row;

    in.idempotent = 1;
    in.invite_given = new_word(world);
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row->session_id != 0 && row->activated == 0 && row->inviter_id == 0);
    /* Since then somebody has that very code. */
    late = sign_in(world, new_phone(world));
    in.invite_given = late.invite_code;
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row->activated == 0 && row->invited_by == 0);

    in = guess_at(world, send_code(world, new_phone(world)));
    in.idempotent = 1;
    in.invite_given = late.invite_code;
    assert_int_equal(RUN_IN(world, redeem_code, &in)->activated, 1);
    in.now_us += US_PER_S;
    row = RUN_IN(world, redeem_code, &in);
    assert_int_equal(row->activated, 1);
    assert_int_equal(row->account.invited_us, world->now);
}

/* Everybody the person brought in, page by page, into ids; how many pages it took. */
static unsigned read_invitees(struct world *world, struct person person, int64_t page, int64_t *ids,
                              unsigned max, unsigned *ret_count)
{
    int64_t before_us = 0;
    int64_t before_id = 0;
    unsigned count = 0;
    unsigned pages = 0;

    for (;;) {
        const struct list_invitees_row *row = RUN(
            world, list_invitees,
            {CALLER(world, person), .before_us = before_us, .before_id = before_id, .page = page});

        assert_true(row != NULL && row->id == 0 && row->auth == 1);
        if (world->job.row_count == 1)
            break;
        pages++;
        assert_true(world->job.row_count <= page + 1);
        for (unsigned i = 1; i < world->job.row_count; i++) {
            row = ROW_AT(world, list_invitees, i);
            assert_true(count < max);
            ids[count++] = row->id;
            before_us = row->invited_us;
            before_id = row->id;
        }
    }
    *ret_count = count;
    return pages;
}

static void invitees_come_in_pages(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person stranger = new_person(world);
    int64_t expected[11];
    int64_t ids[11];
    unsigned count = 0;

    /* Newest first; those of one microsecond by id, and pages cut through them. */
    for (int i = 10; i >= 0; i--) {
        struct person invitee = new_person(world);

        if (i == 9 || i == 3 || i == 1)
            world->now += US_PER_S;
        assert_int_equal(activate(world, invitee, anna.invite_code, false)->activated, 1);
        expected[i] = invitee.account_id;
    }
    for (int64_t page = 1; page <= 12; page++) {
        unsigned pages = read_invitees(world, anna, page, ids, 11, &count);

        assert_int_equal(count, 11);
        assert_int_equal(pages, (11 + page - 1) / page);
        assert_memory_equal(ids, expected, sizeof(expected));
    }
    assert_int_equal(read_invitees(world, stranger, 10, ids, 11, &count), 0);
    stranger.account_id = anna.account_id;
    assert_int_equal(RUN(world, list_invitees, {CALLER(world, stranger), .page = 10})->auth, 0);
    assert_int_equal(world->job.row_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_invite_is_activated_once_for_ever),
        TEST(the_same_request_says_the_same),
        TEST(ones_own_and_unknown_codes_are_refused),
        TEST(the_forgiven_spelling_counts_only_where_the_given_is_nobodys),
        TEST(codes_are_found_as_they_are),
        TEST(an_erased_persons_code_is_nobodys),
        TEST(two_may_invite_each_other_unless_refused),
        TEST(chains_of_any_length_do_not_close),
        TEST(only_the_signed_in_activate),
        TEST(a_sign_in_activates_on_the_way),
        TEST(a_bad_invite_never_fails_the_sign_in),
        TEST(a_wrong_guess_activates_nothing),
        TEST(a_repeated_sign_in_says_the_same_of_the_invite),
        TEST(invitees_come_in_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
