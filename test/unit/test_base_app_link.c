/* app_link: lists of apps. */
#include "unit.h"

#include "base/app_link.h"

#define PAIRS_8 "14:6D:E9:83:C5:73:06:50"
#define FINGERPRINT PAIRS_8 ":" PAIRS_8 ":" PAIRS_8 ":" PAIRS_8

static void walks_a_list(void **state)
{
    struct slice rest = slice_str("a, b ,,c");
    struct slice app;

    (void)state;
    assert_true(app_link_next(&rest, &app));
    assert_slice(app, "a");
    assert_true(app_link_next(&rest, &app));
    assert_slice(app, "b");
    assert_true(app_link_next(&rest, &app));
    assert_slice(app, "");
    assert_true(app_link_next(&rest, &app));
    assert_slice(app, "c");
    assert_false(app_link_next(&rest, &app));
}

static void reads_android_apps(void **state)
{
    static const char *const bad[] = {
        "com.example",
        "com.example:",
        ":" FINGERPRINT,
        "example:" FINGERPRINT,
        "com..example:" FINGERPRINT,
        ".com.example:" FINGERPRINT,
        "com.example.:" FINGERPRINT,
        "com.1example:" FINGERPRINT,
        "com.exa-mple:" FINGERPRINT,
        "com.example:" FINGERPRINT ":14",
        "com.example:" PAIRS_8,
        "com.example:14:6d:e9:83:c5:73:06:50:" PAIRS_8 ":" PAIRS_8 ":" PAIRS_8,
        "com.example:" PAIRS_8 "-" PAIRS_8 ":" PAIRS_8 ":" PAIRS_8,
        "com.example: " FINGERPRINT,
        "com.exa\"mple:" FINGERPRINT,
    };
    struct app_android android;

    (void)state;
    assert_true(app_android_parse(slice_str("com.example.my_App2:" FINGERPRINT), &android));
    assert_slice(android.package, "com.example.my_App2");
    assert_slice(android.fingerprint, FINGERPRINT);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (app_android_list_is_good(bad[i]))
            fail_msg("%s", bad[i]);
    }
    assert_true(app_android_list_is_good(""));
    assert_true(app_android_list_is_good("a.b:" FINGERPRINT ", c.d:" FINGERPRINT));
    assert_false(app_android_list_is_good("a.b:" FINGERPRINT ","));
    assert_false(app_android_list_is_good(","));
}

static void reads_apple_apps(void **state)
{
    static const char *const bad[] = {
        "A1B2C3D4E5",
        "A1B2C3D4E5.",
        "A1B2C3D4E.com.example",
        "A1B2C3D4E55.com.example",
        "a1b2c3d4e5.com.example",
        "A1B2C3D4E5..com",
        "A1B2C3D4E5.com.",
        "A1B2C3D4E5.com.exa_mple",
        "A1B2C3D4E5.com.example ,",
        "A1B2C3D4E5.com/example",
    };

    (void)state;
    assert_true(app_apple_is_good(slice_str("A1B2C3D4E5.com.example-app")));
    assert_true(app_apple_list_is_good(""));
    assert_true(app_apple_list_is_good("A1B2C3D4E5.com.example,AAAAAAAAAA.x"));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (app_apple_list_is_good(bad[i]))
            fail_msg("%s", bad[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_a_list),
        cmocka_unit_test(reads_android_apps),
        cmocka_unit_test(reads_apple_apps),
    };

    return cmocka_run_group_tests_name("base_app_link", tests, NULL, NULL);
}
