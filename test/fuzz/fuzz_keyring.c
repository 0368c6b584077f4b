/*
 * keyring_parse: what it accepts is what keyring_format writes, but for the line end. id_parse:
 * what it accepts is the one spelling of its number.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"
#include "domain/id.h"
#include "domain/keyring.h"

#define KEY_LETTERS (KEYRING_TEXT_SIZE - 2)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_key_text(struct slice text)
{
    uint8_t master[HASH_BYTES];
    char again[KEYRING_TEXT_SIZE];
    struct slice end;

    if (!keyring_parse(text, master))
        return;
    keyring_format(master, again);
    CHECK(text.len >= KEY_LETTERS && memcmp(text.ptr, again, KEY_LETTERS) == 0);
    end = slice_after(text, KEY_LETTERS);
    CHECK(end.len == 0 || slice_eq_str(end, "\n") || slice_eq_str(end, "\r\n"));
}

/* What is written is read, and not with another letter in it. */
static void check_master(const uint8_t master[HASH_BYTES], uint8_t at, char letter)
{
    char text[KEYRING_TEXT_SIZE];
    uint8_t read[HASH_BYTES];

    keyring_format(master, text);
    CHECK(keyring_parse(slice_str(text), read) && memcmp(read, master, HASH_BYTES) == 0);
    at = (uint8_t)(at % KEY_LETTERS);
    if (text[at] == letter)
        return;
    text[at] = letter;
    CHECK(!keyring_parse(slice_str(text), read) || memcmp(read, master, HASH_BYTES) != 0);
}

static void check_id(struct slice text)
{
    char again[24];
    int64_t id = 0;

    if (!id_parse(text, &id))
        return;
    CHECK(id > 0);
    (void)snprintf(again, sizeof(again), "%" PRId64, id);
    CHECK(slice_eq_str(text, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_key_text(slice_of(data, size));
    check_id(slice_of(data, size));
    if (size >= HASH_BYTES + 2)
        check_master(data, data[HASH_BYTES], (char)data[HASH_BYTES + 1]);
    return 0;
}
