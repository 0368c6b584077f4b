/*
 * people: who is in the stores the benchmark fills, whichever engine keeps them. The people are
 * those of a service that grew by invites, one each second, newest now:
 *   - one in 200 is popular, and half of all people came by an earlier popular one's code: who is
 *     half way down the list has about seventy invitees, whatever their number is;
 *   - one in ten came by the first account, the star: its list grows with everybody;
 *   - one in five came by somebody earlier at random; the rest by nobody;
 *   - two in three filled in a profile; each has one session and the audit of its sign-in.
 * Person i (from 1) is the same in every store.
 */
#ifndef BENCH_PEOPLE_H
#define BENCH_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#define SECOND_US INT64_C(1000000)
#define SESSION_LIFE_US (INT64_C(2592000) * SECOND_US)
#define PHONE_SIZE 16
#define EMAIL_SIZE 48
#define INVITE_CODE_LETTERS 6

/* The profile of those who filled one in. */
#define FIRST_NAME "Екатерина"
#define LAST_NAME "Константинова"
#define CITY "Новосибирск"
#define USER_AGENT "curl/7.88.1"
#define ADDRESS "127.0.0.1"

/* A Russian mobile number; everybody up to person 999 999 999 has another. */
void phone_of(uint64_t person, char out[PHONE_SIZE]);

/* Likewise; without a NUL. */
void invite_code_of(uint64_t person, char out[INVITE_CODE_LETTERS]);

/* Who invited this person; 0 for nobody. */
uint64_t inviter_of(uint64_t person);

bool has_profile(uint64_t person);
void email_of(uint64_t person, char out[EMAIL_SIZE]);

/* The seed of this person's session. */
void seed_of(uint64_t person, uint64_t out[2]);

#endif
