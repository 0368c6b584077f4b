/* body: what a table of fields makes of JSON and forms, of our own routes and of a dialect's. */
#include "unit.h"

#include <stdio.h>

#include "api/body.h"
#include "peer.h"

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define MULTIPART "Content-Type: multipart/form-data; boundary=b\r\n"
#define DISPOSITION "--b\r\nContent-Disposition: form-data; name="

static const struct route own_route = {.path = "/own"};
static const struct route dialect_route = {.path = "/dialect", .dialects = 1};

static void show(struct buf *buf, const char *name, bool given, struct slice text)
{
    if (!given)
        buf_printf(buf, "%s - ", name);
    else if (slice_is_absent(text))
        buf_printf(buf, "%s null ", name);
    else
        buf_printf(buf, "%s \"%.*s\" ", name, SLICE_ARG(text));
}

/*
 * Answers with the fields: `phone` is required, `email` nullable, `city` optional, `limit` an
 * integer, `avatar` a file.
 */
static void on_request(void *app, struct http_request *request)
{
    struct call *call = ARENA_NEW(request->arena, struct call);
    struct buf buf = buf_new(request->arena, 256, 4096);
    struct slice text[4] = {SLICE_ABSENT, SLICE_ABSENT, SLICE_ABSENT, SLICE_ABSENT};
    bool given[5] = {false};
    int64_t limit = 0;
    const struct body_field fields[] = {
        {"phone", true, BODY_STRING, 20, false, &text[0], NULL, &given[0]},
        {"email", false, BODY_STRING, 20, true, &text[1], NULL, &given[1]},
        {"city", false, BODY_STRING, 20, false, &text[2], NULL, &given[2]},
        {"avatar", false, BODY_FILE, 20, true, &text[3], NULL, &given[3]},
        {"limit", false, BODY_INT, 0, false, NULL, &limit, &given[4]},
    };

    (void)app;
    call->request = request;
    call->arena = request->arena;
    call->locale = LOCALE_EN;
    call->route = slice_eq_str(request->path, "/own") ? &own_route : &dialect_route;
    if (body_read(call, fields, ARRAY_LEN(fields))) {
        for (size_t i = 0; i < ARRAY_LEN(text); i++)
            show(&buf, fields[i].name, given[i], text[i]);
        buf_printf(&buf, "limit %lld%s.", (long long)limit, given[4] ? "" : " -");
        call->reply = (struct http_reply){
            .status = 200, .content_type = "text/plain", .body = buf_view(&buf, NULL)};
    }
    http_reply(request, &call->reply);
}

struct row {
    const char *type; /* header line, or "" */
    struct slice body;
    const char *own;     /* what the reply says: on our own route */
    const char *dialect; /* and on a dialect's */
};

#define ROW(type, body, own, dialect)                \
    {                                                \
        type, {body, sizeof(body) - 1}, own, dialect \
    }
#define REST " email - city - avatar - limit 0 -."
#define NO_JSON "\"code\":\"json_invalid\""
#define INVALID(name) "\"code\":\"field_invalid\",\"field\":\"" name "\""
#define IS_MISSING(name) "{\"" name "\":[\"This field is required.\"]}"
#define IS_INVALID(name) "{\"" name "\":[\"Field invalid\"]}"
#define BAD_FORM(reason) "\"code\":\"form_invalid\",\"reason\":\"" reason "\""

static const struct row rows[] = {
    /* JSON, whatever the Content-Type says. */
    ROW("", "{\"phone\":\"1\"}", "phone \"1\"" REST, "phone \"1\"" REST),
    ROW("Content-Type: text/plain\r\n", "{\"phone\":\"1\"}", "phone \"1\"" REST,
        "phone \"1\"" REST),
    ROW(FORM, "{\"phone\":\"1\"}", "phone \"1\"" REST, "phone \"1\"" REST),
    ROW(MULTIPART, "{\"phone\":\"1\"}", "phone \"1\"" REST, "phone \"1\"" REST),
    ROW("", " {\"phone\":\"\",\"email\":null,\"city\":null,\"limit\":5}",
        "phone \"\" email null city null avatar - limit 5.",
        "phone \"\" email null city null avatar - limit 5."),
    ROW("", "{\"phone\":null}", INVALID("phone"), IS_INVALID("phone")),
    ROW("", "{\"phone\":\"123456789012345678901\"}", INVALID("phone"), IS_INVALID("phone")),
    ROW("", "{\"phone\":\"1\",\"phone\":\"1\"}", "json_duplicate_key", "json_duplicate_key"),
    /* White space before it. */
    ROW(FORM, " \r\n\t{\"phone\":\"1\"}", "phone \"1\"" REST, "phone \"1\"" REST),
    ROW(MULTIPART, "\n{\"phone\":\"1\"}", "phone \"1\"" REST, "phone \"1\"" REST),
    ROW(FORM, " phone=1", NO_JSON, IS_MISSING("phone")),
    ROW("", "[]", NO_JSON, NO_JSON),
    /* What nobody reads may hold anything that JSON can say. */
    ROW("", "{\"phone\":\"1\",\"x\":99999999999999999999}", "phone \"1\"" REST, "phone \"1\"" REST),
    ROW("", "{\"phone\":\"1\",\"x\":[-1e999,1E+400,{\"y\":-9223372036854775809}]}",
        "phone \"1\"" REST, "phone \"1\"" REST),
    ROW("", "{\"phone\":\"1\",\"x\":\"a\\u0000b\"}", "phone \"1\"" REST, "phone \"1\"" REST),
    ROW("", "{\"x\\u0000\":1,\"phone\":\"1\",\"x\":{\"\\u0000\":1e999}}", "phone \"1\"" REST,
        "phone \"1\"" REST),
    ROW("", "{\"phone\\u0000\":\"1\"}", "field_missing", IS_MISSING("phone")),
    ROW("", "{\"x\\u0000\":1,\"x\\u0000\":1,\"phone\":\"1\"}", "json_duplicate_key",
        "json_duplicate_key"),
    ROW("", "{\"phone\":\"1\",\"x\":1e999", NO_JSON, NO_JSON),
    ROW("", "{\"phone\":\"1\",\"x\":099999999999999999999}", NO_JSON, NO_JSON),
    ROW("", "{\"phone\":\"1\",\"x\":1e999.5}", NO_JSON, NO_JSON),
    /* And what is read may not. */
    ROW("", "{\"phone\":\"1\\u0000\"}", INVALID("phone"), IS_INVALID("phone")),
    ROW("", "{\"phone\":99999999999999999999}", INVALID("phone"), IS_INVALID("phone")),
    ROW("", "{\"phone\":\"1\",\"limit\":99999999999999999999}", INVALID("limit"),
        IS_INVALID("limit")),
    ROW("", "{\"phone\":\"1\",\"limit\":1e999}", INVALID("limit"), IS_INVALID("limit")),
    ROW("", "{\"phone\":\"1\",\"limit\":9223372036854775807}",
        "phone \"1\" email - city - avatar - limit 9223372036854775807.",
        "phone \"1\" email - city - avatar - limit 9223372036854775807."),
    ROW("", "phone=1", NO_JSON, NO_JSON),
    ROW("Content-Type: text/plain\r\n", "phone=1", NO_JSON, NO_JSON),
    ROW("", "{\"phone\":\"1\",\"avatar\":\"x\"}", INVALID("avatar"), IS_INVALID("avatar")),
    ROW("", "{\"phone\":\"1\",\"avatar\":null}",
        "phone \"1\" email - city - avatar null limit 0 -.",
        "phone \"1\" email - city - avatar null limit 0 -."),
    /* A number for its digits, digits for a number. */
    ROW("", "{\"phone\":79234440000}", INVALID("phone"), "phone \"79234440000\"" REST),
    ROW("", "{\"phone\":7.5}", INVALID("phone"), IS_INVALID("phone")),
    ROW("", "{\"phone\":true}", INVALID("phone"), IS_INVALID("phone")),
    ROW("", "{\"phone\":\"1\",\"limit\":\"5\"}", INVALID("limit"),
        "phone \"1\" email - city - avatar - limit 5."),
    ROW("", "{\"phone\":\"1\",\"limit\":\"-5\"}", INVALID("limit"), IS_INVALID("limit")),
    /* Nothing at all. */
    ROW("", "", "body_missing", IS_MISSING("phone")),
    ROW(FORM, " \r\n", "body_missing", IS_MISSING("phone")),
    ROW(MULTIPART, "", "body_missing", IS_MISSING("phone")),
    /* Forms. */
    ROW(FORM, "phone=%2B7+923&unknown=1", NO_JSON, "phone \"+7 923\"" REST),
    ROW(FORM, "phone=1&email=a%40b&city=x&limit=18", NO_JSON,
        "phone \"1\" email \"a@b\" city \"x\" avatar - limit 18."),
    ROW(FORM, "email=1", NO_JSON, IS_MISSING("phone")),
    /* Left empty: text, null, not there. */
    ROW(FORM, "phone=&email=&city=&avatar=&limit=", NO_JSON,
        "phone \"\" email null city - avatar null limit 0 -."),
    ROW(FORM, "phone=123456789012345678901", NO_JSON, IS_INVALID("phone")),
    ROW(FORM, "phone=1&limit=1x", NO_JSON, IS_INVALID("limit")),
    ROW(FORM, "phone=1&limit=-1", NO_JSON, IS_INVALID("limit")),
    ROW(FORM, "phone=1&limit=1234567890123456789", NO_JSON, IS_INVALID("limit")),
    ROW(FORM, "phone=1&avatar=x", NO_JSON, IS_INVALID("avatar")),
    ROW(FORM, "phone=1&phone=1", NO_JSON, BAD_FORM("field_twice")),
    ROW(FORM, "phone=%FF", NO_JSON, BAD_FORM("malformed")),
    ROW(MULTIPART, "phone=1", NO_JSON, BAD_FORM("malformed")),
    ROW(MULTIPART, DISPOSITION "phone\r\n\r\n1\r\n--b--", NO_JSON, "phone \"1\"" REST),
    ROW(MULTIPART,
        DISPOSITION "phone\r\n\r\n1\r\n" DISPOSITION "avatar; filename=a\r\n\r\nbytes\r\n--b--",
        NO_JSON, "phone \"1\" email - city - avatar \"bytes\" limit 0 -."),
    ROW(MULTIPART,
        DISPOSITION "phone\r\n\r\n1\r\n" DISPOSITION "avatar; filename=\"\"\r\n\r\n\r\n--b--",
        NO_JSON, "phone \"1\"" REST),
    ROW(MULTIPART, DISPOSITION "phone\r\n\r\n1\r\n" DISPOSITION "avatar\r\n\r\n\r\n--b--", NO_JSON,
        "phone \"1\" email - city - avatar null limit 0 -."),
    ROW(MULTIPART, DISPOSITION "phone\r\n\r\n1\r\n" DISPOSITION "avatar\r\n\r\ntext\r\n--b--",
        NO_JSON, IS_INVALID("avatar")),
    ROW(MULTIPART,
        DISPOSITION "phone\r\n\r\n1\r\n" DISPOSITION
                    "avatar; filename=a\r\n\r\n123456789012345678901\r\n--b--",
        NO_JSON, IS_INVALID("avatar")),
    ROW(MULTIPART, DISPOSITION "phone; filename=a\r\n\r\n1\r\n--b--", NO_JSON, IS_INVALID("phone")),
};

static void ask(struct http_server *server, const char *path, const struct row *row)
{
    char head[300];
    char text[1024];
    int len =
        snprintf(head, sizeof(head), "POST %s HTTP/1.1\r\n" LAST "%sContent-Length: %zu\r\n\r\n",
                 path, row->type, row->body.len);

    assert_true(len > 0 && (size_t)len + row->body.len < sizeof(text));
    memcpy(text, head, (size_t)len);
    memcpy(text + len, row->body.ptr, row->body.len);
    peer_ask_slice(server, slice_of(text, (size_t)len + row->body.len));
}

static void test_bodies(void **state)
{
    struct settings settings = peer_settings(1);
    struct http_handler handler = peer_handler(false);
    char error[HTTP_ERROR_SIZE];
    struct http_server *server;

    (void)state;
    handler.request = on_request;
    if (!http_start(&settings, &handler, &server, error))
        fail_msg("%s", error);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ask(server, "/own", &rows[i]);
        if (strstr(peer_reply, rows[i].own) == NULL)
            fail_msg("%s%s: %s", rows[i].type, rows[i].body.ptr, peer_reply);
        ask(server, "/dialect", &rows[i]);
        if (strstr(peer_reply, rows[i].dialect) == NULL)
            fail_msg("dialect: %s%s: %s", rows[i].type, rows[i].body.ptr, peer_reply);
    }
    peer_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),
    };

    return cmocka_run_group_tests_name("api_body", tests, NULL, NULL);
}
