#include "image/gate.h"

#include "base/check.h"

void image_gate_open(struct image_gate *gate)
{
    *gate = (struct image_gate){.count = 0};
    CHECK(pthread_mutex_init(&gate->lock, NULL) == 0);
}

void image_gate_close(struct image_gate *gate)
{
    CHECK(gate->count == 0 && gate->workers == 0);
    CHECK(pthread_mutex_destroy(&gate->lock) == 0);
}

/* Where the key stands; gate->count when it does not. */
static unsigned find(const struct image_gate *gate, int64_t key)
{
    unsigned at = 0;

    while (at < gate->count && gate->keys[at] != key)
        at++;
    return at;
}

bool image_gate_enter(struct image_gate *gate, int64_t key)
{
    bool entered;

    (void)pthread_mutex_lock(&gate->lock);
    entered = gate->count < IMAGE_JOBS_MAX && (key == 0 || find(gate, key) == gate->count);
    if (entered)
        gate->keys[gate->count++] = key;
    (void)pthread_mutex_unlock(&gate->lock);
    return entered;
}

void image_gate_leave(struct image_gate *gate, int64_t key)
{
    unsigned at;

    (void)pthread_mutex_lock(&gate->lock);
    at = find(gate, key);
    CHECK(at < gate->count);
    gate->keys[at] = gate->keys[--gate->count];
    (void)pthread_mutex_unlock(&gate->lock);
}

bool image_gate_take_worker(struct image_gate *gate)
{
    bool taken;

    (void)pthread_mutex_lock(&gate->lock);
    taken = gate->workers < IMAGE_WORKERS_MAX;
    gate->workers += taken;
    (void)pthread_mutex_unlock(&gate->lock);
    return taken;
}

void image_gate_give_worker(struct image_gate *gate)
{
    (void)pthread_mutex_lock(&gate->lock);
    gate->workers--;
    (void)pthread_mutex_unlock(&gate->lock);
}
