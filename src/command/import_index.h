/*
 * import_index: numbers that are not 0, and which entry each stands for. One table in memory, open
 * addressing, never more than three quarters full: 16 to 32 bytes a key; 16 where its size was told
 * in advance. Keys are never taken out.
 */
#ifndef COMMAND_IMPORT_INDEX_H
#define COMMAND_IMPORT_INDEX_H

#include "base/def.h"

/* Begin with {0}; free with import_index_free. */
struct import_index {
    uint64_t *keys; /* 0: none */
    uint32_t *entries;
    size_t size;
    size_t count;
};

/* Makes room for `count` keys. */
void import_index_reserve(struct import_index *index, size_t count);

/* Whether `key` is there; *ret_entry, which may be NULL, is what it stands for. */
bool import_index_find(const struct import_index *index, uint64_t key, uint32_t *ret_entry);

/* Adds a key; false, and nothing changes, when it is there. */
bool import_index_add(struct import_index *index, uint64_t key, uint32_t entry);

void import_index_free(struct import_index *index);

#endif
