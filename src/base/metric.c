#include "base/metric.h"

#include <stdatomic.h>

#include "base/check.h"

static const struct {
    const char *kind;
    const char *name;
    const char *help;
} rows[METRIC_COUNT] = {
#define METRIC(id, kind, name, help) {kind, name, help},
#include "base/metrics.def"
#undef METRIC
};

static atomic_int_least64_t values[METRIC_COUNT];

void metric_add(enum metric metric, int64_t by)
{
    CHECK(metric < METRIC_COUNT);
    atomic_fetch_add_explicit(&values[metric], by, memory_order_relaxed);
}

void metric_set(enum metric metric, int64_t value)
{
    CHECK(metric < METRIC_COUNT);
    atomic_store_explicit(&values[metric], value, memory_order_relaxed);
}

int64_t metric_get(enum metric metric)
{
    CHECK(metric < METRIC_COUNT);
    return atomic_load_explicit(&values[metric], memory_order_relaxed);
}

void metric_write(struct buf *buf)
{
    for (unsigned i = 0; i < METRIC_COUNT; i++) {
        buf_printf(buf, "# HELP %s %s\n# TYPE %s %s\n%s ", rows[i].name, rows[i].help, rows[i].name,
                   rows[i].kind, rows[i].name);
        buf_int(buf, metric_get((enum metric)i));
        buf_char(buf, '\n');
    }
}
