#include "maker.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t draw(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

uint64_t maker_next_seed(uint64_t seed)
{
    return draw(&seed) >> 20;
}

unsigned maker_below(struct maker *maker, unsigned n)
{
    return (unsigned)(draw(&maker->state) % n);
}

bool maker_chance(struct maker *maker, unsigned percent)
{
    return maker_below(maker, 100) < percent;
}

static int64_t one_of(struct maker *maker, const int64_t *values, unsigned count)
{
    return values[maker_below(maker, count)];
}
#define ONE_OF(maker, ...)                          \
    one_of((maker), (const int64_t[]){__VA_ARGS__}, \
           sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static void draw_rules(struct maker *maker)
{
    struct maker_rules *rules = &maker->rules;

    rules->phones = 2 + maker_below(maker, 4);
    rules->attempts = ONE_OF(maker, 1, 3, 3, 5);
    rules->ttl_us = ONE_OF(maker, 30, 120, 120, 600) * US_PER_S;
    rules->cooldown_us = ONE_OF(maker, 0, 5, 30, 30, 60) * US_PER_S;
    rules->max_10min = ONE_OF(maker, 2, 3, 5, 1000);
    rules->max_hour = ONE_OF(maker, 4, 6, 10, 1000);
    rules->max_day = ONE_OF(maker, 6, 8, 20, 1000);
    rules->max_resends = ONE_OF(maker, 0, 2, 4);
    rules->guess_hour = ONE_OF(maker, 2, 4, 10, 1000);
    rules->guess_day = ONE_OF(maker, 3, 6, 20, 1000);
    rules->session_max = ONE_OF(maker, 1, 2, 3, 50);
    rules->session_ttl_us = ONE_OF(maker, 300, 86400, 2 * 86400) * US_PER_S;
    rules->grace_us = ONE_OF(maker, 0, 30, 30) * US_PER_S;
    rules->grant_ttl_us = ONE_OF(maker, 30, 60, 600) * US_PER_S;
    rules->grant_max = ONE_OF(maker, 1, 2, 3, 10);
    rules->refuse_percent = (unsigned)ONE_OF(maker, 0, 70, 100);
}

struct maker *maker_open(uint64_t seed, bool at_once)
{
    struct maker *maker = calloc(1, sizeof(*maker));

    CHECK(maker != NULL);
    maker->state = seed;
    maker->arena = arena_new();
    maker->at_once = at_once;
    maker->now_us = MODEL_START_US;
    draw_rules(maker);
    return maker;
}

void maker_close(struct maker *maker)
{
    arena_free(maker->arena);
    free(maker);
}

struct slice maker_name(struct maker *maker, char kind, int64_t number)
{
    const char **name = &maker->names[(unsigned char)kind & 127][number % MAKER_NAMES_MAX];

    CHECK(number >= 0 && number < MAKER_NAMES_MAX);
    if (*name == NULL)
        *name = arena_printf(maker->arena, "%c%" PRId64, kind, number).ptr;
    return slice_str(*name);
}

int64_t maker_time(struct maker *maker)
{
    /* No two requests of one microsecond: what they would do to each other nobody will see. */
    if (maker_chance(maker, 95))
        return maker->now_us++;
    return maker->now_us - maker_below(maker, 2 * US_PER_S);
}

int64_t maker_due(struct maker *maker)
{
    int64_t due_us = maker->now_us + maker_below(maker, 3) * US_PER_S / 2;

    if (due_us <= maker->last_due_us)
        due_us = maker->last_due_us + 1;
    maker->last_due_us = due_us;
    return due_us;
}

/* When something that is stored changes; 0 when what was drawn does not. */
static int64_t border(struct maker *maker, const struct model *model)
{
    static const int64_t windows_us[] = {10 * US_PER_MINUTE, US_PER_HOUR, US_PER_DAY};
    const struct model_challenge *challenge = NULL;
    const struct model_session *session = NULL;
    const struct model_event *event = NULL;
    const struct model_message *message = NULL;
    const struct model_grant *grant = NULL;

    if (model->challenge_count > 0)
        challenge = &model->challenges[maker_below(maker, model->challenge_count)];
    if (model->session_count > 0)
        session = &model->sessions[maker_below(maker, model->session_count)];
    if (model->event_count > 0)
        event = &model->events[maker_below(maker, model->event_count)];
    if (model->message_count > 0)
        message = &model->messages[maker_below(maker, model->message_count)];
    if (model->grant_count > 0)
        grant = &model->grants[maker_below(maker, model->grant_count)];
    switch (maker_below(maker, 14)) {
    case 0:
    case 1:
        return challenge == NULL ? 0 : challenge->expires_us;
    case 2:
        return challenge == NULL ? 0
                                 : challenge->sent_us + (INT64_C(1) << challenge->resends % 3) *
                                                            maker->rules.cooldown_us;
    case 3:
        return challenge == NULL ? 0 : challenge->created_us + US_PER_HOUR;
    case 4:
        return session == NULL ? 0 : session->rotated_us + maker->rules.grace_us;
    case 5:
    case 12:
        return session == NULL ? 0 : session->expires_us;
    case 6:
        return event == NULL ? 0 : event->at_us + maker->rules.cooldown_us;
    case 7:
    case 8:
        return event == NULL ? 0 : event->at_us + windows_us[maker_below(maker, 3)];
    case 9:
        return message == NULL ? 0 : message->due_us;
    case 13:
        return grant == NULL ? 0 : grant->expires_us;
    case 10:
        return message == NULL ? 0 : message->lease_us;
    default:
        return model->reply_count == 0 ? model->sweep_until_us
                                       : model->replies[0].created_us + 2 * US_PER_HOUR;
    }
}

/* How far the clock may jump: mostly not far, or everything would always be over. */
static int64_t leap(struct maker *maker)
{
    unsigned drawn = maker_below(maker, 100);

    if (drawn < 87)
        return 5 * US_PER_MINUTE;
    return drawn < 96 ? 2 * US_PER_HOUR : 3 * US_PER_DAY;
}

void maker_advance(struct maker *maker, const struct model *model)
{
    unsigned drawn = maker_below(maker, 100);
    int64_t at_us;

    if (drawn < 40)
        return;
    if (maker->calm) {
        maker->now_us += maker_below(maker, US_PER_S);
        return;
    }
    if (drawn < 50) {
        maker->now_us += 1;
    } else if (drawn < 65) {
        maker->now_us += maker_below(maker, 2 * US_PER_S);
    } else if (drawn < 75) {
        maker->now_us += maker_below(maker, 60) * US_PER_S;
    } else {
        at_us = border(maker, model) + maker_below(maker, 3) - 1;
        if (at_us > maker->now_us && at_us - maker->now_us <= leap(maker))
            maker->now_us = at_us;
    }
}
