/* signing_keys: tokens verify as long as they live, however often or late the keys change. */
#include "unit.h"

#include <stdio.h>

#include "api/signing_keys.h"
#include "base/clock.h"

#define ACCESS_MAX_US US_PER_DAY
#define STEP_US (5 * US_PER_MINUTE)

static char folder[64];
static struct settings *settings;
static struct store *store;
static struct store_port *port;
static struct signing_keys *keys;
static const struct keyring keyring = {.seal = "a key of thirty-two bytes, no NU"};

static int setup(void **state)
{
    char error[STORE_ERROR_SIZE];
    char url[128];

    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/domofon-unit.XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(url, sizeof(url), "sqlite:%s/d.sqlite", folder);
    settings = settings_new();
    assert_int_equal(settings_set(settings, "store", url, "test", error), SETTINGS_OK);
    assert_int_equal(settings_set(settings, "token.rotate_s", "3600", "test", error), SETTINGS_OK);
    assert_true(store_open(settings, true, &store, error));
    assert_true(store_port_open(store, NULL, &port, error));
    keys = signing_keys_new();
    return 0;
}

static int teardown(void **state)
{
    static const char *const ends[] = {"", "-wal", "-shm"};

    (void)state;
    signing_keys_free(keys);
    store_port_close(port);
    store_close(store);
    settings_free(settings);
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        char path[128];

        (void)snprintf(path, sizeof(path), "%s/d.sqlite%s", folder, ends[i]);
        (void)unlink(path);
    }
    return rmdir(folder);
}

static const struct signing_view *refreshed(void)
{
    assert_true(signing_keys_refresh(keys, port, &keyring, settings));
    return signing_keys_view(keys);
}

static bool is_in_view(const struct signing_view *view, const struct token_key *key)
{
    for (size_t i = 0; i < view->count; i++) {
        if (view->keys[i] == key)
            return true;
    }
    return false;
}

/* Hourly keys, and tokens that live a day: the most of both that settings allow. */
static void test_a_key_is_public_from_before_it_signs_until_its_tokens_end(void **state)
{
    static const struct token_key *signers[2 * US_PER_DAY / STEP_US];
    const size_t back = ACCESS_MAX_US / STEP_US;
    const struct signing_view *before = refreshed();
    size_t most = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(signers); i++) {
        const struct signing_view *view = refreshed();

        signers[i] = signing_view_signer(view, clock_now_us());
        assert_true(is_in_view(before, signers[i]));
        for (size_t j = i < back ? 0 : i - back; j <= i; j++)
            assert_true(is_in_view(view, signers[j]));
        most = view->count > most ? view->count : most;
        before = view;
        clock_advance_us(STEP_US);
    }
    assert_ptr_not_equal(signers[0], signers[ARRAY_LEN(signers) - 1]);
    assert_false(is_in_view(before, signers[0]));
    assert_true(most > ACCESS_MAX_US / US_PER_HOUR && most < SIGNING_KEYS_MAX);
}

/* Nobody rotated for hours: the old key signs until the next has been public for a while. */
static void test_a_key_that_signs_late_is_kept_as_long(void **state)
{
    const struct signing_view *view;
    const struct token_key *old;

    (void)state;
    (void)refreshed();
    clock_advance_us(20 * US_PER_HOUR);
    view = refreshed();
    old = signing_view_signer(view, clock_now_us());
    assert_true(view->active_us[view->count - 1] > clock_now_us());
    clock_advance_us(view->active_us[view->count - 1] - clock_now_us() - US_PER_S);
    assert_ptr_equal(signing_view_signer(refreshed(), clock_now_us()), old);
    clock_advance_us(2 * US_PER_S);
    assert_ptr_not_equal(signing_view_signer(refreshed(), clock_now_us()), old);
    for (int64_t passed_us = 0; passed_us < ACCESS_MAX_US; passed_us += US_PER_HOUR) {
        assert_true(is_in_view(refreshed(), old));
        clock_advance_us(US_PER_HOUR);
    }
    assert_true(is_in_view(refreshed(), old));
}

/* A key in the store that begins to sign at `active_us`, sealed with `seal`. */
static void put_key(int64_t active_us, const uint8_t seal[HASH_BYTES])
{
    struct token_key *key = token_key_generate();
    struct slice kid = slice_str(token_key_id(key));
    uint8_t der[TOKEN_KEY_DER_MAX];
    uint8_t sealed[TOKEN_KEY_DER_MAX + HASH_SEAL_EXTRA];
    size_t len = token_key_to_der(key, der);
    struct add_signing_key_in in = {
        .kid = kid,
        .sealed = slice_of(sealed, len + HASH_SEAL_EXTRA),
        .now_us = clock_now_us(),
        .active_us = active_us,
        .retired_us = clock_now_us() + US_PER_DAY,
        .newest_active_us = active_us - 1,
    };
    struct store_job job = {.script = &script_add_signing_key, .in = &in, .arena = arena_new()};

    hash_seal(seal, kid, slice_of(der, len), sealed);
    assert_int_equal(store_run_wait(port, &job), STORE_DONE);
    assert_int_equal(STORE_ROW(&job, add_signing_key)->added, 1);
    arena_free(job.arena);
    token_key_free(key);
}

static void test_of_too_many_keys_the_newest_stay(void **state)
{
    int64_t newest_us = clock_now_us() - US_PER_S;
    const struct signing_view *view;

    (void)state;
    for (int64_t i = SIGNING_KEYS_MAX + 7; i >= 0; i--)
        put_key(newest_us - i * US_PER_S, keyring.seal);
    view = refreshed();
    assert_int_equal(view->count, SIGNING_KEYS_MAX);
    for (size_t i = 0; i < view->count; i++)
        assert_int_equal(view->active_us[i],
                         newest_us - (int64_t)(SIGNING_KEYS_MAX - 1 - i) * US_PER_S);
    assert_ptr_equal(signing_view_signer(view, clock_now_us()), view->keys[view->count - 1]);
}

static void test_the_signer_is_the_newest_that_is_active(void **state)
{
    int64_t now_us = clock_now_us();
    const struct signing_view *view;

    (void)state;
    put_key(now_us - 2 * US_PER_S, keyring.seal);
    put_key(now_us - US_PER_S, keyring.seal);
    put_key(now_us + US_PER_HOUR, keyring.seal);
    view = refreshed();
    assert_int_equal(view->count, 3);
    assert_ptr_equal(signing_view_signer(view, now_us), view->keys[1]);
    assert_ptr_equal(signing_view_signer(view, now_us - US_PER_S - 1), view->keys[0]);
    assert_ptr_equal(signing_view_signer(view, now_us + US_PER_HOUR), view->keys[2]);
    /* Somebody signs even when all begin later: a clock may have been set back. */
    assert_ptr_equal(signing_view_signer(view, 0), view->keys[0]);
}

static void test_an_unreadable_key_leaves_what_was_known(void **state)
{
    static const uint8_t other_seal[HASH_BYTES] = "another key of thirty-two bytes";
    const struct signing_view *view = refreshed();

    (void)state;
    put_key(view->active_us[view->count - 1] + 1, other_seal);
    assert_false(signing_keys_refresh(keys, port, &keyring, settings));
    assert_ptr_equal(signing_keys_view(keys), view);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_key_is_public_from_before_it_signs_until_its_tokens_end),
        TEST(test_a_key_that_signs_late_is_kept_as_long),
        TEST(test_of_too_many_keys_the_newest_stay),
        TEST(test_the_signer_is_the_newest_that_is_active),
        TEST(test_an_unreadable_key_leaves_what_was_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
