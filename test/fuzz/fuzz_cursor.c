/* cursor_parse: what it accepts is what cursor_format writes for this account and list. */
#include "base/check.h"
#include "domain/cursor.h"

#define LIST "/v1/things"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t key[HASH_BYTES] = "a key of thirty-two bytes, no NU";

static void check_accepted(struct slice text)
{
    struct cursor cursor;
    char again[CURSOR_TEXT_SIZE];

    if (!cursor_parse(key, 5, LIST, text, &cursor))
        return;
    cursor_format(key, 5, LIST, &cursor, again);
    CHECK(slice_eq_str(text, again));
}

static void check_long(struct slice text)
{
    struct cursor cursor;
    char room[CURSOR_PLACE_MAX];
    char again[CURSOR_LONG_SIZE];
    struct slice place;

    if (!cursor_long_parse(key, 5, LIST, text, &cursor, room, &place))
        return;
    cursor_long_format(key, 5, LIST, &cursor, place, again);
    CHECK(slice_eq_str(text, again));
}

/* What follows a cursor's own bytes is its place. */
static void check_place(const struct cursor *cursor, struct slice place)
{
    char text[CURSOR_LONG_SIZE];
    char room[CURSOR_PLACE_MAX];
    struct cursor read;
    struct slice found;

    if (place.len > CURSOR_PLACE_MAX)
        place.len = CURSOR_PLACE_MAX;
    cursor_long_format(key, 5, LIST, cursor, place, text);
    CHECK(cursor_long_parse(key, 5, LIST, slice_str(text), &read, room, &found));
    CHECK(slice_eq(found, place) && read.at_us == cursor->at_us && read.id == cursor->id);
    CHECK(!cursor_long_parse(key, 4, LIST, slice_str(text), &read, room, &found));
}

/* Once as a text from a client; once as a cursor, its account, and a letter to change. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cursor cursor;
    struct cursor read;
    int64_t account_id;
    char text[CURSOR_TEXT_SIZE];
    size_t at;

    check_accepted(slice_of(data, size));
    check_long(slice_of(data, size));
    if (size < 26)
        return 0;
    memcpy(&cursor.at_us, data, 8);
    memcpy(&cursor.id, data + 8, 8);
    memcpy(&account_id, data + 16, 8);
    check_place(&cursor, slice_of(data + 26, size - 26));
    cursor_format(key, account_id, LIST, &cursor, text);
    CHECK(cursor_parse(key, account_id, LIST, slice_str(text), &read));
    CHECK(read.at_us == cursor.at_us && read.id == cursor.id);
    CHECK(!cursor_parse(key, account_id ^ 1, LIST, slice_str(text), &read));
    at = data[24] % CURSOR_TEXT_LEN;
    if (text[at] != (char)data[25]) {
        text[at] = (char)data[25];
        CHECK(!cursor_parse(key, account_id, LIST, slice_of(text, CURSOR_TEXT_LEN), &read));
    }
    return 0;
}
