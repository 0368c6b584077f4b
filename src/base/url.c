#include "base/url.h"

#define HIDDEN "***"

struct text {
    char *at;
    size_t room;
};

static void append(struct text *text, struct slice part)
{
    size_t len = part.len < text->room ? part.len : text->room;

    if (len > 0)
        memcpy(text->at, part.ptr, len);
    text->at += len;
    text->room -= len;
}

/* Where `needle` begins in `s`; s.len when it does not. */
static size_t find(struct slice s, struct slice needle)
{
    for (size_t i = 0; i + needle.len <= s.len; i++) {
        if (memcmp(s.ptr + i, needle.ptr, needle.len) == 0)
            return i;
    }
    return s.len;
}

static struct slice up_to(struct slice s, size_t len)
{
    return slice_of(s.ptr, len);
}

/* scheme://user:password@host/path; an @ further on may be part of a password written carelessly.
 */
static void append_place(struct text *text, struct slice place)
{
    size_t user = find(place, SLICE_LIT("://"));
    size_t at = place.len;
    size_t colon = user == place.len ? user : user + 3;

    while (at > colon && place.ptr[at - 1] != '@')
        at--;
    while (colon < at && place.ptr[colon] != ':')
        colon++;
    if (at == colon) {
        append(text, place);
        return;
    }
    append(text, up_to(place, colon + 1));
    append(text, SLICE_LIT(HIDDEN));
    append(text, slice_after(place, at - 1));
}

static void append_query(struct text *text, struct slice query)
{
    static const struct slice key = {"password=", sizeof("password=") - 1};

    while (query.len > 0) {
        size_t value = find(query, key);
        size_t end;

        if (value == query.len)
            break;
        value += key.len;
        append(text, up_to(query, value));
        append(text, SLICE_LIT(HIDDEN));
        end = find(slice_after(query, value), SLICE_LIT("&"));
        query = slice_after(query, value + end);
    }
    append(text, query);
}

void url_hide_password(struct slice url, char *ret_text, size_t size)
{
    struct text text;
    size_t query = find(url, SLICE_LIT("?"));

    text.at = ret_text;
    text.room = size - 1;
    append_place(&text, up_to(url, query));
    append_query(&text, slice_after(url, query));
    *text.at = '\0';
}
