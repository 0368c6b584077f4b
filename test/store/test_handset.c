/* list_messages: what the handset shows live. */
#include "store_test.h"

#define MOST 3

/* Asks for a code whose message is due in two seconds; its challenge. */
static struct slice send_to(struct world *world, struct slice phone, struct slice requester)
{
    struct create_challenge_in in = code_for(world, phone);

    in.due_us = world->now + 2 * US_PER_S;
    in.cooldown_us = 0;
    if (!slice_is_absent(requester))
        in.requester = requester;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
    return in.request_id;
}

static struct slice send_one(struct world *world)
{
    return send_to(world, new_phone(world), SLICE_ABSENT);
}

/* Two seconds on, everything that is due is delivered. */
static void deliver(struct world *world)
{
    struct slice id = new_id(world);
    unsigned count;

    world->now += 2 * US_PER_S;
    (void)RUN(world, claim_outbox,
              {.request_id = id, .now_us = world->now, .lease_us = US_PER_MINUTE, .most = 100});
    count = world->job.row_count;
    for (unsigned i = 0; i < count; i++) {
        struct store_job claim = world->job;
        const struct claim_outbox_row *row = STORE_ROW_AT(&claim, claim_outbox, i);

        if (slice_is_absent(row->challenge_id))
            continue;
        (void)RUN(world, finish_message,
                  {.challenge_id = row->challenge_id,
                   .step = row->step,
                   .claimed_by = id,
                   .now_us = world->now,
                   .state = row->alive == 1 ? 2 : 3,
                   .provider = SLICE_LIT("simulated"),
                   .text = row->alive == 1 ? SLICE_LIT("a text") : SLICE_ABSENT,
                   .code = row->alive == 1 ? SLICE_LIT("1234") : SLICE_ABSENT});
        world->job = claim;
    }
}

static const struct list_messages_row *look(struct world *world)
{
    return RUN(world, list_messages, {.most = MOST});
}

static void a_message_is_on_its_way_and_then_there(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    int64_t sent_us = world->now;
    struct slice id = send_to(world, phone, SLICE_ABSENT);
    const struct list_messages_row *row;
    unsigned last;

    (void)look(world);
    last = world->job.row_count - 1;
    row = ROW_AT(world, list_messages, last);
    assert_true(slice_eq(row->challenge_id, id) && row->step == 0 && row->id == 0);
    assert_true(slice_eq(row->phone, phone) && slice_is_absent(row->text));
    assert_true(row->sent_us == sent_us && row->due_us == sent_us + 2 * US_PER_S &&
                row->delivered_us == 0);
    assert_slice(row->channel, "sms");

    deliver(world);
    (void)look(world);
    last = world->job.row_count - 1;
    row = ROW_AT(world, list_messages, last);
    assert_true(slice_eq(row->challenge_id, id) && row->step == 0 && row->id != 0);
    assert_true(slice_eq(row->phone, phone));
    assert_slice(row->text, "a text");
    assert_slice(row->code, "1234");
    assert_slice(row->provider, "simulated");
    assert_true(row->sent_us == sent_us && row->due_us == sent_us + 2 * US_PER_S &&
                row->delivered_us == world->now);
}

static void the_newest_come_and_then_what_is_due_first(void **state)
{
    struct world *world = *state;
    struct slice ids[MOST + 2];

    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        ids[i] = send_one(world);
        deliver(world);
    }
    (void)look(world);
    assert_int_equal(world->job.row_count, MOST);
    for (unsigned i = 0; i < MOST; i++)
        assert_true(slice_eq(ROW_AT(world, list_messages, i)->challenge_id, ids[2 + i]));

    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        ids[i] = send_one(world);
        world->now++;
    }
    (void)look(world);
    assert_int_equal(world->job.row_count, 2 * MOST);
    for (unsigned i = 0; i < MOST; i++) {
        assert_true(ROW_AT(world, list_messages, i)->id != 0);
        assert_true(slice_eq(ROW_AT(world, list_messages, MOST + i)->challenge_id, ids[i]));
    }
}

static void what_nobody_needs_is_not_on_its_way(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct slice requester = new_id(world);
    struct slice second;
    unsigned coming = 0;

    deliver(world);
    (void)send_to(world, phone, requester);
    world->now++;
    second = send_to(world, phone, requester);
    (void)look(world);
    for (unsigned i = 0; i < world->job.row_count; i++) {
        const struct list_messages_row *row = ROW_AT(world, list_messages, i);

        if (row->id != 0)
            continue;
        assert_true(slice_eq(row->challenge_id, second));
        coming++;
    }
    assert_int_equal(coming, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_message_is_on_its_way_and_then_there),
        TEST(the_newest_come_and_then_what_is_due_first),
        TEST(what_nobody_needs_is_not_on_its_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
