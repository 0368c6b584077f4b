/* The header of back ends, and the list of them. */
#include "unit.h"

#include "base/client_list.h"
#include "http/basic.h"

static void names_and_secrets(void **state)
{
    static const struct {
        const char *header;
        const char *name;
        const char *secret;
    } rows[] = {
        {"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"},
        {"basic  QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"},
        {"BASIC dGVzdDoxMjPCow==", "test", "123\xc2\xa3"}, /* RFC 7617 section 2.1 */
        {"Basic Og==", "", ""},
        {"Basic YTpiOmM=", "a", "b:c"},
        {"Basic Pz4/Ojs+Pj8=", "?>?", ";>>?"}, /* the letters + and / */
    };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct slice name;
        struct slice secret;

        assert_true(basic_read(slice_str(rows[i].header), arena, &name, &secret));
        assert_slice(name, rows[i].name);
        assert_slice(secret, rows[i].secret);
    }
    arena_free(arena);
}

static void other_headers(void **state)
{
    static const char *const headers[] = {
        "",
        "Basic",
        "Basic ",
        "BasicQWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "Basic QWxhZGRpbg==",                  /* no colon */
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ",    /* not filled up */
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=",   /* half */
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZR==",  /* bits left over */
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ== ", /* something behind */
        "Basic QWxh ZGRpbjpvcGVuIHNlc2FtZQ==", /* something between */
        "Basic Pz4_Ojs-Pj8=",                  /* the other alphabet */
        "Basic ====",
        "Basic A===",
        "Basic YTpi\n",
        "Basic YQ06Yg==", /* a control character */
        "Basic YTpiAA==",
    };
    struct arena *arena = arena_new();
    struct slice name;
    struct slice secret;
    char *long_header = arena_alloc(arena, 4096);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(headers); i++)
        assert_false(basic_read(slice_str(headers[i]), arena, &name, &secret));
    assert_false(basic_read(SLICE_ABSENT, arena, &name, &secret));
    memset(long_header, 'A', 4096);
    memcpy(long_header, "Basic OjE6", 10);
    assert_true(basic_read(slice_of(long_header, 6 + 400), arena, &name, &secret) == false);
    memset(long_header + 6, 'Y', 4090);
    assert_false(basic_read(slice_of(long_header, 6 + 4000), arena, &name, &secret));
    arena_free(arena);
}

static void lists(void **state)
{
    static const char *const good[] = {
        "",
        "shop:0123456789abcdef",
        "shop:0123456789abcdef,bank:fedcba9876543210-._~",
        "a:0123456789abcdef,b:0123456789abcdef",
    };
    static const char *const bad[] = {
        ",",
        "shop",
        "shop:",
        ":0123456789abcdef",
        "shop:0123456789abcde",
        "shop:0123456789abcdef,",
        ",shop:0123456789abcdef",
        "shop:0123456789abcdef,,bank:0123456789abcdef",
        "shop:0123456789abcdef,shop:0123456789abcdefg",
        "shop:0123456789 abcdef",
        "shop:0123456789:abcdef",
        "shop:0123456789abcdef\xc2\xa3",
        " shop:0123456789abcdef",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(client_list_is_good(good[i]));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(client_list_is_good(bad[i]));
}

static void who_is_on_the_list(void **state)
{
    static const char list[] = "shop:0123456789abcdef,bank:fedcba9876543210";

    (void)state;
    assert_true(client_list_has(list, SLICE_LIT("shop"), SLICE_LIT("0123456789abcdef")));
    assert_true(client_list_has(list, SLICE_LIT("bank"), SLICE_LIT("fedcba9876543210")));
    assert_false(client_list_has(list, SLICE_LIT("shop"), SLICE_LIT("fedcba9876543210")));
    assert_false(client_list_has(list, SLICE_LIT("bank"), SLICE_LIT("fedcba987654321")));
    assert_false(client_list_has(list, SLICE_LIT("ban"), SLICE_LIT("kfedcba9876543210")));
    assert_false(client_list_has(list, SLICE_LIT("shop"), SLICE_LIT("")));
    assert_false(client_list_has(list, SLICE_LIT(""), SLICE_LIT("")));
    assert_false(client_list_has("", SLICE_LIT(""), SLICE_LIT("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_secrets),
        cmocka_unit_test(other_headers),
        cmocka_unit_test(lists),
        cmocka_unit_test(who_is_on_the_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
