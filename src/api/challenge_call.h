/*
 * challenge_call: what the routes that send and redeem codes share.
 */
#ifndef API_CHALLENGE_CALL_H
#define API_CHALLENGE_CALL_H

#include "api/call.h"
#include "domain/challenge.h"
#include "domain/code.h"
#include "domain/phone.h"

/* Purposes of a challenge, as the scripts know them. */
enum { CHALLENGE_SIGN_IN = 1, CHALLENGE_NEW_PHONE = 2, CHALLENGE_BY_PHONE = 3 };

/* Reads a number that codes may be sent to. False: call->reply says why not; `field` is where it
 * stood. */
MUST_CHECK bool challenge_phone(struct call *call, struct slice text, const char *field,
                                struct phone *ret_phone);

/*
 * Fills call->in (struct create_challenge_in) for a fresh code to `phone`, in the language asked
 * for (absent: the request's). False: call->reply says why not.
 */
MUST_CHECK bool challenge_fill(struct call *call, const struct phone *phone, int64_t purpose,
                               struct slice locale_text);

/*
 * What stands for the challenge's id in the MAC of a code that is redeemed by phone and code alone
 * (CHALLENGE_BY_PHONE): who guesses does not know the id, and the store looks for the newest.
 */
void challenge_phone_id(const struct call *call, struct slice phone,
                        uint8_t ret_id[CODE_CHALLENGE_BYTES]);

/* Fills `id` from 22 letters base64url; false when it is none (then there is no such challenge). */
MUST_CHECK bool challenge_id_read(struct call *call, struct slice text, struct slice *ret_id);

/* The MAC a right guess has, in the request's arena; false (and the reply) for what is no code.
 * `field` is where it stood. */
MUST_CHECK bool challenge_guess(struct call *call, struct slice id, struct slice code_text,
                                const char *field, struct slice *ret_mac);

/* When a message that is sent now reaches the simulated handset: `deliver.simulated_delay_ms`. */
int64_t challenge_due_us(const struct call *call);

/* The row of create_challenge when a message is on its way, now or since the request first came;
 * counts it and tells the sender. NULL: call->reply says why not. */
const struct create_challenge_row *challenge_sent(struct call *call);

/* A message has been put into the outbox: counts it and tells the sender. */
void challenge_note_sent(struct call *call, int64_t due_us);

/* Writes the 202 that tells of a challenge. */
struct challenge_shown {
    struct slice id;
    struct slice phone;
    struct slice channel;
    int64_t code_length;
    int64_t expires_us;
    int64_t sent_us;
    int64_t resends;
    int64_t attempts_left;
};
void challenge_answer(struct call *call, const struct challenge_shown *shown);

/* What the store knows of messages to the phone: the last one and the least distance from it, and
 * the times that limit each window (see the scripts). */
struct challenge_sends {
    int64_t last_us;
    int64_t gap_us;
    int64_t nth_10min_us;
    int64_t nth_hour_us;
    int64_t nth_day_us;
};

/* The 429 for the limits on messages: which one, and until when. */
void challenge_refuse_send(struct call *call, const struct challenge_sends *sends);

/* The refusal for a guess that was not right. nth_* as in parts/challenge_state.sql. */
void challenge_refuse_guess(struct call *call, enum challenge_outcome outcome,
                            int64_t attempts_left, int64_t nth_hour_us, int64_t nth_day_us);

/*
 * Anybody may name a phone, and needs no challenge for it. So who does, and does not guess right,
 * learns nothing of what the number's owner has done (a code that is used or void is as good as
 * none), and each try stays counted. Development mode has nothing to hide: false.
 */
bool challenge_is_guarded(const struct call *call);

/* The facts of parts/challenge_state.sql. */
struct challenge_facts challenge_facts(const struct challenge_state_part *state);

#endif
