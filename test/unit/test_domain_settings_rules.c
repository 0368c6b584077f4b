/* Settings that are changed while running. */
#include "unit.h"

#include "domain/settings_rules.h"

static enum settings_outcome change(struct settings *settings, const char *name, const char *value,
                                    char error[SETTINGS_ERROR_SIZE])
{
    const struct settings_change one = {slice_str(name), slice_str(value)};

    return settings_change(settings, &one, error);
}

static void a_change_is_made_or_not(void **state)
{
    struct settings *settings = settings_new();
    char error[SETTINGS_ERROR_SIZE];
    size_t index;

    (void)state;
    assert_true(settings_find("code.ttl_s", &index));
    assert_int_equal(change(settings, "code.ttl_s", "60", error), SETTINGS_OK);
    assert_int_equal(settings->code_ttl_s, 60);
    assert_string_equal(settings_source(settings, index), SETTINGS_RUNNING);
    assert_int_equal(change(settings, "code.ttl_s", "5", error), SETTINGS_BAD_VALUE);
    assert_non_null(strstr(error, "30 to 600 seconds"));
    assert_int_equal(settings->code_ttl_s, 60);
    assert_int_equal(change(settings, "no.such", "5", error), SETTINGS_UNKNOWN_NAME);
    settings_free(settings);
}

/* A rule that is looked at after the value has been set puts back what was there. */
static void rules_hold(void **state)
{
    struct settings *settings = settings_new();
    char error[SETTINGS_ERROR_SIZE];
    size_t index;

    (void)state;
    assert_true(settings_find("send.countries", &index));
    assert_int_equal(change(settings, "send.countries", "RU,UK", error), SETTINGS_BAD_VALUE);
    assert_non_null(strstr(error, "not UK"));
    assert_string_equal(settings->send_countries, "RU,BY,KZ");
    assert_string_equal(settings_source(settings, index), "default");
    assert_int_equal(change(settings, "message.brand", "  ", error), SETTINGS_BAD_VALUE);
    assert_string_equal(settings->message_brand, "domofon");
    assert_int_equal(change(settings, "deliver.simulated_delay_ms", "0-9", error), SETTINGS_OK);
    assert_int_equal(settings->deliver_delay_ms.high, 9);
    settings_free(settings);
}

static void what_is_read_at_the_start_stays(void **state)
{
    struct settings *settings = settings_new();
    char error[SETTINGS_ERROR_SIZE];

    (void)state;
    assert_int_equal(change(settings, "store", "sqlite:x", error), SETTINGS_UNKNOWN_NAME);
    assert_non_null(strstr(error, "may not be changed while running"));
    assert_int_equal(change(settings, "dialects.secret", "x", error), SETTINGS_UNKNOWN_NAME);
    settings_free(settings);
}

static void no_secret_may_change(void **state)
{
    unsigned live = 0;

    (void)state;
    for (size_t i = 0; i < settings_count(); i++) {
        struct settings_facts facts = settings_facts(i);

        live += facts.is_live;
        if (facts.is_live)
            assert_true(facts.kind != SETTINGS_SECRET && facts.kind != SETTINGS_URL);
    }
    assert_true(live > 10);
}

static void a_copy_stands_alone(void **state)
{
    struct settings *settings = settings_new();
    char error[SETTINGS_ERROR_SIZE];
    struct settings *copy;

    (void)state;
    settings->dev = true;
    assert_int_equal(change(settings, "message.brand", "one", error), SETTINGS_OK);
    copy = settings_copy(settings);
    assert_int_equal(change(copy, "message.brand", "two", error), SETTINGS_OK);
    assert_string_equal(settings->message_brand, "one");
    settings_free(settings);
    assert_string_equal(copy->message_brand, "two");
    assert_true(copy->dev);
    for (size_t i = 0; i < settings_count(); i++)
        assert_non_null(settings_source(copy, i));
    settings_free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_is_made_or_not),
        cmocka_unit_test(rules_hold),
        cmocka_unit_test(what_is_read_at_the_start_stays),
        cmocka_unit_test(no_secret_may_change),
        cmocka_unit_test(a_copy_stands_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
