/* job_list: jobs in the order they came, linked by `next`; used by one thread. Owns nothing. */
#ifndef STORE_JOB_LIST_H
#define STORE_JOB_LIST_H

#include "store/store.h"

struct job_list {
    struct store_job *first;
    struct store_job *last;
    int64_t len;
};

/* Behind all others. */
static inline void job_list_append(struct job_list *list, struct store_job *job)
{
    job->next = NULL;
    if (list->first == NULL)
        list->first = job;
    else
        list->last->next = job;
    list->last = job;
    list->len++;
}

/* The first; the list must not be empty. */
static inline struct store_job *job_list_take(struct job_list *list)
{
    struct store_job *job = list->first;

    list->first = job->next;
    list->len--;
    return job;
}

#endif
