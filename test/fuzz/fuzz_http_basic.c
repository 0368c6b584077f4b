/*
 * basic_read: what it accepts has a name without a colon, and is found again when it is written
 * anew. client_list: on a list that is good is whoever stands there.
 */
#include "base/check.h"
#include "base/client_list.h"
#include "http/basic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* RFC 4648 section 4, straight from its text. */
static struct slice encode(struct arena *arena, struct slice name, struct slice secret)
{
    struct slice text = arena_printf(arena, "%.*s:%.*s", SLICE_ARG(name), SLICE_ARG(secret));
    size_t len = (text.len + 2) / 3 * 4;
    char *out = arena_alloc(arena, 6 + len);

    memcpy(out, "Basic ", 6);
    for (size_t i = 0; i < text.len; i += 3) {
        uint32_t bits = 0;

        for (size_t n = 0; n < 3; n++)
            bits = bits << 8 | (i + n < text.len ? (uint8_t)text.ptr[i + n] : 0u);
        for (size_t n = 0; n < 4; n++)
            out[6 + i / 3 * 4 + n] = i + n > text.len ? '=' : letters[bits >> (18 - 6 * n) & 63];
    }
    return slice_of(out, 6 + len);
}

static void check_header(struct arena *arena, struct slice header)
{
    struct slice name;
    struct slice secret;
    struct slice name_again;
    struct slice secret_again;

    if (!basic_read(header, arena, &name, &secret))
        return;
    CHECK(name.len == 0 || memchr(name.ptr, ':', name.len) == NULL);
    CHECK(basic_read(encode(arena, name, secret), arena, &name_again, &secret_again));
    CHECK(slice_eq(name, name_again) && slice_eq(secret, secret_again));
}

static void check_list(struct arena *arena, struct slice text)
{
    const char *list = arena_str(arena, text);

    if (strlen(list) != text.len || !client_list_is_good(list))
        return;
    while (*list != '\0') {
        size_t len = strcspn(list, ",");
        size_t name_len = strcspn(list, ":");
        struct slice secret = slice_of(list + name_len + 1, len - name_len - 1);

        CHECK(client_list_has(list, slice_of(list, name_len), secret));
        secret.len--;
        CHECK(!client_list_has(list, slice_of(list, name_len), secret));
        list += len + (list[len] == ',' ? 1 : 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();

    check_header(arena, slice_of(data, size));
    check_list(arena, slice_of(data, size));
    arena_free(arena);
    return 0;
}
