#include "base/app_link.h"

/* 32 bytes as AA:BB:... */
#define FINGERPRINT_LEN 95
#define TEAM_LEN 10
#define NAME_MAX_LEN 255

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
    return is_capital(c) || (c >= 'a' && c <= 'z');
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'A' && c <= 'F');
}

bool app_link_next(struct slice *rest, struct slice *ret_app)
{
    if (slice_is_absent(*rest))
        return false;
    *ret_app = slice_trim(slice_take(rest, ','));
    return true;
}

/* At least two parts with dots between, each of a letter and then letters, digits and `_`. */
static bool is_package(struct slice name)
{
    bool begins = true;
    size_t dots = 0;

    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (begins ? !is_letter(c) : !is_letter(c) && !is_digit(c) && c != '_' && c != '.')
            return false;
        begins = c == '.';
        dots += begins ? 1 : 0;
    }
    return dots > 0 && !begins && name.len <= NAME_MAX_LEN;
}

static bool is_fingerprint(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (i % 3 == 2 ? text.ptr[i] != ':' : !is_hex(text.ptr[i]))
            return false;
    }
    return text.len == FINGERPRINT_LEN;
}

bool app_android_parse(struct slice app, struct app_android *ret_android)
{
    struct app_android android = {.package = slice_take(&app, ':'), .fingerprint = app};

    if (!is_package(android.package) || !is_fingerprint(android.fingerprint))
        return false;
    *ret_android = android;
    return true;
}

bool app_apple_is_good(struct slice app)
{
    if (app.len < TEAM_LEN + 2 || app.len > NAME_MAX_LEN || app.ptr[TEAM_LEN] != '.' ||
        app.ptr[TEAM_LEN + 1] == '.' || app.ptr[app.len - 1] == '.')
        return false;
    for (size_t i = 0; i < app.len; i++) {
        char c = app.ptr[i];

        if (i < TEAM_LEN ? !is_capital(c) && !is_digit(c)
                         : !is_letter(c) && !is_digit(c) && c != '-' && c != '.')
            return false;
    }
    return true;
}

bool app_android_list_is_good(const char *list)
{
    struct slice rest = list[0] == '\0' ? SLICE_ABSENT : slice_str(list);
    struct app_android android;
    struct slice app;

    while (app_link_next(&rest, &app)) {
        if (!app_android_parse(app, &android))
            return false;
    }
    return true;
}

bool app_apple_list_is_good(const char *list)
{
    struct slice rest = list[0] == '\0' ? SLICE_ABSENT : slice_str(list);
    struct slice app;

    while (app_link_next(&rest, &app)) {
        if (!app_apple_is_good(app))
            return false;
    }
    return true;
}
