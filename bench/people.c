#include "people.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

/* Popular are persons 2, 202, 402, ... */
#define POPULAR_EVERY 200

static const char alphabet[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz";

/* A fixed sequence (splitmix64), so that every run has the same people. */
static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* A step that shares no factor with 10^9 gives everybody another. */
void phone_of(uint64_t person, char out[PHONE_SIZE])
{
    (void)snprintf(out, PHONE_SIZE, "+79%09" PRIu64,
                   person * UINT64_C(618033989) % UINT64_C(1000000000));
}

/* Likewise for 55^6 invite codes. */
void invite_code_of(uint64_t person, char out[INVITE_CODE_LETTERS])
{
    uint64_t base = sizeof(alphabet) - 1;
    uint64_t space = base * base * base * base * base * base;
    uint64_t number = (uint64_t)((unsigned __int128)person * UINT64_C(17107534277) % space);

    for (size_t i = 0; i < INVITE_CODE_LETTERS; i++) {
        out[i] = alphabet[number % base];
        number /= base;
    }
}

uint64_t inviter_of(uint64_t person)
{
    uint64_t chance = mix(person) % 100;
    uint64_t who = mix(person ^ UINT64_C(0xabcdef)) % person;

    if (chance < 50)
        who = who / POPULAR_EVERY * POPULAR_EVERY + 2;
    else if (chance < 60)
        who = 1;
    else if (chance >= 80)
        return 0;
    return who >= person ? 0 : who;
}

bool has_profile(uint64_t person)
{
    return person % 3 != 0;
}

void email_of(uint64_t person, char out[EMAIL_SIZE])
{
    (void)snprintf(out, EMAIL_SIZE, "person.%" PRIu64 "@example.org", person);
}

void seed_of(uint64_t person, uint64_t out[2])
{
    out[0] = mix(person * 2);
    out[1] = mix(person * 2 + 1);
}
