/* pair_token: simplejwt's tokens, made to the letter and read strictly. */
#include "unit.h"

#include "base/base64url.h"
#include "domain/pair_token.h"

/* When the token of the example was made. */
#define NOW (INT64_C(1712884725) * US_PER_S)
#define HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define JTI_AT \
    (sizeof("{\"token_type\":\"access\",\"exp\":1712902725,\"iat\":1712884725,\"jti\":\"") - 1)

static const struct pair_token_key key = {{"a secret of thirty-two bytes, yes", 33},
                                          {"a secret of thirty-two bytes, yes", 33}};
static const uint8_t nonce[PAIR_TOKEN_NONCE_BYTES] = {0, 1, 2, 3, 0xFC, 0xFD, 0xFE, 0xFF};
static const struct token_claims claims = {2, 42, ROLE_USER, NOW, NOW + 5 * US_PER_HOUR};

/* The tokens in the description of the service `initialization`. */
static const char example_access[] =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwiZXhwIjoxNzEyOTAyNzI1LCJpYXQiOjE3MTI4ODQ3MjUsImp0aSI6IjZjNWIz"
    "ZjhjMDE1ZTRiMmE4ZDhiMDdlMmQzNTBhNGY4IiwidXNlcl9pZCI6Mn0."
    "L_nAyCjdjoYEXZyzUugYzHARrmL7BUUjNF267RjescI";
static const char example_refresh[] =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsImV4cCI6MTcxMjk3MTEyNSwiaWF0IjoxNzEyODg0NzI1LCJqdGkiOiIwZDE1"
    "NDFhNjg5ZWQ0ZTU0YjdjODgwYzQwNTZkZTI1MyIsInVzZXJfaWQiOjJ9."
    "LVvb7s_vSsmXb4IbGOZNIDSjxgZFahNXGPykDvv-akg";

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct slice signed_token(enum pair_token_type type, const struct token_claims *what)
{
    struct buf buf = buf_new(arena, PAIR_TOKEN_TEXT_MAX, PAIR_TOKEN_TEXT_MAX);
    bool whole;
    struct slice text;

    pair_token_sign(key, type, what, nonce, &buf);
    text = buf_view(&buf, &whole);
    assert_true(whole);
    return text;
}

/* The first bytes of the key. */
static struct pair_token_key signed_with(size_t len)
{
    return (struct pair_token_key){slice_of(key.signing.ptr, len), key.hiding};
}

static enum token_outcome verify(struct slice token)
{
    struct token_claims read;

    return pair_token_verify(key, PAIR_TOKEN_ACCESS, token, NOW, &read);
}

/* Part `index` of a token, decoded. */
static struct slice decoded_part(struct slice token, unsigned index)
{
    char *bytes = arena_alloc(arena, PAIR_TOKEN_TEXT_MAX);
    const char *dot;
    size_t len;

    for (; index > 0; index--) {
        dot = memchr(token.ptr, '.', token.len);
        token = slice_after(token, (size_t)(dot + 1 - token.ptr));
    }
    dot = memchr(token.ptr, '.', token.len);
    if (dot != NULL)
        token.len = (size_t)(dot - token.ptr);
    assert_true(base64url_decode(token, bytes, PAIR_TOKEN_TEXT_MAX, &len));
    return slice_of(bytes, len);
}

static void append_base64url(struct buf *buf, struct slice bytes)
{
    char *text = arena_alloc(arena, BASE64URL_LEN(bytes.len) + 1);

    base64url_encode(bytes.ptr, bytes.len, text);
    buf_bytes(buf, text, BASE64URL_LEN(bytes.len));
}

/* A token with any header and payload, properly signed. */
static struct slice forged_token(struct slice header, struct slice payload)
{
    struct buf buf = buf_new(arena, 2048, 8192);
    uint8_t mac[HASH_BYTES];
    struct slice signed_part;

    append_base64url(&buf, header);
    buf_char(&buf, '.');
    append_base64url(&buf, payload);
    signed_part = buf_view(&buf, NULL);
    hash_hmac_keyed(key.signing, &signed_part, 1, mac);
    buf_char(&buf, '.');
    append_base64url(&buf, slice_of(mac, sizeof(mac)));
    return buf_view(&buf, NULL);
}

static void test_round_trip(void **state)
{
    static const enum pair_token_type types[] = {PAIR_TOKEN_ACCESS, PAIR_TOKEN_REFRESH};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        struct token_claims read = {.role = ROLE_ADMIN};
        struct slice token = signed_token(types[i], &claims);

        assert_int_equal(pair_token_verify(key, types[i], token, NOW, &read), TOKEN_OK);
        assert_int_equal(read.account_id, 2);
        assert_int_equal(read.session_id, 42);
        assert_int_equal(read.role, ROLE_USER);
        assert_true(read.issued_us == claims.issued_us && read.expires_us == claims.expires_us);
        assert_int_equal(pair_token_verify(key, types[1 - i], token, NOW, &read), TOKEN_INVALID);
    }
}

/* The longest token there can be, and every session id. */
static void test_bounds(void **state)
{
    static const int64_t ids[] = {1, 255, INT64_C(1) << 32, INT64_MAX};
    const int64_t last_us = INT64_C(253402300799) * US_PER_S;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        const struct token_claims most = {INT64_MAX, ids[i], ROLE_USER, last_us, last_us};
        struct slice token = signed_token(PAIR_TOKEN_REFRESH, &most);
        struct token_claims read;

        assert_int_equal(token.len, 259);
        assert_int_equal(
            pair_token_verify(key, PAIR_TOKEN_REFRESH, token, last_us - US_PER_S, &read), TOKEN_OK);
        assert_true(read.session_id == ids[i] && read.account_id == INT64_MAX);
    }
}

/* All but `jti` and the signature is what the original made. */
static void assert_shape(enum pair_token_type type, const struct token_claims *what,
                         const char *example)
{
    struct slice made = signed_token(type, what);
    struct slice ours = decoded_part(made, 1);
    struct slice theirs = decoded_part(slice_str(example), 1);
    size_t id_at = type == PAIR_TOKEN_ACCESS ? JTI_AT : JTI_AT + 1;

    assert_slice(decoded_part(made, 0), HEADER);
    assert_slice(decoded_part(slice_str(example), 0), HEADER);
    assert_int_equal(made.len, strlen(example));
    assert_int_equal(ours.len, theirs.len);
    assert_memory_equal(ours.ptr, theirs.ptr, id_at);
    assert_memory_equal(ours.ptr + id_at + 32, theirs.ptr + id_at + 32, ours.len - id_at - 32);
    assert_int_equal(strspn(arena_str(arena, slice_of(ours.ptr + id_at, 32)), "0123456789abcdef"),
                     32);
}

static void test_the_example(void **state)
{
    struct token_claims refresh = claims;

    (void)state;
    refresh.expires_us = NOW + US_PER_DAY;
    assert_shape(PAIR_TOKEN_ACCESS, &claims, example_access);
    assert_shape(PAIR_TOKEN_REFRESH, &refresh, example_refresh);
    /* Another's key. */
    assert_int_equal(verify(slice_str(example_access)), TOKEN_INVALID);
    /* The same claims under our key: genuine, and of no session of ours. */
    {
        struct slice payload = decoded_part(slice_str(example_access), 1);
        struct token_claims read = {.session_id = 42};
        enum token_outcome outcome = pair_token_verify(
            key, PAIR_TOKEN_ACCESS, forged_token(SLICE_LIT(HEADER), payload), NOW, &read);

        assert_true(outcome == TOKEN_INVALID || read.session_id > 1000000);
    }
}

/* Neither the session nor its sameness shows in `jti`. */
static void test_id_hides_the_session(void **state)
{
    const struct token_claims next = {2, 43, ROLE_USER, NOW, NOW + 5 * US_PER_HOUR};
    struct slice first = decoded_part(signed_token(PAIR_TOKEN_ACCESS, &claims), 1);
    struct slice second = decoded_part(signed_token(PAIR_TOKEN_REFRESH, &claims), 1);
    struct slice third = decoded_part(signed_token(PAIR_TOKEN_ACCESS, &next), 1);
    static const uint8_t other_nonce[PAIR_TOKEN_NONCE_BYTES] = {9};
    struct buf buf = buf_new(arena, PAIR_TOKEN_TEXT_MAX, PAIR_TOKEN_TEXT_MAX);
    struct slice fourth;

    (void)state;
    pair_token_sign(key, PAIR_TOKEN_ACCESS, &claims, other_nonce, &buf);
    fourth = decoded_part(buf_view(&buf, NULL), 1);
    assert_memory_not_equal(first.ptr + JTI_AT, "000000000000002a", 16);
    assert_memory_not_equal(first.ptr + JTI_AT, second.ptr + JTI_AT + 1, 16);
    assert_memory_not_equal(first.ptr + JTI_AT, third.ptr + JTI_AT, 16);
    assert_memory_not_equal(first.ptr + JTI_AT, fourth.ptr + JTI_AT, 8);
    assert_memory_equal(first.ptr + JTI_AT + 16, "00010203fcfdfeff", 16);
}

static void test_times(void **state)
{
    struct slice token = signed_token(PAIR_TOKEN_ACCESS, &claims);
    struct token_claims read = {.account_id = -1};

    (void)state;
    assert_int_equal(pair_token_verify(key, PAIR_TOKEN_ACCESS, token, claims.expires_us - 1, &read),
                     TOKEN_OK);
    read.account_id = -1;
    assert_int_equal(pair_token_verify(key, PAIR_TOKEN_ACCESS, token, claims.expires_us, &read),
                     TOKEN_EXPIRED);
    assert_int_equal(pair_token_verify(key, PAIR_TOKEN_REFRESH, token, claims.expires_us, &read),
                     TOKEN_INVALID);
    assert_int_equal(
        pair_token_verify(key, PAIR_TOKEN_ACCESS, token, NOW - PAIR_TOKEN_AHEAD_US - 1, &read),
        TOKEN_INVALID);
    assert_int_equal(read.account_id, -1);
    assert_int_equal(
        pair_token_verify(key, PAIR_TOKEN_ACCESS, token, NOW - PAIR_TOKEN_AHEAD_US, &read),
        TOKEN_OK);
}

/* No letter of a token can be changed, dropped or doubled. */
static void test_tampering(void **state)
{
    struct slice token = signed_token(PAIR_TOKEN_ACCESS, &claims);
    char text[PAIR_TOKEN_TEXT_MAX + 1];

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
    struct slice token = signed_token(PAIR_TOKEN_ACCESS, &claims);
    struct slice payload = decoded_part(token, 1);
    struct buf spaces = buf_new(arena, 1024, 1024);
    char huge[PAIR_TOKEN_TEXT_MAX + 1];

    (void)state;
    assert_int_equal(verify(SLICE_ABSENT), TOKEN_INVALID);
    assert_int_equal(verify(SLICE_LIT("")), TOKEN_INVALID);
    assert_int_equal(verify(SLICE_LIT(".")), TOKEN_INVALID);
    assert_int_equal(verify(SLICE_LIT("..")), TOKEN_INVALID);
    assert_int_equal(verify(arena_printf(arena, "%.*s.", SLICE_ARG(token))), TOKEN_INVALID);
    assert_int_equal(verify(arena_printf(arena, ".%.*s", SLICE_ARG(token))), TOKEN_INVALID);
    assert_int_equal(verify(arena_printf(arena, "%.*s.AA", SLICE_ARG(token))), TOKEN_INVALID);
    assert_int_equal(verify(arena_printf(arena, "%.*s=", SLICE_ARG(token))), TOKEN_INVALID);
    memset(huge, 'A', sizeof(huge));
    assert_int_equal(verify(slice_of(huge, sizeof(huge))), TOKEN_INVALID);
    memset(huge, '.', sizeof(huge));
    assert_int_equal(verify(slice_of(huge, PAIR_TOKEN_TEXT_MAX)), TOKEN_INVALID);
    /* Genuine, and longer than any that is read. */
    buf_slice(&spaces, payload);
    while (spaces.len < 330)
        buf_char(&spaces, ' ');
    assert_int_equal(verify(forged_token(SLICE_LIT(HEADER), buf_view(&spaces, NULL))),
                     TOKEN_INVALID);
    spaces.len = 320;
    assert_int_equal(verify(forged_token(SLICE_LIT(HEADER), buf_view(&spaces, NULL))), TOKEN_OK);
}

/* Any header but the two, even under a genuine signature. */
static void test_headers(void **state)
{
    static const char *const headers[] = {
        "{\"alg\":\"none\",\"typ\":\"JWT\"}",
        "{\"alg\":\"None\",\"typ\":\"JWT\"}",
        "{\"alg\":\"RS256\",\"typ\":\"JWT\"}",
        "{\"alg\":\"HS512\",\"typ\":\"JWT\"}",
        "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"AAAAAAAAAAAAAAAA\"}",
        "{\"alg\":\"hs256\",\"typ\":\"JWT\"}",
        "{\"alg\":\"HS256\",\"typ\":\"jwt\"}",
        "{\"alg\":\"HS256\"}",
        "{\"alg\":\"HS256\", \"typ\":\"JWT\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"1\"}",
        "{\"alg\":\"HS256\",\"alg\":\"HS256\",\"typ\":\"JWT\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"crit\":[\"b64\"],\"b64\":false}",
        "",
    };
    struct slice token = signed_token(PAIR_TOKEN_ACCESS, &claims);
    struct slice payload = decoded_part(token, 1);

    (void)state;
    assert_int_equal(verify(forged_token(SLICE_LIT(HEADER), payload)), TOKEN_OK);
    assert_int_equal(
        verify(forged_token(SLICE_LIT("{\"typ\":\"JWT\",\"alg\":\"HS256\"}"), payload)), TOKEN_OK);
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        struct slice forged = forged_token(slice_str(headers[i]), payload);

        if (verify(forged) != TOKEN_INVALID)
            fail_msg("%s", headers[i]);
        /* Unsigned, as CVE-2015-9235 had it. */
        forged.len -= BASE64URL_LEN(HASH_BYTES);
        assert_int_equal(verify(forged), TOKEN_INVALID);
    }
}

/* An access token of our own API is none of a dialect. */
static void test_token_of_ours(void **state)
{
    struct token_key *es256 = token_key_generate();
    struct buf buf = buf_new(arena, TOKEN_TEXT_MAX, TOKEN_TEXT_MAX);
    static const uint8_t token_id[TOKEN_ID_BYTES];

    (void)state;
    token_sign(es256, &claims, "http://localhost:8080", "domofon", token_id, &buf);
    assert_int_equal(verify(buf_view(&buf, NULL)), TOKEN_INVALID);
    token_key_free(es256);
}

static void test_keys(void **state)
{
    struct slice token = signed_token(PAIR_TOKEN_ACCESS, &claims);
    static const uint8_t own[HASH_BYTES] = "thirty-two bytes that were drawn";
    struct token_claims read;

    (void)state;
    assert_int_equal(pair_token_verify(signed_with(32), PAIR_TOKEN_ACCESS, token, NOW, &read),
                     TOKEN_INVALID);
    assert_true(slice_eq(pair_token_key("", own).signing, slice_of(own, HASH_BYTES)));
    assert_slice(pair_token_key("0123456789abcdef0123456789abcdef!", own).signing,
                 "0123456789abcdef0123456789abcdef!");
}

#define REST(type, exp, iat, jti, user) \
    "{\"token_type\":" type ",\"exp\":" exp ",\"iat\":" iat ",\"jti\":" jti ",\"user_id\":" user "}"
#define EXP "1712902725"
#define IAT "1712884725"
#define ACCESS "\"access\""

/* Payloads that someone with the key might sign; %s is the `jti` of session 42. */
static const struct {
    const char *payload;
    enum token_outcome outcome;
} payloads[] = {
    {REST(ACCESS, EXP, IAT, "\"%s\"", "2"), TOKEN_OK},
    {REST(ACCESS, EXP, IAT, "\"%s\"", "\"2\""), TOKEN_OK},
    {"{ \"user_id\" : 2, \"jti\":\"%s\",\"iat\":" IAT ",\"exp\":" EXP ",\"token_type\":" ACCESS
     ", \"is_staff\":true }",
     TOKEN_OK},
    {REST("\"\\u0061ccess\"", EXP, IAT, "\"%s\"", "2"), TOKEN_OK},
    {REST(ACCESS, "1712884725", IAT, "\"%s\"", "2"), TOKEN_EXPIRED},
    {REST(ACCESS, "0", "0", "\"%s\"", "2"), TOKEN_EXPIRED},
    {REST("\"refresh\"", EXP, IAT, "\"%s\"", "2"), TOKEN_INVALID},
    {REST("\"sliding\"", EXP, IAT, "\"%s\"", "2"), TOKEN_INVALID},
    {REST("\"Access\"", EXP, IAT, "\"%s\"", "2"), TOKEN_INVALID},
    {REST("null", EXP, IAT, "\"%s\"", "2"), TOKEN_INVALID},
    {REST("[" ACCESS "]", EXP, IAT, "\"%s\"", "2"), TOKEN_INVALID},
    {REST(ACCESS, "1712902725.0", IAT, "\"%s\"", "2"), TOKEN_INVALID},
    {REST(ACCESS, "\"1712902725\"", IAT, "\"%s\"", "2"), TOKEN_INVALID},
    {REST(ACCESS, "1e30", IAT, "\"%s\"", "2"), TOKEN_INVALID},
    {REST(ACCESS, "-1", IAT, "\"%s\"", "2"), TOKEN_INVALID},
    {REST(ACCESS, "253402300800", IAT, "\"%s\"", "2"), TOKEN_INVALID},
    {REST(ACCESS, "9223372036854775808", IAT, "\"%s\"", "2"), TOKEN_INVALID},
    {REST(ACCESS, "null", IAT, "\"%s\"", "2"), TOKEN_INVALID},
    {REST(ACCESS, EXP, "true", "\"%s\"", "2"), TOKEN_INVALID},
    {REST(ACCESS, EXP, "1712884786", "\"%s\"", "2"), TOKEN_INVALID},
    {REST(ACCESS, EXP, "1712884785", "\"%s\"", "2"), TOKEN_OK},
    {REST(ACCESS, EXP, IAT, "\"%s\"", "0"), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"%s\"", "-2"), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"%s\"", "2.0"), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"%s\"", "9223372036854775808"), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"%s\"", "true"), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"%s\"", "null"), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"%s\"", "\"02\""), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"%s\"", "\"-2\""), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"%s\"", "\"2 \""), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"%s\"", "\"\""), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"%s\"", "[2]"), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"%s0\"", "2"), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"\"", "2"), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "null", "2"), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "42", "2"), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"6C5B3F8C015E4B2A8D8B07E2D350A4F8\"", "2"), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"6c5b3f8c-015e-4b2a-8d8b-07e2d350\"", "2"), TOKEN_INVALID},
    /* A member twice; something behind the object; no object; nothing. */
    {REST(ACCESS, EXP, IAT, "\"%s\"", "2,\"user_id\":3"), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"%s\"", "2") "{}", TOKEN_INVALID},
    {"[" REST(ACCESS, EXP, IAT, "\"%s\"", "2") "]", TOKEN_INVALID},
    {"{}", TOKEN_INVALID},
    {"2", TOKEN_INVALID},
    {"", TOKEN_INVALID},
    {"\xFF\xFE", TOKEN_INVALID},
    {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", TOKEN_INVALID},
    /* Each of them missing. */
    {"{\"exp\":" EXP ",\"iat\":" IAT ",\"jti\":\"%s\",\"user_id\":2}", TOKEN_INVALID},
    {"{\"token_type\":" ACCESS ",\"iat\":" IAT ",\"jti\":\"%s\",\"user_id\":2}", TOKEN_INVALID},
    {"{\"token_type\":" ACCESS ",\"exp\":" EXP ",\"jti\":\"%s\",\"user_id\":2}", TOKEN_INVALID},
    {"{\"token_type\":" ACCESS ",\"exp\":" EXP ",\"iat\":" IAT ",\"user_id\":2}", TOKEN_INVALID},
    {"{\"token_type\":" ACCESS ",\"exp\":" EXP ",\"iat\":" IAT ",\"jti\":\"%s\"}", TOKEN_INVALID},
    /* Narrowed in ways that are not enforced here. */
    {REST(ACCESS, EXP, IAT, "\"%s\"", "2,\"nbf\":0"), TOKEN_INVALID},
    {REST(ACCESS, EXP, IAT, "\"%s\"", "2,\"cnf\":{}"), TOKEN_INVALID},
};

static void test_payloads(void **state)
{
    struct slice made = decoded_part(signed_token(PAIR_TOKEN_ACCESS, &claims), 1);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(payloads); i++) {
        const char *mark = strstr(payloads[i].payload, "%s");
        struct buf payload = buf_new(arena, 256, 512);
        enum token_outcome outcome;

        if (mark == NULL) {
            buf_str(&payload, payloads[i].payload);
        } else {
            buf_bytes(&payload, payloads[i].payload, (size_t)(mark - payloads[i].payload));
            buf_bytes(&payload, made.ptr + JTI_AT, 32);
            buf_str(&payload, mark + 2);
        }
        outcome = verify(forged_token(SLICE_LIT(HEADER), buf_view(&payload, NULL)));
        if (outcome != payloads[i].outcome)
            fail_msg("%s: %d", payloads[i].payload, outcome);
    }
}

static void sign_for(void *what)
{
    (void)signed_token(PAIR_TOKEN_ACCESS, what);
}

static void verify_with_short_key(void *unused)
{
    struct token_claims read;

    (void)unused;
    assert_int_equal(
        pair_token_verify(signed_with(31), PAIR_TOKEN_ACCESS, SLICE_LIT(""), NOW, &read),
        TOKEN_INVALID);
}

static void test_our_mistakes(void **state)
{
    struct token_claims nobody = {0, 1, ROLE_USER, NOW, NOW};
    struct token_claims nowhere = {1, 0, ROLE_USER, NOW, NOW};

    (void)state;
    assert_aborts(sign_for, &nobody);
    assert_aborts(sign_for, &nowhere);
    assert_aborts(verify_with_short_key, NULL);
}

static void names_no_session_without_our_own_key(void **state)
{
    const struct pair_token_key theirs = {key.signing,
                                          SLICE_LIT("another key of thirty-two bytes..")};
    struct buf buf = buf_new(arena, PAIR_TOKEN_TEXT_MAX, PAIR_TOKEN_TEXT_MAX);
    struct token_claims read = {0};

    (void)state;
    pair_token_sign(theirs, PAIR_TOKEN_ACCESS, &claims, nonce, &buf);
    if (pair_token_verify(key, PAIR_TOKEN_ACCESS, buf_view(&buf, NULL), NOW, &read) == TOKEN_OK)
        assert_int_not_equal(read.session_id, claims.session_id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_no_session_without_our_own_key),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_the_example),
        cmocka_unit_test(test_id_hides_the_session),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_tampering),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_token_of_ours),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_payloads),
        cmocka_unit_test(test_our_mistakes),
    };

    return cmocka_run_group_tests_name("domain_pair_token", tests, setup, teardown);
}
