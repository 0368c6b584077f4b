/*
 * arena: memory of one request, taken in order and given back all at once.
 *
 * An arena grows in chunks up to a named maximum; asking beyond it is our mistake (inputs are
 * bounded before they reach an arena) and fails a CHECK, so no caller tests for NULL. Everything is
 * wiped before it goes back to the system, because requests carry codes and tokens. With
 * AddressSanitizer the unused part of each chunk is poisoned. Not thread-safe: an arena belongs to
 * one thread at a time, and is handed over together with what lives in it.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/slice.h"

/* The most one arena may hold: an export of one person's data is the largest thing we build. */
#define ARENA_MAX_BYTES ((size_t)16 << 20)

/*
 * What an arena grows by, or by what is asked for at once when that is more. One request of the
 * common routes fits the first chunk; few take a second.
 */
#define ARENA_CHUNK_BYTES ((size_t)3968)

struct arena;

/* A new, empty arena; memory exhaustion ends the process. Free with arena_free. */
struct arena *arena_new(void);

/* Wipes and frees everything; NULL is allowed. */
void arena_free(struct arena *arena);

/* How much of its maximum it has taken. */
size_t arena_taken(const struct arena *arena);

/* `size` zeroed bytes aligned for any object, valid until arena_free. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size);

/* The same, not zeroed: for what is written before it is read. */
void *arena_alloc_raw(struct arena *arena, size_t size);

/* A NUL-terminated copy of `s`, valid until arena_free; an absent slice gives NULL. */
char *arena_str(struct arena *arena, struct slice s);

/* A copy of `s` (with a NUL behind it that is not counted); an absent slice stays absent. */
struct slice arena_copy(struct arena *arena, struct slice s);

/* printf into the arena. */
struct slice arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

/* `count` zeroed objects of `size` bytes; a product that overflows is beyond the maximum. */
void *arena_alloc_array(struct arena *arena, size_t size, size_t count);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc_array((arena), sizeof(type), (count)))

#endif
