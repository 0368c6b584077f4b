/* token: signing, and verifying strictly. */
#include "unit.h"

#include "base/base64url.h"
#include "token_setup.h"

#define ISSUER "https://id.example.org"
#define AUDIENCE "domofon"

static const uint8_t token_id[TOKEN_ID_BYTES] = "sixteen bytes..";

static struct slice signed_token(const struct token_key *by, const struct token_claims *what)
{
    struct buf buf = buf_new(arena, TOKEN_TEXT_MAX, TOKEN_TEXT_MAX);
    bool whole;
    struct slice text;

    token_sign(by, what, ISSUER, AUDIENCE, token_id, &buf);
    text = buf_view(&buf, &whole);
    assert_true(whole);
    return text;
}

static enum token_outcome verify_at(struct slice token, int64_t now_us, struct token_claims *ret)
{
    const struct token_key *keys[] = {other_key, key};

    return token_verify(token, keys, ARRAY_LEN(keys), ISSUER, AUDIENCE, now_us, ret);
}

static enum token_outcome verify(struct slice token)
{
    struct token_claims read;

    return verify_at(token, NOW, &read);
}

/* Part `index` of a token, decoded. */
static struct slice decoded_part(struct slice token, unsigned index)
{
    char *bytes = arena_alloc(arena, TOKEN_TEXT_MAX);
    const char *dot;
    size_t len;

    for (; index > 0; index--) {
        dot = memchr(token.ptr, '.', token.len);
        token = slice_after(token, (size_t)(dot + 1 - token.ptr));
    }
    dot = memchr(token.ptr, '.', token.len);
    if (dot != NULL)
        token.len = (size_t)(dot - token.ptr);
    assert_true(base64url_decode(token, bytes, TOKEN_TEXT_MAX, &len));
    return slice_of(bytes, len);
}

static void append_base64url(struct buf *buf, struct slice bytes)
{
    char *text = arena_alloc(arena, BASE64URL_LEN(bytes.len) + 1);

    base64url_encode(bytes.ptr, bytes.len, text);
    buf_bytes(buf, text, BASE64URL_LEN(bytes.len));
}

/* A token with any header and payload, properly signed by `by`. */
static struct slice forged_token(const struct token_key *by, struct slice header,
                                 struct slice payload)
{
    struct buf buf = buf_new(arena, 2048, 8192);
    uint8_t digest[HASH_BYTES];
    uint8_t signature[TOKEN_SIGNATURE_BYTES];

    append_base64url(&buf, header);
    buf_char(&buf, '.');
    append_base64url(&buf, payload);
    hash_sha256(buf_view(&buf, NULL), digest);
    token_key_sign(by, digest, signature);
    buf_char(&buf, '.');
    append_base64url(&buf, slice_of(signature, sizeof(signature)));
    return buf_view(&buf, NULL);
}

static struct slice own_header(void)
{
    return arena_printf(arena, "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
                        token_key_id(key));
}

static void test_round_trip(void **state)
{
    struct token_claims read;
    struct slice token = signed_token(key, &claims);

    (void)state;
    assert_int_equal(verify_at(token, NOW, &read), TOKEN_OK);
    assert_int_equal(read.account_id, 17);
    assert_int_equal(read.session_id, 42);
    assert_int_equal(read.role, ROLE_MODERATOR);
    assert_true(read.issued_us == claims.issued_us && read.expires_us == claims.expires_us);
    assert_slice(decoded_part(token, 0), own_header().ptr);
    assert_slice(decoded_part(token, 1),
                 "{\"iss\":\"" ISSUER "\",\"aud\":\"" AUDIENCE "\",\"sub\":\"17\","
                 "\"client_id\":\"domofon\",\"sid\":\"42\",\"role\":\"moderator\","
                 "\"iat\":1790000000,\"exp\":1790000900,\"jti\":\"c2l4dGVlbiBieXRlcy4uAA\"}");
    assert_int_equal(decoded_part(token, 2).len, TOKEN_SIGNATURE_BYTES);
}

/* Signatures whose numbers begin with zeros or a high bit pass through both codings. */
static void test_many_round_trips(void **state)
{
    (void)state;
    for (int64_t i = 1; i <= 600; i++) {
        struct token_claims many = {i, i, ROLE_USER, NOW, NOW + US_PER_S};
        struct token_claims read;

        assert_int_equal(verify_at(signed_token(key, &many), NOW, &read), TOKEN_OK);
        assert_int_equal(read.account_id, i);
    }
}

static void test_expiry(void **state)
{
    struct token_claims read = {.account_id = -1};
    struct slice token = signed_token(key, &claims);

    (void)state;
    assert_int_equal(verify_at(token, claims.expires_us - 1, &read), TOKEN_OK);
    read.account_id = -1;
    assert_int_equal(verify_at(token, claims.expires_us, &read), TOKEN_EXPIRED);
    assert_int_equal(verify_at(token, claims.expires_us + US_PER_DAY, &read), TOKEN_EXPIRED);
    assert_int_equal(read.account_id, -1);
}

/* No letter of a token can be changed, dropped or doubled. */
static void test_tampering(void **state)
{
    struct slice token = signed_token(key, &claims);
    char text[TOKEN_TEXT_MAX + 1];

    (void)state;
    for (size_t i = 0; i < token.len; i++) {
        memcpy(text, token.ptr, token.len);
        text[i] = text[i] == 'A' ? 'B' : 'A';
        assert_int_equal(verify(slice_of(text, token.len)), TOKEN_INVALID);
        memcpy(text, token.ptr, i);
        memcpy(text + i, token.ptr + i + 1, token.len - i - 1);
        assert_int_equal(verify(slice_of(text, token.len - 1)), TOKEN_INVALID);
        memcpy(text, token.ptr, i + 1);
        memcpy(text + i + 1, token.ptr + i, token.len - i);
        assert_int_equal(verify(slice_of(text, token.len + 1)), TOKEN_INVALID);
        assert_int_equal(verify(slice_of(token.ptr, i)), TOKEN_INVALID);
    }
}

static void test_shapes(void **state)
{
    struct slice token = signed_token(key, &claims);
    char huge[TOKEN_TEXT_MAX + 1];

    (void)state;
    assert_int_equal(verify(SLICE_ABSENT), TOKEN_INVALID);
    assert_int_equal(verify(SLICE_LIT("")), TOKEN_INVALID);
    assert_int_equal(verify(SLICE_LIT("..")), TOKEN_INVALID);
    assert_int_equal(verify(arena_printf(arena, "%.*s.", SLICE_ARG(token))), TOKEN_INVALID);
    assert_int_equal(verify(arena_printf(arena, ".%.*s", SLICE_ARG(token))), TOKEN_INVALID);
    assert_int_equal(verify(arena_printf(arena, "%.*s.AA", SLICE_ARG(token))), TOKEN_INVALID);
    assert_int_equal(verify(arena_printf(arena, "%.*s ", SLICE_ARG(token))), TOKEN_INVALID);
    assert_int_equal(verify(arena_printf(arena, "%.*s=", SLICE_ARG(token))), TOKEN_INVALID);
    memset(huge, 'A', sizeof(huge));
    assert_int_equal(verify(slice_of(huge, sizeof(huge))), TOKEN_INVALID);
    assert_int_equal(verify(slice_of(huge, TOKEN_TEXT_MAX)), TOKEN_INVALID);
    huge[300] = '.';
    assert_int_equal(verify(slice_of(huge, TOKEN_TEXT_MAX)), TOKEN_INVALID);
    memset(huge, '.', sizeof(huge));
    assert_int_equal(verify(slice_of(huge, TOKEN_TEXT_MAX)), TOKEN_INVALID);
}

/* Any header but our own, even under a genuine signature. */
static void test_headers(void **state)
{
    static const char *const headers[] = {
        "{\"alg\":\"none\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
        "{\"alg\":\"None\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
        "{\"alg\":\"ES384\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
        "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
        "{\"alg\":\"ES256\",\"kid\":\"%s\"}",
        "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%sA\"}",
        "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%s\",\"crit\":[\"exp\"]}",
        "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%s\",\"jku\":\"https://evil.example\"}",
        "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%s\",\"kid\":\"x\"}",
        "{\"alg\":\"ES256\", \"typ\":\"at+jwt\",\"kid\":\"%s\"}",
    };
    struct slice payload = decoded_part(signed_token(key, &claims), 1);
    struct slice none;

    (void)state;
    assert_int_equal(verify(forged_token(key, own_header(), payload)), TOKEN_OK);
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        struct buf header = buf_new(arena, 256, 256);
        const char *mark = strstr(headers[i], "%s");

        buf_bytes(&header, headers[i], (size_t)(mark - headers[i]));
        buf_str(&header, token_key_id(key));
        buf_str(&header, mark + 2);
        if (verify(forged_token(key, buf_view(&header, NULL), payload)) != TOKEN_INVALID)
            fail_msg("%s", headers[i]);
    }
    /* Unsigned, as CVE-2015-9235 had it. */
    none = arena_printf(arena, "%.*s.", (int)(signed_token(key, &claims).len - 87),
                        signed_token(key, &claims).ptr);
    assert_int_equal(verify(none), TOKEN_INVALID);
}

static void test_keys(void **state)
{
    struct slice token = signed_token(key, &claims);
    const struct token_key *others[] = {other_key};
    struct slice payload = decoded_part(token, 1);
    struct token_claims read;

    (void)state;
    assert_int_equal(token_verify(token, others, 1, ISSUER, AUDIENCE, NOW, &read), TOKEN_INVALID);
    assert_int_equal(token_verify(token, NULL, 0, ISSUER, AUDIENCE, NOW, &read), TOKEN_INVALID);
    /* Our kid, another's signature. */
    assert_int_equal(verify(forged_token(other_key, own_header(), payload)), TOKEN_INVALID);
    assert_string_not_equal(token_key_id(key), token_key_id(other_key));
}

static void test_names(void **state)
{
    struct slice token = signed_token(key, &claims);
    const struct token_key *keys[] = {key};
    struct token_claims read;

    (void)state;
    assert_int_equal(token_verify(token, keys, 1, ISSUER "/", AUDIENCE, NOW, &read), TOKEN_INVALID);
    assert_int_equal(token_verify(token, keys, 1, ISSUER, "other", NOW, &read), TOKEN_INVALID);
    assert_int_equal(token_verify(token, keys, 1, ISSUER, AUDIENCE, NOW, &read), TOKEN_OK);
}

#define REST(sub, sid, role, iat, exp)                                                          \
    "{\"iss\":\"" ISSUER "\",\"aud\":\"" AUDIENCE "\",\"client_id\":\"domofon\",\"jti\":\"x\"," \
    "\"sub\":" sub ",\"sid\":" sid ",\"role\":" role ",\"iat\":" iat ",\"exp\":" exp "}"
#define IAT "1790000000"
#define EXP "1790000900"

/* Payloads that a key of ours might have signed by mistake. */
static const struct {
    const char *payload;
    enum token_outcome outcome;
} payloads[] = {
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, EXP), TOKEN_OK},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "0"), TOKEN_EXPIRED},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "1790000000"), TOKEN_EXPIRED},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "1790000900.0"), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "\"1790000900\""), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "1e30"), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "-1"), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "253402300800"), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "9223372036854775807"), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "9223372036854775808"), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "null"), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", "true", EXP), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"root\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "[]", IAT, EXP), TOKEN_INVALID},
    {REST("17", "\"42\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"017\"", "\"42\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"-17\"", "\"42\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"17\"", "\"0\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"17\"", "\"\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"17\\u0000\"", "\"42\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    /* A member twice; something behind the object; no object; nothing. */
    {REST("\"17\",\"sub\":\"18\"", "\"42\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, EXP) "{}", TOKEN_INVALID},
    {"[" REST("\"17\"", "\"42\"", "\"user\"", IAT, EXP) "]", TOKEN_INVALID},
    {"{}", TOKEN_INVALID},
    {"\"17\"", TOKEN_INVALID},
    {"", TOKEN_INVALID},
    {"\xFF\xFE", TOKEN_INVALID},
    /* Narrowed in ways that are not enforced here. */
    {REST("\"17\",\"nbf\":0", "\"42\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"17\",\"cnf\":{}", "\"42\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    /* A claim of a later version. */
    {REST("\"17\",\"new\":{}", "\"42\"", "\"user\"", IAT, EXP), TOKEN_OK},
    /* An audience among others, another client, none. */
    {"{\"iss\":\"" ISSUER "\",\"aud\":[\"" AUDIENCE "\"],\"client_id\":\"domofon\",\"jti\":\"x\","
     "\"sub\":\"17\",\"sid\":\"42\",\"role\":\"user\",\"iat\":1,\"exp\":1790000900}",
     TOKEN_INVALID},
    {"{\"iss\":\"" ISSUER "\",\"aud\":\"" AUDIENCE "\",\"client_id\":\"other\",\"jti\":\"x\","
     "\"sub\":\"17\",\"sid\":\"42\",\"role\":\"user\",\"iat\":1,\"exp\":1790000900}",
     TOKEN_INVALID},
    {"{\"iss\":\"" ISSUER "\",\"aud\":\"" AUDIENCE "\",\"client_id\":\"domofon\","
     "\"sub\":\"17\",\"sid\":\"42\",\"role\":\"user\",\"iat\":1,\"exp\":1790000900}",
     TOKEN_INVALID},
    {"{\"aud\":\"" AUDIENCE "\",\"client_id\":\"domofon\",\"jti\":\"x\","
     "\"sub\":\"17\",\"sid\":\"42\",\"role\":\"user\",\"iat\":1,\"exp\":1790000900}",
     TOKEN_INVALID},
};

static void test_payloads(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(payloads); i++) {
        struct slice payload = slice_str(payloads[i].payload);
        enum token_outcome outcome = verify(forged_token(key, own_header(), payload));

        if (outcome != payloads[i].outcome)
            fail_msg("%s: %d", payloads[i].payload, outcome);
    }
}

static void test_signatures(void **state)
{
    struct slice token = signed_token(key, &claims);
    size_t head_len = token.len - BASE64URL_LEN(TOKEN_SIGNATURE_BYTES);
    uint8_t signature[TOKEN_SIGNATURE_BYTES + 1] = {0};
    static const size_t lengths[] = {0, 1, 63, 64, 65};

    (void)state;
    for (int fill = 0; fill <= 0xFF; fill += 0x55) {
        memset(signature, fill, sizeof(signature));
        for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
            struct buf buf = buf_new(arena, TOKEN_TEXT_MAX, TOKEN_TEXT_MAX);

            buf_bytes(&buf, token.ptr, head_len);
            append_base64url(&buf, slice_of(signature, lengths[i]));
            assert_int_equal(verify(buf_view(&buf, NULL)), TOKEN_INVALID);
        }
    }
    /* The DER form, which other libraries took for raw. */
    {
        struct slice raw = decoded_part(token, 2);
        uint8_t der[70] = {0x30, 68, 0x02, 32};
        struct buf buf = buf_new(arena, TOKEN_TEXT_MAX, TOKEN_TEXT_MAX);

        memcpy(der + 4, raw.ptr, 32);
        der[36] = 0x02;
        der[37] = 32;
        memcpy(der + 38, raw.ptr + 32, 32);
        buf_bytes(&buf, token.ptr, head_len);
        append_base64url(&buf, slice_of(der, sizeof(der)));
        assert_int_equal(verify(buf_view(&buf, NULL)), TOKEN_INVALID);
    }
}

static void sign_for_nobody(void *ignored)
{
    const struct token_claims nobody = {0, 1, ROLE_USER, NOW, NOW};

    (void)ignored;
    (void)signed_token(key, &nobody);
}

static void sign_with_issuer(void *issuer)
{
    struct buf buf = buf_new(arena, TOKEN_TEXT_MAX, TOKEN_TEXT_MAX);

    token_sign(key, &claims, issuer, AUDIENCE, token_id, &buf);
}

static void test_names_fit(void **state)
{
    static char longest[201];
    static char too_long[701];

    (void)state;
    memset(longest, 'x', 200);
    memset(too_long, 'x', 700);
    assert_true(token_names_fit(ISSUER, AUDIENCE));
    /* Both settings at their longest. */
    assert_true(token_names_fit(longest, longest));
    assert_false(token_names_fit(too_long, AUDIENCE));
    assert_aborts(sign_with_issuer, too_long);
    assert_aborts(sign_for_nobody, NULL);
    {
        struct buf buf = buf_new(arena, TOKEN_TEXT_MAX, TOKEN_TEXT_MAX);
        const struct token_claims most = {INT64_MAX, INT64_MAX, ROLE_MODERATOR, NOW, NOW + 1};
        const struct token_key *keys[] = {key};
        struct token_claims read;
        bool whole;

        token_sign(key, &most, longest, longest, token_id, &buf);
        assert_int_equal(
            token_verify(buf_view(&buf, &whole), keys, 1, longest, longest, NOW - US_PER_S, &read),
            TOKEN_OK);
        assert_true(whole);
        assert_true(read.account_id == INT64_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_many_round_trips),
        cmocka_unit_test(test_expiry),     cmocka_unit_test(test_tampering),
        cmocka_unit_test(test_shapes),     cmocka_unit_test(test_headers),
        cmocka_unit_test(test_keys),       cmocka_unit_test(test_names),
        cmocka_unit_test(test_payloads),   cmocka_unit_test(test_signatures),
        cmocka_unit_test(test_names_fit),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
