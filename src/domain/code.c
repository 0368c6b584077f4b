#include "domain/code.h"

#include "base/check.h"
#include "domain/text.h"

/* The largest multiple of ten that a byte reaches. */
#define UNBIASED_BELOW 250

/* Bytes that a typed code may have; enough for ten digits, each followed by a wide space. */
#define INPUT_MAX 64

void code_derive(const uint8_t key[HASH_BYTES], const uint8_t challenge_id[CODE_CHALLENGE_BYTES],
                 const uint8_t nonce[CODE_NONCE_BYTES], struct slice phone, unsigned length,
                 char out[CODE_TEXT_SIZE])
{
    uint8_t stream[HASH_BYTES];
    uint8_t block = 0;
    unsigned done = 0;

    CHECK(length >= CODE_LENGTH_MIN && length <= CODE_LENGTH_MAX);
    CHECK(phone.len >= 1 && phone.len <= UINT8_MAX);
    while (done < length) {
        struct slice parts[] = {
            SLICE_LIT("code"),
            slice_of(&block, 1),
            slice_of(challenge_id, CODE_CHALLENGE_BYTES),
            slice_of(nonce, CODE_NONCE_BYTES),
            phone,
        };

        hash_hmac(key, parts, ARRAY_LEN(parts), stream);
        for (size_t i = 0; i < sizeof(stream) && done < length; i++)
            if (stream[i] < UNBIASED_BELOW)
                out[done++] = (char)('0' + stream[i] % 10);
        block++;
    }
    out[length] = '\0';
    hash_wipe(stream, sizeof(stream));
}

void code_mac(const uint8_t key[HASH_BYTES], const uint8_t challenge_id[CODE_CHALLENGE_BYTES],
              struct slice code, uint8_t out[CODE_MAC_BYTES])
{
    struct slice parts[] = {
        SLICE_LIT("mac"),
        slice_of(challenge_id, CODE_CHALLENGE_BYTES),
        code,
    };

    hash_hmac(key, parts, ARRAY_LEN(parts), out);
}

bool code_normalise(struct slice text, char ret_code[CODE_TEXT_SIZE])
{
    char code[CODE_TEXT_SIZE];
    struct slice rest = text;
    uint32_t point;
    size_t len = 0;

    if (text.len > INPUT_MAX)
        return false;
    while (text_next(&rest, &point)) {
        if (text_is_space(point) || text_is_dash(point) || text_is_invisible(point))
            continue;
        if (point < '0' || point > '9' || len == CODE_LENGTH_MAX)
            return false;
        code[len++] = (char)point;
    }
    if (rest.len > 0 || len < CODE_LENGTH_MIN)
        return false;
    memcpy(ret_code, code, len);
    ret_code[len] = '\0';
    hash_wipe(code, sizeof(code));
    return true;
}

unsigned code_attempts(unsigned length, int64_t setting)
{
    if (setting > 0)
        return (unsigned)setting;
    return length <= 5 ? 3 : 5;
}
