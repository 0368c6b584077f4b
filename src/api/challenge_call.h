/*
 * challenge_call: what the routes that send and redeem codes share.
 */
#ifndef API_CHALLENGE_CALL_H
#define API_CHALLENGE_CALL_H

#include "api/call.h"
#include "domain/challenge.h"

/* Purposes of a challenge, as the scripts know them. */
enum { CHALLENGE_SIGN_IN = 1, CHALLENGE_NEW_PHONE = 2 };

/*
 * Fills call->in (struct create_challenge_in) for a code to `phone_text`: normalised, allowed,
 * with a fresh code, in the language asked for (absent: the request's). False: call->reply says why
 * not.
 */
MUST_CHECK bool challenge_fill(struct call *call, struct slice phone_text, int64_t purpose,
                               struct slice locale_text);

/* Fills `id` from 22 letters base64url; false when it is none (then there is no such challenge). */
MUST_CHECK bool challenge_id_read(struct call *call, struct slice text, struct slice *ret_id);

/* The MAC a right guess has, in the request's arena; false (and the reply) for what is no code. */
MUST_CHECK bool challenge_guess(struct call *call, struct slice id, struct slice code_text,
                                struct slice *ret_mac);

/* When a message that is sent now reaches the simulated handset: `deliver.simulated_delay_ms`. */
int64_t challenge_due_us(const struct call *call);

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

/* The facts of parts/challenge_state.sql. */
struct challenge_facts challenge_facts(const struct challenge_state_part *state);

#endif
