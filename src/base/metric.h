/*
 * metric: counters of this process, one row each in metrics.def, shown at /metrics in Prometheus
 * text format 0.0.4. Relaxed atomics; counting never blocks. Thread-safe.
 */
#ifndef BASE_METRIC_H
#define BASE_METRIC_H

#include "base/buf.h"

enum metric {
#define METRIC(id, kind, name, help) METRIC_##id,
#include "base/metrics.def"
#undef METRIC
    METRIC_COUNT
};

void metric_add(enum metric metric, int64_t by);
void metric_set(enum metric metric, int64_t value);
int64_t metric_get(enum metric metric);

static inline void metric_count(enum metric metric)
{
    metric_add(metric, 1);
}

/* The exposition text of all metrics. */
void metric_write(struct buf *buf);

#endif
