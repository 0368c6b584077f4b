/* form: urlencoded and multipart bodies. */
#include "unit.h"

#include <stdio.h>

#include "base/buf.h"
#include "http/form.h"

#define URLENCODED "application/x-www-form-urlencoded"
#define MULTIPART "multipart/form-data; boundary=b"

/* A part named "a", and the last delimiter. */
#define DISPOSITION "Content-Disposition: form-data; name=\"a\"\r\n"
#define PART "--b\r\n" DISPOSITION "\r\n"
#define LAST "\r\n--b--\r\n"

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

/* The fields as "name=value" with commas between; of a file "name:filename=value". */
static struct slice shown(const struct form *form)
{
    struct buf buf = buf_new(arena, 256, 65536);

    for (size_t i = 0; i < form->count; i++) {
        const struct form_field *field = &form->fields[i];

        if (i > 0)
            buf_char(&buf, ',');
        buf_slice(&buf, field->name);
        if (!slice_is_absent(field->filename)) {
            buf_char(&buf, ':');
            buf_slice(&buf, field->filename);
        }
        buf_char(&buf, '=');
        buf_slice(&buf, field->value);
    }
    return buf_view(&buf, NULL);
}

struct row {
    const char *type;
    struct slice body;
    enum form_outcome outcome;
    const char *shown;
};

static void assert_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        /* A copy of the exact size: the sanitizer sees a byte too far. */
        char *body = malloc(rows[i].body.len + 1);
        struct form *form = NULL;
        enum form_outcome outcome;

        memcpy(body, rows[i].body.ptr, rows[i].body.len);
        body = realloc(body, rows[i].body.len == 0 ? 1 : rows[i].body.len);
        outcome =
            form_read(slice_str(rows[i].type), slice_of(body, rows[i].body.len), arena, &form);
        if (outcome != rows[i].outcome)
            fail_msg("%zu: %s: \"%s\": %d", i, rows[i].type, rows[i].body.ptr, outcome);
        if (outcome == FORM_OK)
            assert_slice(shown(form), rows[i].shown);
        else
            assert_null(form);
        free(body);
    }
}

#define ROW(type, body, outcome, shown)                \
    {                                                  \
        type, {body, sizeof(body) - 1}, outcome, shown \
    }

static void test_types(void **state)
{
    static const struct row rows[] = {
        ROW(NULL, "a=1", FORM_NONE, NULL),
        ROW("", "a=1", FORM_NONE, NULL),
        ROW("application/json", "a=1", FORM_NONE, NULL),
        ROW("text/plain", "a=1", FORM_NONE, NULL),
        ROW("application/x-www-form-urlencoded2", "a=1", FORM_NONE, NULL),
        ROW("x; application/x-www-form-urlencoded", "a=1", FORM_NONE, NULL),
        ROW("multipart/mixed; boundary=b", PART "1" LAST, FORM_NONE, NULL),
        ROW(URLENCODED, "a=1", FORM_OK, "a=1"),
        ROW(" Application/X-WWW-form-URLENCODED ; charset=utf-8", "a=1", FORM_OK, "a=1"),
        ROW(MULTIPART, PART "1" LAST, FORM_OK, "a=1"),
        ROW("MULTIPART/Form-Data;BOUNDARY=b", PART "1" LAST, FORM_OK, "a=1"),
        ROW("multipart/form-data; charset=utf-8; boundary=\"b\"", PART "1" LAST, FORM_OK, "a=1"),
        ROW("multipart/form-data; boundary=b ; charset=utf-8;", PART "1" LAST, FORM_OK, "a=1"),
        ROW("multipart/form-data;;  ; boundary=b", PART "1" LAST, FORM_OK, "a=1"),
        ROW("multipart/form-data; boundary=\"\\b\"", PART "1" LAST, FORM_MALFORMED, NULL),
        ROW("multipart/form-data", PART "1" LAST, FORM_MALFORMED, NULL),
        ROW("multipart/form-data; boundary", PART "1" LAST, FORM_MALFORMED, NULL),
        ROW("multipart/form-data; boundary=", PART "1" LAST, FORM_MALFORMED, NULL),
        ROW("multipart/form-data; boundary=\"\"", PART "1" LAST, FORM_MALFORMED, NULL),
        ROW("multipart/form-data; boundary=\"b", PART "1" LAST, FORM_MALFORMED, NULL),
        ROW("multipart/form-data; boundary=\"b\"c", PART "1" LAST, FORM_MALFORMED, NULL),
        ROW("multipart/form-data; boundary=b\"\"", PART "1" LAST, FORM_MALFORMED, NULL),
        ROW("multipart/form-data; boundary=b; boundary=b", PART "1" LAST, FORM_MALFORMED, NULL),
        ROW("multipart/form-data; x boundary=b", PART "1" LAST, FORM_MALFORMED, NULL),
        ROW("multipart/form-data; =b; boundary=b", PART "1" LAST, FORM_MALFORMED, NULL),
        ROW("multipart/form-data; boundary=\"b \"", "--b \r\n" DISPOSITION "\r\n1\r\n--b --",
            FORM_MALFORMED, NULL),
        ROW("multipart/form-data; boundary=\"b c\"", "--b c\r\n" DISPOSITION "\r\n1\r\n--b c--",
            FORM_OK, "a=1"),
        ROW("multipart/form-data; boundary=b*", "--b*\r\n" DISPOSITION "\r\n1\r\n--b*--",
            FORM_MALFORMED, NULL),
        ROW("multipart/form-data; boundary=----WebKit=_'()+,./:?",
            "------WebKit=_'()+,./:?\r\n" DISPOSITION "\r\n1\r\n------WebKit=_'()+,./:?--", FORM_OK,
            "a=1"),
    };

    (void)state;
    assert_rows(rows, ARRAY_LEN(rows));
}

static void test_urlencoded(void **state)
{
    static const struct row rows[] = {
        ROW(URLENCODED, "", FORM_OK, ""),
        ROW(URLENCODED, "&", FORM_OK, ""),
        ROW(URLENCODED, "a", FORM_OK, "a="),
        ROW(URLENCODED, "a=", FORM_OK, "a="),
        ROW(URLENCODED, "=", FORM_OK, "="),
        ROW(URLENCODED, "=1", FORM_OK, "=1"),
        ROW(URLENCODED, "phone=%2B7+923+444-00-00&code=4547", FORM_OK,
            "phone=+7 923 444-00-00,code=4547"),
        ROW(URLENCODED, "&&a=1&&b=2&", FORM_OK, "a=1,b=2"),
        ROW(URLENCODED, "a=b=c==&d", FORM_OK, "a=b=c==,d="),
        ROW(URLENCODED, "%61%3D=%26%3d%25&b%20+c=1", FORM_OK, "a==&=%,b  c=1"),
        ROW(URLENCODED, "city=%D0%9E%D0%BC%D1%81%D0%BA", FORM_OK, "city=Омск"),
        ROW(URLENCODED, "city=Омск", FORM_OK, "city=Омск"),
        /* Escapes that are none stand for themselves. */
        ROW(URLENCODED, "a=%&b=%4&c=%zz&d=%4z&e=100%", FORM_OK, "a=%,b=%4,c=%zz,d=%4z,e=100%"),
        ROW(URLENCODED, "a=%%41", FORM_OK, "a=%A"),
        ROW(URLENCODED, "a=1\r\n", FORM_OK, "a=1\r\n"),
        ROW(URLENCODED, "a=1;b=2", FORM_OK, "a=1;b=2"),
        ROW(URLENCODED, "a=%00", FORM_MALFORMED, NULL),
        ROW(URLENCODED, "a%00=1", FORM_MALFORMED, NULL),
        ROW(URLENCODED, "a=\0", FORM_MALFORMED, NULL),
        ROW(URLENCODED, "a=%FF", FORM_MALFORMED, NULL),
        ROW(URLENCODED, "%C0%80=1", FORM_MALFORMED, NULL),
        ROW(URLENCODED, "a=\xff", FORM_MALFORMED, NULL),
        ROW(URLENCODED, "a=1&a=1", FORM_TWICE, NULL),
        ROW(URLENCODED, "a=1&%61=2", FORM_TWICE, NULL),
        ROW(URLENCODED, "a=1&b=2&a", FORM_TWICE, NULL),
        ROW(URLENCODED, "a=1&A=2", FORM_OK, "a=1,A=2"),
    };

    (void)state;
    assert_rows(rows, ARRAY_LEN(rows));
}

static void test_multipart(void **state)
{
    static const struct row rows[] = {
        ROW(MULTIPART, PART "1\r\n--b--", FORM_OK, "a=1"),
        ROW(MULTIPART, PART LAST, FORM_OK, "a="),
        ROW(MULTIPART, "--b--", FORM_OK, ""),
        ROW(MULTIPART, "--b--\r\n", FORM_OK, ""),
        ROW(MULTIPART,
            PART "+7 %20&=\r\n--b\r\ncontent-disposition:FORM-DATA;name=city\r\n\r\nОмск" LAST,
            FORM_OK, "a=+7 %20&=,city=Омск"),
        /* What surrounds the parts, and blanks behind a delimiter. */
        ROW(MULTIPART, "before\r\n--b \t\r\n" DISPOSITION "\r\n1\r\n--b-- \r\nafter", FORM_OK,
            "a=1"),
        ROW(MULTIPART, "\r\n" PART "1" LAST "--b\r\n", FORM_OK, "a=1"),
        /* Lines of a value that are no delimiters. */
        ROW(MULTIPART, PART "x--b\r\n-b\r\n--c\n--b\r\r\n--B\r\n" LAST, FORM_OK,
            "a=x--b\r\n-b\r\n--c\n--b\r\r\n--B\r\n"),
        /* A file, as browsers and other clients send it. */
        ROW(MULTIPART,
            "--b\r\nContent-Disposition: form-data; name=\"avatar\"; "
            "filename=\"C:\\new\\a.png\"\r\n"
            "Content-Type: image/png\r\n\r\n\xff\r\n\x01" LAST,
            FORM_OK, "avatar:C:\\new\\a.png=\xff\r\n\x01"),
        ROW(MULTIPART,
            "--b\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"\"\r\n"
            "Content-Type: application/octet-stream\r\n\r\n" LAST,
            FORM_OK, "avatar:="),
        ROW(MULTIPART,
            "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 1\r\n" DISPOSITION
            "Content-Transfer-Encoding: 8bit\r\n\r\n1" LAST,
            FORM_OK, "a=1"),
        ROW(MULTIPART,
            "--b\r\nContent-Disposition: form-data; filename=\"x; name=\\\"c\\\" \\\\\"; name=a\r\n"
            "\r\n1" LAST,
            FORM_OK, "a:x; name=\"c\" \\=1"),
        ROW(MULTIPART,
            "--b\r\nContent-Disposition: form-data; name=a; filename*=utf-8''%D0%B9\r\n\r\n1" LAST,
            FORM_OK, "a:=1"),
        /* A file may hold anything, a text may not. */
        ROW(MULTIPART, PART "\xff" LAST, FORM_MALFORMED, NULL),
        ROW(MULTIPART, PART "1\0" LAST, FORM_MALFORMED, NULL),
        ROW(MULTIPART, "--b\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n1" LAST,
            FORM_MALFORMED, NULL),
        ROW(MULTIPART, PART "1\r\n" PART "2" LAST, FORM_TWICE, NULL),
    };

    (void)state;
    assert_rows(rows, ARRAY_LEN(rows));
}

static void test_multipart_malformed(void **state)
{
    const struct slice bodies[] = {
        SLICE_LIT(""),
        SLICE_LIT("a=1"),
        SLICE_LIT("--b"),
        SLICE_LIT("--b\r\n"),
        SLICE_LIT("--b-"),
        SLICE_LIT("--b--x"),
        SLICE_LIT(PART),
        SLICE_LIT(PART "1"),
        SLICE_LIT(PART "1\r\n--b"),
        SLICE_LIT(PART "1\r\n--b-"),
        SLICE_LIT(PART "1\r\n--b\r\n"),
        SLICE_LIT(PART "1\r\n--b--x"),
        SLICE_LIT(PART "1\n--b--\n"),
        /* Lines that only begin like a delimiter. */
        SLICE_LIT(PART "1\r\n--bb\r\n2" LAST),
        SLICE_LIT("--bb\r\n" DISPOSITION "\r\n1" LAST),
        SLICE_LIT("--b\n" DISPOSITION "\r\n1" LAST),
        /* Nothing between delimiters, or too little. */
        SLICE_LIT("--b\r\n--b--\r\n"),
        SLICE_LIT("--b\r\n\r\n--b--\r\n"),
        SLICE_LIT("--b\r\n\r\n1" LAST),
        SLICE_LIT("--b\r\n" DISPOSITION "1" LAST),
        SLICE_LIT("--b\r\n" DISPOSITION "\r\n--b--\r\n"),
        SLICE_LIT("--b\r\n" DISPOSITION "\n1" LAST),
        /* Heads. */
        SLICE_LIT("--b\r\nContent-Type: text/plain\r\n\r\n1" LAST),
        SLICE_LIT("--b\r\n" DISPOSITION DISPOSITION "\r\n1" LAST),
        SLICE_LIT("--b\r\nContent-Disposition: form-data\r\n\r\n1" LAST),
        SLICE_LIT("--b\r\nContent-Disposition: form-data; filename=a\r\n\r\n1" LAST),
        SLICE_LIT("--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1" LAST),
        SLICE_LIT("--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1" LAST),
        SLICE_LIT("--b\r\nContent-Disposition: form-data; name=\"a\\\"\r\n\r\n1" LAST),
        SLICE_LIT("--b\r\nContent-Disposition: form-data; name=a; name=c\r\n\r\n1" LAST),
        SLICE_LIT("--b\r\nContent-Disposition: form-data; name=a; filename=a; filename=a\r\n\r\n"
                  "1" LAST),
        SLICE_LIT("--b\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\n1" LAST),
        SLICE_LIT("--b\r\nContent-Disposition : form-data; name=a\r\n\r\n1" LAST),
        SLICE_LIT("--b\r\n: form-data; name=a\r\n\r\n1" LAST),
        SLICE_LIT("--b\r\nContent-Disposition: form-data; name=\"a\0\"\r\n\r\n1" LAST),
        SLICE_LIT("--b\r\nX\n" DISPOSITION "\r\n1" LAST),
        SLICE_LIT("--b\r\nX: \r" DISPOSITION "\r\n1" LAST),
        /* What RFC 7578 takes back. */
        SLICE_LIT("--b\r\n" DISPOSITION "Content-Type: Multipart/mixed; boundary=c\r\n\r\n1" LAST),
        SLICE_LIT("--b\r\n" DISPOSITION "Content-Transfer-Encoding: base64\r\n\r\nMQ==" LAST),
        SLICE_LIT("--b\r\n" DISPOSITION
                  "Content-Transfer-Encoding: quoted-printable\r\n\r\n1" LAST),
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        struct row row = {MULTIPART, bodies[i], FORM_MALFORMED, NULL};

        assert_rows(&row, 1);
    }
}

static void test_limits(void **state)
{
    struct buf many = buf_new(arena, 1024, 4096);
    char boundary[72];
    struct form *form;

    (void)state;
    for (unsigned i = 0; i < FORM_FIELDS_MAX; i++)
        buf_printf(&many, "f%u=%u&", i, i);
    assert_int_equal(form_read(slice_str(URLENCODED), buf_view(&many, NULL), arena, &form),
                     FORM_OK);
    assert_int_equal(form->count, FORM_FIELDS_MAX);
    assert_slice(form_find(form, SLICE_LIT("f63"))->value, "63");
    assert_null(form_find(form, SLICE_LIT("f")));
    buf_str(&many, "one more");
    assert_int_equal(form_read(slice_str(URLENCODED), buf_view(&many, NULL), arena, &form),
                     FORM_TOO_MANY);
    memset(boundary, 'b', sizeof(boundary));
    for (int len = 70; len <= 71; len++) {
        struct slice type =
            arena_printf(arena, "multipart/form-data; boundary=%.*s", len, boundary);
        struct slice body = arena_printf(arena, "--%.*s--", len, boundary);

        assert_int_equal(form_read(type, body, arena, &form), len == 70 ? FORM_OK : FORM_MALFORMED);
    }
    for (int spare = 0; spare <= 1; spare++) {
        int fill = (int)(FORM_PART_HEAD_MAX - strlen(DISPOSITION "X: \r\n")) + spare;
        struct slice body =
            arena_printf(arena, "--b\r\n" DISPOSITION "X: %*s\r\n\r\n1" LAST, fill, "x");

        assert_int_equal(form_read(slice_str(MULTIPART), body, arena, &form),
                         spare == 0 ? FORM_OK : FORM_MALFORMED);
    }
}

/* Of quotes only those with escapes are copied, and the headers have bounded numbers of them. */
static void test_modesty(void **state)
{
    static const char *const parameters[] = {";a=\"\"", ";a=\"\\\\\"", ";a=b", ";a=\"b"};
    struct form *form;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(parameters); i++) {
        struct arena *own = arena_new();
        struct buf type = buf_new(arena, 1024, 16384);
        struct buf body = buf_new(arena, 1024, 65536);
        size_t before = arena_taken(own);

        buf_str(&type, "multipart/form-data");
        for (unsigned k = 0; k < 1500; k++)
            buf_str(&type, parameters[i]);
        buf_str(&type, ";boundary=b");
        assert_int_equal(form_read(buf_view(&type, NULL), SLICE_LIT(LAST), own, &form),
                         FORM_MALFORMED);
        for (unsigned k = 0; k < FORM_FIELDS_MAX; k++) {
            buf_printf(&body, "--b\r\nContent-Disposition: form-data;name=%u", k);
            for (unsigned n = 1; n < 16; n++)
                buf_str(&body, parameters[i % 3]);
            buf_str(&body, "\r\n\r\n\r\n");
        }
        buf_str(&body, "--b--");
        assert_int_equal(form_read(slice_str(MULTIPART), buf_view(&body, NULL), own, &form),
                         FORM_OK);
        assert_in_range(arena_taken(own) - before, 0, 32768);
        arena_free(own);
    }
}

static void test_parameters_at_most(void **state)
{
    struct form *form;

    (void)state;
    for (int more = 0; more <= 1; more++) {
        struct buf type = buf_new(arena, 256, 1024);
        struct buf body = buf_new(arena, 256, 1024);

        buf_str(&type, MULTIPART);
        buf_str(&body, "--b\r\nContent-Disposition: form-data; name=a");
        for (int i = 1; i < 16; i++)
            buf_str(&type, "; x=y");
        for (int i = 1; i < 16 + more; i++)
            buf_str(&body, "; x=y");
        buf_str(&body, "\r\n\r\n1" LAST);
        assert_int_equal(form_read(buf_view(&type, NULL), buf_view(&body, NULL), arena, &form),
                         more == 0 ? FORM_OK : FORM_MALFORMED);
        buf_str(&type, "; x=y");
        assert_int_equal(form_read(buf_view(&type, NULL), buf_view(&body, NULL), arena, &form),
                         FORM_MALFORMED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_urlencoded),
        cmocka_unit_test(test_multipart),
        cmocka_unit_test(test_multipart_malformed),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_modesty),
        cmocka_unit_test(test_parameters_at_most),
    };

    return cmocka_run_group_tests_name("http_form", tests, setup, teardown);
}
