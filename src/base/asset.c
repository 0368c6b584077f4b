#include "base/asset.h"

#include <stdatomic.h>
#include <stdlib.h>

#include <zlib.h>

#include "base/check.h"

/* More files than this would want another table. */
#define ASSETS_MAX 512

static _Atomic(char *) inflated[ASSETS_MAX];

/* strcmp of a name and a slice, whose bytes may be anything. */
static int compare(const char *name, struct slice wanted)
{
    size_t len = strlen(name);
    int order = memcmp(name, wanted.ptr, len < wanted.len ? len : wanted.len);

    if (order != 0)
        return order;
    return len == wanted.len ? 0 : len < wanted.len ? -1 : 1;
}

const struct asset *asset_find(struct slice name)
{
    size_t low = 0;
    size_t high = asset_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(asset_table[middle].name, name);

        if (order == 0)
            return &asset_table[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

struct slice asset_stored(const struct asset *asset)
{
    return (struct slice){asset_bytes + asset->offset, asset->stored_bytes};
}

/* What the build compressed is whole: anything else is our mistake. */
static char *inflate_asset(const struct asset *asset)
{
    struct slice stored = asset_stored(asset);
    char *plain = malloc(asset->bytes + 1);
    z_stream stream = {
        .next_in = (Bytef *)(uintptr_t)stored.ptr,
        .avail_in = asset->stored_bytes,
        .next_out = (Bytef *)plain,
        .avail_out = asset->bytes,
    };

    CHECK(plain != NULL);
    /* 16: with the head and the checksum of gzip. */
    CHECK(inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK);
    CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0);
    CHECK(inflateEnd(&stream) == Z_OK);
    plain[asset->bytes] = '\0';
    return plain;
}

struct slice asset_plain(const struct asset *asset)
{
    size_t index = (size_t)(asset - asset_table);
    char *kept;
    char *made;

    if (!asset->is_gzip)
        return asset_stored(asset);
    CHECK(index < asset_count && index < ASSETS_MAX);
    kept = atomic_load_explicit(&inflated[index], memory_order_acquire);
    if (kept == NULL) {
        made = inflate_asset(asset);
        if (atomic_compare_exchange_strong(&inflated[index], &kept, made))
            kept = made;
        else /* another thread was first */
            free(made);
    }
    return slice_of(kept, asset->bytes);
}
