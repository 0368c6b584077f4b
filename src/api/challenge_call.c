#include "api/challenge_call.h"

#include "base/base64url.h"
#include "base/metric.h"
#include "base/random.h"
#include "domain/code.h"
#include "domain/pacing.h"

bool challenge_phone(struct call *call, struct slice text, const char *field,
                     struct phone *ret_phone)
{
    const struct settings *settings = call->settings;
    struct problem problem = {.field = field};

    switch (phone_parse(text, settings->phone_region, ret_phone)) {
    case PHONE_OK:
        if (phone_country_allowed(settings->send_countries, ret_phone->region))
            return true;
        problem.id = PROBLEM_COUNTRY_NOT_ALLOWED;
        call->phone = slice_str(ret_phone->e164);
        call_tally(call, STAT_COUNTRY_NOT_ALLOWED);
        call->phone = SLICE_ABSENT; /* the caller's variable ends before the call */
        break;
    case PHONE_INVALID:
        problem.id = PROBLEM_PHONE_INVALID;
        problem.reason = ret_phone->reason;
        break;
    case PHONE_NOT_MOBILE:
        problem.id = PROBLEM_PHONE_NOT_MOBILE;
        problem.reason = ret_phone->reason;
        break;
    }
    call_problem(call, problem);
    return false;
}

void challenge_phone_id(const struct call *call, struct slice phone,
                        uint8_t ret_id[CODE_CHALLENGE_BYTES])
{
    const struct slice parts[] = {SLICE_LIT("newest challenge of "), phone};
    uint8_t digest[HASH_BYTES];

    hash_hmac(call->app->keyring.code, parts, ARRAY_LEN(parts), digest);
    memcpy(ret_id, digest, CODE_CHALLENGE_BYTES);
}

static void draw_code(struct call *call, struct create_challenge_in *in)
{
    uint8_t *nonce = arena_alloc(call->arena, CODE_NONCE_BYTES);
    uint8_t *mac = arena_alloc(call->arena, CODE_MAC_BYTES);
    uint8_t named[CODE_CHALLENGE_BYTES];
    char code[CODE_TEXT_SIZE];

    random_bytes(nonce, CODE_NONCE_BYTES);
    code_derive(call->app->keyring.code, call->request_id, nonce, in->phone,
                (unsigned)in->code_length, code);
    if (in->purpose == CHALLENGE_BY_PHONE)
        challenge_phone_id(call, in->phone, named);
    else
        memcpy(named, call->request_id, sizeof(named));
    code_mac(call->app->keyring.code, named, slice_str(code), mac);
    hash_wipe(code, sizeof(code));
    in->nonce = slice_of(nonce, CODE_NONCE_BYTES);
    in->mac = slice_of(mac, CODE_MAC_BYTES);
}

int64_t challenge_due_us(const struct call *call)
{
    struct settings_range delay = call->settings->deliver_delay_ms;

    return call->now_us +
           (delay.low + random_below((uint32_t)(delay.high - delay.low + 1))) * US_PER_MS;
}

bool challenge_fill(struct call *call, const struct phone *phone, int64_t purpose,
                    struct slice locale_text)
{
    const struct settings *settings = call->settings;
    struct create_challenge_in *in = call->in;
    enum locale locale =
        slice_is_absent(locale_text) ? call_locale(call) : locale_from_tag(locale_text);

    if (locale == LOCALE_NONE) {
        (void)call_refuse_field(call, PROBLEM_FIELD_INVALID, "locale");
        return false;
    }
    in->request_id = slice_of(call->request_id, sizeof(call->request_id));
    in->purpose = purpose;
    in->account_id = call->caller.account_id;
    in->session_id = call->caller.session_id;
    in->now_us = call->now_us;
    in->phone = arena_copy(call->arena, slice_str(phone->e164));
    call->phone = in->phone;
    in->code_length = settings->code_length;
    in->attempts = code_attempts((unsigned)settings->code_length, settings->code_attempts);
    in->requester = slice_of(call->request->address_key, sizeof(call->request->address_key));
    in->channel = SLICE_LIT("sms");
    in->locale = slice_str(locale_tag(locale));
    in->expires_us = call->now_us + settings->code_ttl_s * US_PER_S;
    in->due_us = challenge_due_us(call);
    in->cooldown_us = settings->send_cooldown_s * US_PER_S;
    in->max_10min = settings->send_10min;
    in->max_hour = settings->send_hour;
    in->max_day = settings->send_day;
    in->idempotent = call->idempotent;
    in->fingerprint = slice_of(call->fingerprint, sizeof(call->fingerprint));
    draw_code(call, in);
    return true;
}

bool challenge_id_read(struct call *call, struct slice text, struct slice *ret_id)
{
    uint8_t *id = arena_alloc(call->arena, CODE_CHALLENGE_BYTES);
    size_t len;

    if (!base64url_decode(text, id, CODE_CHALLENGE_BYTES, &len) || len != CODE_CHALLENGE_BYTES) {
        (void)call_refuse(call, PROBLEM_CHALLENGE_UNKNOWN);
        return false;
    }
    *ret_id = slice_of(id, len);
    return true;
}

bool challenge_guess(struct call *call, struct slice id, struct slice code_text, const char *field,
                     struct slice *ret_mac)
{
    uint8_t *mac = arena_alloc(call->arena, CODE_MAC_BYTES);
    char code[CODE_TEXT_SIZE];

    if (!code_normalise(code_text, code)) {
        (void)call_refuse_field(call, PROBLEM_FIELD_INVALID, field);
        return false;
    }
    code_mac(call->app->keyring.code, (const uint8_t *)id.ptr, slice_str(code), mac);
    hash_wipe(code, sizeof(code));
    *ret_mac = slice_of(mac, CODE_MAC_BYTES);
    return true;
}

void challenge_note_sent(struct call *call, int64_t due_us)
{
    metric_count(METRIC_CODES_SENT);
    call_tally(call, STAT_CODES_SENT);
    if (call->app->message_due != NULL)
        call->app->message_due(call->app->sender, due_us);
}

/* Whole seconds from now on, never too few: what a client with a wrong clock can count by. */
static int64_t seconds_until(const struct call *call, int64_t at_us)
{
    int64_t left_us = at_us - call->now_us;

    return left_us > 0 ? (left_us + US_PER_S - 1) / US_PER_S : 0;
}

void challenge_answer(struct call *call, const struct challenge_shown *shown)
{
    struct json *json = call_json(call, 202);
    int64_t gap_us = pacing_resend_gap_us(call->settings->send_cooldown_s, shown->resends);
    char id[BASE64URL_LEN(CODE_CHALLENGE_BYTES)];

    base64url_encode(shown->id.ptr, shown->id.len, id);
    jsonw_object(json);
    jsonw_str(json, "challenge_id", slice_of(id, sizeof(id)));
    jsonw_str(json, "phone", shown->phone);
    jsonw_str(json, "channel", shown->channel);
    jsonw_int(json, "code_length", shown->code_length);
    jsonw_time(json, "expires_at", shown->expires_us);
    jsonw_int(json, "expires_in_s", seconds_until(call, shown->expires_us));
    jsonw_time(json, "resend_at", shown->sent_us + gap_us);
    jsonw_int(json, "resend_in_s", seconds_until(call, shown->sent_us + gap_us));
    jsonw_int(json, "attempts_left", shown->attempts_left);
    jsonw_end(json);
    call_json_end(call);
}

void challenge_refuse_send(struct call *call, const struct challenge_sends *sends)
{
    const struct pacing_window windows[] = {{10 * US_PER_MINUTE, sends->nth_10min_us},
                                            {US_PER_HOUR, sends->nth_hour_us},
                                            {US_PER_DAY, sends->nth_day_us}};
    int64_t until_us;
    bool cooldown = pacing_check(call->now_us, sends->last_us, sends->gap_us, windows,
                                 ARRAY_LEN(windows), &until_us) == PACING_COOLDOWN;

    metric_count(METRIC_CODES_REFUSED);
    call_tally(call, cooldown ? STAT_SEND_COOLDOWN : STAT_SEND_LIMIT);
    call_refuse_until(call, cooldown ? PROBLEM_SEND_COOLDOWN : PROBLEM_SEND_LIMIT, until_us);
}

const struct create_challenge_row *challenge_sent(struct call *call)
{
    const struct create_challenge_in *in = call->in;
    const struct create_challenge_row *row = STORE_ROW(&call->job, create_challenge);

    if (call->idempotent && !slice_is_absent(row->first_fingerprint) &&
        !slice_eq(row->first_fingerprint, in->fingerprint)) {
        (void)call_refuse(call, PROBLEM_IDEMPOTENCY_KEY_REUSED);
        return NULL;
    }
    if (row->made == 0) {
        challenge_refuse_send(call, &(struct challenge_sends){.last_us = row->last_sent_us,
                                                              .gap_us = in->cooldown_us,
                                                              .nth_10min_us = row->nth_10min_us,
                                                              .nth_hour_us = row->nth_hour_us,
                                                              .nth_day_us = row->nth_day_us});
        return NULL;
    }
    /* A repeated request is answered as the first was, and sends nothing. */
    if (row->created_us == call->now_us)
        challenge_note_sent(call, in->due_us);
    return row;
}

bool challenge_is_guarded(const struct call *call)
{
    return !call->settings->dev;
}

struct challenge_facts challenge_facts(const struct challenge_state_part *state)
{
    return (struct challenge_facts){
        .found = true,
        .tried = state->tried == 1,
        .redeemed = (enum challenge_redeemed)state->redeemed,
        .superseded = state->superseded == 1,
        .attempts_left = state->attempts_left,
        .expires_us = state->expires_us,
    };
}

static enum problem_id problem_of(enum challenge_outcome outcome)
{
    switch (outcome) {
    case CHALLENGE_WRONG:
        return PROBLEM_CODE_WRONG;
    case CHALLENGE_UNKNOWN:
        return PROBLEM_CHALLENGE_UNKNOWN;
    case CHALLENGE_EXPIRED:
        return PROBLEM_CODE_EXPIRED;
    case CHALLENGE_USED:
        return PROBLEM_CODE_USED;
    case CHALLENGE_SUPERSEDED:
        return PROBLEM_CODE_SUPERSEDED;
    case CHALLENGE_NO_ATTEMPTS:
        return PROBLEM_TOO_MANY_ATTEMPTS;
    case CHALLENGE_ALIVE:
        return PROBLEM_GUESS_LIMIT;
    case CHALLENGE_RIGHT:
        break;
    }
    return PROBLEM_INTERNAL_ERROR;
}

void challenge_refuse_guess(struct call *call, enum challenge_outcome outcome,
                            int64_t attempts_left, int64_t nth_hour_us, int64_t nth_day_us)
{
    struct problem problem = {.id = problem_of(outcome)};

    if (outcome == CHALLENGE_ALIVE) {
        const struct pacing_window windows[] = {{US_PER_HOUR, nth_hour_us},
                                                {US_PER_DAY, nth_day_us}};
        int64_t until_us;

        call_tally(call, STAT_GUESS_LIMIT);
        /* Even if the window has just moved on, the guess was not made: "wait a moment". */
        if (pacing_check(call->now_us, 0, 0, windows, ARRAY_LEN(windows), &until_us) == PACING_OK)
            until_us = call->now_us;
        call_refuse_until(call, problem.id, until_us);
        return;
    }
    if (outcome == CHALLENGE_NO_ATTEMPTS)
        call_tally(call, STAT_TOO_MANY_ATTEMPTS);
    if (outcome == CHALLENGE_WRONG) {
        metric_count(METRIC_CODES_WRONG);
        problem.has_attempts_left = true;
        problem.attempts_left = attempts_left;
    }
    call_problem(call, problem);
}
