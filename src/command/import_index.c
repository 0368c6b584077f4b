#include "command/import_index.h"

#include <stdlib.h>

#include "base/check.h"

#define SIZE_MIN ((size_t)1024)

/* Splitmix64 (https://prng.di.unimi.it/splitmix64.c): ids and numbers lie close together. */
static uint64_t mix(uint64_t key)
{
    key = (key ^ key >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    key = (key ^ key >> 27) * UINT64_C(0x94d049bb133111eb);
    return key ^ key >> 31;
}

/* Where `key` is, or the free place where it belongs. */
static size_t place_of(const struct import_index *index, uint64_t key)
{
    size_t at = mix(key) % index->size;

    while (index->keys[at] != 0 && index->keys[at] != key)
        at = at + 1 == index->size ? 0 : at + 1;
    return at;
}

static void resize(struct import_index *index, size_t size)
{
    struct import_index old = *index;

    index->size = size;
    index->keys = calloc(size, sizeof(*index->keys));
    index->entries = calloc(size, sizeof(*index->entries));
    CHECK(index->keys != NULL && index->entries != NULL);
    for (size_t i = 0; i < old.size; i++) {
        if (old.keys[i] != 0) {
            size_t at = place_of(index, old.keys[i]);

            index->keys[at] = old.keys[i];
            index->entries[at] = old.entries[i];
        }
    }
    import_index_free(&old);
}

void import_index_reserve(struct import_index *index, size_t count)
{
    size_t size = count + count / 3 + SIZE_MIN;

    if (size > index->size)
        resize(index, size);
}

bool import_index_find(const struct import_index *index, uint64_t key, uint32_t *ret_entry)
{
    size_t at;

    if (index->size == 0)
        return false;
    at = place_of(index, key);
    if (index->keys[at] == 0)
        return false;
    if (ret_entry != NULL)
        *ret_entry = index->entries[at];
    return true;
}

bool import_index_add(struct import_index *index, uint64_t key, uint32_t entry)
{
    size_t at;

    CHECK(key != 0);
    if (index->count + 1 > index->size - index->size / 4)
        resize(index, index->size + index->size / 2 + SIZE_MIN);
    at = place_of(index, key);
    if (index->keys[at] != 0)
        return false;
    index->keys[at] = key;
    index->entries[at] = entry;
    index->count++;
    return true;
}

void import_index_free(struct import_index *index)
{
    free(index->keys);
    free(index->entries);
    *index = (struct import_index){0};
}
