#include "base/arena.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISON 1
#endif
#endif
#ifdef ARENA_POISON
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(ptr, len) ((void)(ptr), (void)(len))
#define ASAN_UNPOISON_MEMORY_REGION(ptr, len) ((void)(ptr), (void)(len))
#endif

struct chunk {
    struct chunk *next;
    size_t size;
    size_t used;
    _Alignas(max_align_t) char bytes[];
};

struct arena {
    struct chunk *newest;
    size_t total_bytes;
};

static size_t round_up(size_t size)
{
    size_t unit = _Alignof(max_align_t);

    return (size + unit - 1) / unit * unit;
}

/*
 * A few wiped chunks wait in each thread for its next request: malloc serves blocks of this size
 * slowly. Not with AddressSanitizer, which could then not tell a chunk from its next life.
 */
#ifdef ARENA_POISON
#define SPARES_KEPT false
#else
#define SPARES_KEPT true
#endif
#define SPARES_MAX 32

static _Thread_local struct chunk *spares;
static _Thread_local unsigned spare_count;
static pthread_key_t spares_key;
static pthread_once_t spares_once = PTHREAD_ONCE_INIT;

static void spares_free(void *thread_has_some)
{
    (void)thread_has_some;
    while (spares != NULL) {
        struct chunk *next = spares->next;

        free(spares);
        spares = next;
    }
    spare_count = 0;
}

static void spares_begin(void)
{
    CHECK(pthread_key_create(&spares_key, spares_free) == 0);
}

static struct chunk *chunk_get(size_t size)
{
    struct chunk *chunk = spares;

    if (size != ARENA_CHUNK_BYTES || chunk == NULL)
        return malloc(sizeof(*chunk) + size);
    spares = chunk->next;
    spare_count--;
    return chunk;
}

static void chunk_free(struct chunk *chunk)
{
    explicit_bzero(chunk->bytes, chunk->used);
    if (chunk->size != ARENA_CHUNK_BYTES || !SPARES_KEPT || spare_count == SPARES_MAX) {
        free(chunk);
        return;
    }
    if (spares == NULL) {
        /* So that the thread's end frees what it has. */
        CHECK(pthread_once(&spares_once, spares_begin) == 0 &&
              pthread_setspecific(spares_key, &spare_count) == 0);
    }
    chunk->next = spares;
    spares = chunk;
    spare_count++;
}

static struct chunk *chunk_new(size_t size, struct chunk *next)
{
    struct chunk *chunk = chunk_get(size);

    CHECK(chunk != NULL);
    chunk->next = next;
    chunk->size = size;
    chunk->used = 0;
    ASAN_POISON_MEMORY_REGION(chunk->bytes, size);
    return chunk;
}

struct arena *arena_new(void)
{
    struct chunk *chunk = chunk_new(ARENA_CHUNK_BYTES, NULL);
    struct arena *arena;

    /* The arena lives in its own first chunk: one allocation for most requests. */
    ASAN_UNPOISON_MEMORY_REGION(chunk->bytes, round_up(sizeof(*arena)));
    arena = (struct arena *)(void *)chunk->bytes;
    chunk->used = round_up(sizeof(*arena));
    arena->newest = chunk;
    arena->total_bytes = chunk->size;
    return arena;
}

void arena_free(struct arena *arena)
{
    struct chunk *chunk = arena == NULL ? NULL : arena->newest;

    while (chunk != NULL) {
        struct chunk *next = chunk->next;

        ASAN_UNPOISON_MEMORY_REGION(chunk->bytes, chunk->size);
        chunk_free(chunk);
        chunk = next;
    }
}

size_t arena_taken(const struct arena *arena)
{
    return arena->total_bytes;
}

void *arena_alloc_raw(struct arena *arena, size_t size)
{
    struct chunk *chunk = arena->newest;
    size_t need = round_up(size == 0 ? 1 : size);
    void *ptr;

    CHECK(size <= ARENA_MAX_BYTES);
    if (chunk->size - chunk->used < need) {
        size_t chunk_size = need > ARENA_CHUNK_BYTES ? need : ARENA_CHUNK_BYTES;

        CHECK(arena->total_bytes + chunk_size <= ARENA_MAX_BYTES);
        chunk = chunk_new(chunk_size, chunk);
        arena->newest = chunk;
        arena->total_bytes += chunk_size;
    }
    ptr = chunk->bytes + chunk->used;
    ASAN_UNPOISON_MEMORY_REGION(ptr, size == 0 ? 1 : size);
    chunk->used += need;
    return ptr;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    void *ptr = arena_alloc_raw(arena, size);

    memset(ptr, 0, size);
    return ptr;
}

void *arena_alloc_array(struct arena *arena, size_t size, size_t count)
{
    size_t total;

    CHECK(!__builtin_mul_overflow(size, count, &total));
    return arena_alloc(arena, total);
}

struct slice arena_copy(struct arena *arena, struct slice s)
{
    char *ptr;

    if (s.ptr == NULL)
        return s;
    ptr = arena_alloc_raw(arena, s.len + 1);
    if (s.len > 0)
        memcpy(ptr, s.ptr, s.len);
    ptr[s.len] = '\0';
    return (struct slice){ptr, s.len};
}

char *arena_str(struct arena *arena, struct slice s)
{
    return (char *)(uintptr_t)arena_copy(arena, s).ptr;
}

struct slice arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_list again;
    int len;
    char *ptr;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    CHECK(len >= 0);
    ptr = arena_alloc_raw(arena, (size_t)len + 1);
    (void)vsnprintf(ptr, (size_t)len + 1, format, again);
    va_end(again);
    return (struct slice){ptr, (size_t)len};
}
