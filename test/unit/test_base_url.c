#include "unit.h"

#include "base/url.h"

static void a_password_is_hidden(void **state)
{
    static const struct {
        const char *url;
        const char *shown;
    } rows[] = {
        {"sqlite:var/domofon.sqlite", "sqlite:var/domofon.sqlite"},
        {"postgresql://db.example/domofon", "postgresql://db.example/domofon"},
        {"postgresql://anna@db.example/domofon", "postgresql://anna@db.example/domofon"},
        {"postgresql://anna:secret@db.example/domofon", "postgresql://anna:***@db.example/domofon"},
        {"postgres://anna:s%40@h1:5432,h2:5433/d", "postgres://anna:***@h1:5432,h2:5433/d"},
        {"postgresql://anna:se@cr/et@db/domofon", "postgresql://anna:***@db/domofon"},
        {"postgresql://:secret@db/domofon", "postgresql://:***@db/domofon"},
        {"postgresql://db/domofon?password=secret", "postgresql://db/domofon?password=***"},
        {"postgresql:///d?user=a&password=b&sslmode=require",
         "postgresql:///d?user=a&password=***&sslmode=require"},
        {"postgresql:///d?sslpassword=b", "postgresql:///d?sslpassword=***"},
        {"", ""},
    };
    char shown[URL_SHOWN_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        url_hide_password(slice_str(rows[i].url), shown, sizeof(shown));
        assert_string_equal(shown, rows[i].shown);
    }
}

static void a_long_url_is_cut(void **state)
{
    char shown[20];

    (void)state;
    url_hide_password(SLICE_LIT("postgresql://anna:secret@db.example/"), shown, sizeof(shown));
    assert_string_equal(shown, "postgresql://anna:*");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_is_hidden),
        cmocka_unit_test(a_long_url_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
