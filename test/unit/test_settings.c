/* settings: the table, values from text, and the rules between them. */
#include "unit.h"

#include <ctype.h>

#include "base/settings.h"

static struct settings *settings;
static struct arena *arena;
static char error[SETTINGS_ERROR_SIZE];

static int setup(void **state)
{
    (void)state;
    settings = settings_new();
    arena = arena_new();
    error[0] = '\0';
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    settings_free(settings);
    arena_free(arena);
    return 0;
}

static size_t index_of(const char *name)
{
    size_t index = 0;

    assert_true(settings_find(name, &index));
    return index;
}

static void set(const char *name, const char *value)
{
    if (settings_set(settings, name, value, "test", error) != SETTINGS_OK)
        fail_msg("%s", error);
}

static void test_defaults(void **state)
{
    (void)state;
    assert_string_equal(settings->http_listen, "127.0.0.1:8080");
    assert_int_equal(settings->code_length, 4);
    assert_int_equal(settings->code_ttl_s, 120);
    assert_int_equal(settings->deliver_delay_ms.low, 1000);
    assert_int_equal(settings->deliver_delay_ms.high, 2000);
    assert_string_equal(settings->invite_cycles, "allow");
    assert_string_equal(settings->key_file, "");
    assert_false(settings->dev);
    assert_int_equal(settings_check(settings, error), SETTINGS_OK);
    for (size_t i = 0; i < settings_count(); i++) {
        assert_string_equal(settings_source(settings, i), "default");
        assert_true(slice_eq(settings_value(settings, i, arena), settings_default(i, arena)));
    }
}

/* The table itself: names and environment names unique and well-formed, help that reads well. */
static void test_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < settings_count(); i++) {
        const char *name = settings_name(i);
        const char *help = settings_help(i);
        char environment[SETTINGS_ENVIRONMENT_SIZE];

        assert_int_equal(index_of(name), i);
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_."), strlen(name));
        assert_true(isupper((unsigned char)help[0]) || help[0] == '`');
        assert_int_equal(help[strlen(help) - 1], '.');
        assert_in_range(settings_allowed(i, arena).len, 5, SETTINGS_ALLOWED_SIZE - 1);
        settings_environment_name(i, environment, sizeof(environment));
        for (size_t j = 0; j < i; j++) {
            char other[SETTINGS_ENVIRONMENT_SIZE];

            settings_environment_name(j, other, sizeof(other));
            assert_string_not_equal(environment, other);
        }
    }
}

static void walk_past_the_end(void *unused)
{
    (void)unused;
    (void)settings_name(settings_count());
}

static void test_names_and_texts(void **state)
{
    char name[SETTINGS_ENVIRONMENT_SIZE];

    (void)state;
    settings_environment_name(index_of("code.ttl_s"), name, sizeof(name));
    assert_string_equal(name, "DOMOFON_CODE_TTL_S");
    settings_environment_name(index_of("send.per_phone_10min"), name, sizeof(name));
    assert_string_equal(name, "DOMOFON_SEND_PER_PHONE_10MIN");
    settings_environment_name(index_of("store"), name, sizeof(name));
    assert_string_equal(name, "DOMOFON_STORE");
    assert_slice(settings_allowed(index_of("code.length"), arena), "4 to 10 digits");
    assert_slice(settings_allowed(index_of("http.listen"), arena), "text, at most 64 characters");
    assert_slice(settings_allowed(index_of("invite.cycles"), arena), "allow or refuse");
    assert_slice(settings_allowed(index_of("log.level"), arena), "debug, info, warn or error");
    assert_slice(settings_allowed(index_of("deliver.simulated_delay_ms"), arena),
                 "0 to 60000 milliseconds, or LOW-HIGH such as 1000-2000");
    assert_aborts(walk_past_the_end, NULL);
}

static void test_values_that_fit(void **state)
{
    static const struct {
        const char *name;
        const char *value;
        const char *shown;
    } rows[] = {
        {"code.length", "10", "10"},
        {"code.length", "4", "4"},
        {"code.ttl_s", "0030", "30"},
        {"http.listen", "[::1]:0", "[::1]:0"},
        {"deliver.simulated_delay_ms", "0-60000", "0-60000"},
        {"deliver.simulated_delay_ms", "1500", "1500"},
        {"deliver.simulated_delay_ms", "7-7", "7"},
        {"invite.cycles", "refuse", "refuse"},
        {"log.level", "debug", "debug"},
        {"log.level", "error", "error"},
        {"message.brand", "Домофон", "Домофон"},
        /* 40 characters of two bytes each */
        {"message.brand", "дддддддддддддддддддддддддддддддддддддддд",
         "дддддддддддддддддддддддддддддддддддддддд"},
        {"key.file", "", ""},
        {"dialects.secret", "correct horse battery staple", "***"},
        {"dialects.secret", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        set(rows[i].name, rows[i].value);
        assert_slice(settings_value(settings, index_of(rows[i].name), arena), rows[i].shown);
        assert_string_equal(settings_source(settings, index_of(rows[i].name)), "test");
    }
    assert_int_equal(settings->code_ttl_s, 30);
    assert_int_equal(settings->deliver_delay_ms.low, 7);
    assert_int_equal(settings->deliver_delay_ms.high, 7);
}

static void test_values_that_do_not(void **state)
{
    static const struct {
        const char *name;
        const char *value;
    } rows[] = {
        {"code.length", "3"},
        {"code.length", "11"},
        {"code.length", ""},
        {"code.length", " 4"},
        {"code.length", "4 "},
        {"code.length", "+4"},
        {"code.length", "-4"},
        {"code.length", "4.0"},
        {"code.length", "0x4"},
        {"code.length", "four"},
        {"code.length", "18446744073709551620"},
        {"code.length", "00000000000000000000000000004"},
        {"deliver.simulated_delay_ms", ""},
        {"deliver.simulated_delay_ms", "-"},
        {"deliver.simulated_delay_ms", "2000-1000"},
        {"deliver.simulated_delay_ms", "1000-"},
        {"deliver.simulated_delay_ms", "-1000"},
        {"deliver.simulated_delay_ms", "1000-60001"},
        {"deliver.simulated_delay_ms", "1-2-3"},
        {"deliver.simulated_delay_ms", "1000 - 2000"},
        {"invite.cycles", ""},
        {"invite.cycles", "allow|refuse"},
        {"invite.cycles", "Allow"},
        {"invite.cycles", "allo"},
        {"phone.region", "RUS"},
        {"message.brand", "ддддддддддддддддддддддддддддддддддддддддд"},
        {"message.brand", "two\nlines"},
        {"message.brand", "\xff"},
        {"message.brand", "\xe2\x80\xae"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t index = index_of(rows[i].name);
        struct slice before = settings_value(settings, index, arena);

        error[0] = '\0';
        if (settings_set(settings, rows[i].name, rows[i].value, "test", error) !=
            SETTINGS_BAD_VALUE)
            fail_msg("%s took \"%s\"", rows[i].name, rows[i].value);
        assert_memory_equal(error, rows[i].name, strlen(rows[i].name));
        assert_null(strchr(error, '\n'));
        assert_true(slice_eq(settings_value(settings, index, arena), before));
        assert_string_equal(settings_source(settings, index), "default");
    }
}

static void test_errors_explain(void **state)
{
    char long_value[2000];

    (void)state;
    assert_int_equal(
        settings_set(settings, "code.ttl_s", "9", "environment DOMOFON_CODE_TTL_S", error),
        SETTINGS_BAD_VALUE);
    assert_string_equal(error, "code.ttl_s: \"9\" (environment DOMOFON_CODE_TTL_S) is not allowed; "
                               "it must be 30 to 600 seconds");
    assert_int_equal(settings_set(settings, "code.tls", "9", "domofon.ini:12", error),
                     SETTINGS_UNKNOWN_NAME);
    assert_string_equal(error, "code.tls: no setting has this name (domofon.ini:12)");
    memset(long_value, 'x', sizeof(long_value) - 1);
    long_value[sizeof(long_value) - 1] = '\0';
    assert_int_equal(settings_set(settings, "http.listen", long_value, long_value, error),
                     SETTINGS_BAD_VALUE);
    assert_non_null(strstr(error, "xxx...\""));
    assert_non_null(strstr(error, "text, at most 64 characters"));
    assert_int_equal(settings_set(settings, long_value, long_value, long_value, error),
                     SETTINGS_UNKNOWN_NAME);
    assert_non_null(strstr(error, "xxx...: no setting"));
    assert_int_equal(settings_set(settings, "log.level", "a\n\x1b[2Jb\xff", "--set", error),
                     SETTINGS_BAD_VALUE);
    assert_string_equal(error, "log.level: \"a??[2Jb?\" (--set) is not allowed; it must be "
                               "debug, info, warn or error");
    assert_int_equal(settings_set(settings, "dialects.secret", "pst\n", "--set", error),
                     SETTINGS_BAD_VALUE);
    assert_string_equal(error, "dialects.secret: \"***\" (--set) is not allowed; it must be text, "
                               "at most 256 characters");
}

static void test_later_sources_win(void **state)
{
    size_t index = index_of("code.ttl_s");

    (void)state;
    assert_int_equal(settings_set(settings, "code.ttl_s", "60", "a.ini:1", error), SETTINGS_OK);
    assert_int_equal(settings_set(settings, "code.ttl_s", "70", "--set", error), SETTINGS_OK);
    assert_int_equal(settings_set(settings, "code.ttl_s", "1", "worse", error), SETTINGS_BAD_VALUE);
    assert_int_equal(settings->code_ttl_s, 70);
    assert_string_equal(settings_source(settings, index), "--set");
}

static const struct {
    const char *name;
    const char *value;
    bool holds;
} rule_rows[] = {
    {"http.listen", "0.0.0.0:80", true},
    {"http.listen", "localhost:80", false},
    {"http.listen", "127.0.0.1", false},
    {"phone.region", "KZ", true},
    {"phone.region", "ru", false},
    {"phone.region", "R", false},
    {"phone.region", "", false},
    {"phone.region", "R1", false},
    {"send.countries", "all", true},
    {"send.countries", "RU", true},
    {"send.countries", "RU,BY,KZ,US", true},
    {"send.countries", "", false},
    {"send.countries", "RU,", false},
    {"send.countries", ",RU", false},
    {"send.countries", "RU, BY", false},
    {"send.countries", "RU,BYE", false},
    {"send.countries", "ru", false},
    {"send.countries", "ALL", false},
    {"send.countries", "all,RU", false},
    {"store", "sqlite:x", true},
    {"store", "sqlite:", false},
    {"store", "x.sqlite", false},
    {"store", "postgresql://localhost/domofon", true},
    {"store", "postgres://localhost/domofon", true},
    {"store", "postgresql://", false},
    {"store", "mysql://localhost/domofon", false},
    {"message.domain", "my-house.example", true},
    {"message.domain", "", false},
    {"message.domain", "a b", false},
    {"message.domain", "a#b", false},
    {"message.domain", "@a", false},
    {"message.domain", "дом.рф", false},
    {"message.brand", "Мой дом", true},
    {"message.brand", "", false},
    {"message.brand", "   ", false},
    {"invite.alphabet", "0123456789", true},
    {"invite.alphabet", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", true},
    {"invite.alphabet", "012345678", false},
    {"invite.alphabet", "01234567899", false},
    {"invite.alphabet", "0123456789a0", false},
    {"invite.alphabet", "0123456789-", false},
    {"invite.alphabet", "абвгдежзийкл", false},
    {"token.issuer", "", false},
    {"token.audience", "", false},
    {"dialects.secret", "0123456789abcdef0123456789abcdef", true},
    {"dialects.secret", "шестнадцать букв", false}, /* 31 bytes */
    {"dialects.secret", "0123456789abcdef0123456789abcde", false},
};

static void test_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rule_rows); i++) {
        enum settings_outcome wanted = rule_rows[i].holds ? SETTINGS_OK : SETTINGS_BAD_VALUE;
        const char *usual = settings_default(index_of(rule_rows[i].name), arena).ptr;

        set(rule_rows[i].name, rule_rows[i].value);
        if (settings_check(settings, error) != wanted)
            fail_msg("%s: \"%s\"", rule_rows[i].name, rule_rows[i].value);
        if (!rule_rows[i].holds) {
            assert_memory_equal(error, rule_rows[i].name, strlen(rule_rows[i].name));
            assert_non_null(strstr(error, "(test)"));
        }
        set(rule_rows[i].name, usual);
    }
}

static void test_dev_mode_stays_at_home(void **state)
{
    static const struct {
        const char *listen;
        bool is_loopback;
    } rows[] = {
        {"127.0.0.1:8080", true}, {"127.255.0.9:0", true}, {"[::1]:1", true},
        {"0.0.0.0:8080", false},  {"[::]:8080", false},    {"10.0.0.1:8080", false},
        {"128.0.0.1:1", false},   {"[fe80::1]:1", false},  {"[::ffff:127.0.0.1]:1", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        set("http.listen", rows[i].listen);
        settings->dev = false;
        assert_int_equal(settings_check(settings, error), SETTINGS_OK);
        settings->dev = true;
        if ((settings_check(settings, error) == SETTINGS_OK) != rows[i].is_loopback)
            fail_msg("%s", rows[i].listen);
    }
    assert_non_null(strstr(error, "with --dev"));
}

static void test_listen(void **state)
{
    static const struct {
        const char *text;
        const char *host; /* NULL: refused */
        uint16_t port;
    } rows[] = {
        {"127.0.0.1:8080", "127.0.0.1", 8080},
        {"0.0.0.0:0", "0.0.0.0", 0},
        {"[::1]:65535", "::1", 65535},
        {"[2001:db8::7]:443", "2001:db8::7", 443},
        {"", NULL, 0},
        {":", NULL, 0},
        {":8080", NULL, 0},
        {"127.0.0.1", NULL, 0},
        {"127.0.0.1:", NULL, 0},
        {"127.0.0.1:65536", NULL, 0},
        {"127.0.0.1:100000", NULL, 0},
        {"127.0.0.1:-1", NULL, 0},
        {"127.0.0.1:+80", NULL, 0},
        {"127.0.0.1: 80", NULL, 0},
        {"127.0.0.1:80 ", NULL, 0},
        {"127.0.0:80", NULL, 0},
        {"256.0.0.1:80", NULL, 0},
        {"127.0.0.1.5:80", NULL, 0},
        {"::1:8080", NULL, 0},
        {"[::1]", NULL, 0},
        {"[::1]8080", NULL, 0},
        {"[::1:8080", NULL, 0},
        {"[:8080", NULL, 0},
        {"[]:8080", NULL, 0},
        {"[127.0.0.1]:8080", NULL, 0},
        {"[fe80::1%lo]:8080", NULL, 0},
        {"localhost:8080", NULL, 0},
        {"[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc:dddd:eeee]:1", NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char host[SETTINGS_HOST_SIZE] = "unchanged";
        uint16_t port = 7;

        if (settings_parse_listen(rows[i].text, host, &port) != (rows[i].host != NULL))
            fail_msg("%s", rows[i].text);
        assert_string_equal(host, rows[i].host == NULL ? "unchanged" : rows[i].host);
        assert_int_equal(port, rows[i].host == NULL ? 7 : rows[i].port);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_defaults, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_table, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names_and_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_values_that_fit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_values_that_do_not, setup, teardown),
        cmocka_unit_test_setup_teardown(test_errors_explain, setup, teardown),
        cmocka_unit_test_setup_teardown(test_later_sources_win, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rules, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dev_mode_stays_at_home, setup, teardown),
        cmocka_unit_test(test_listen),
    };

    settings_free(NULL);
    return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
