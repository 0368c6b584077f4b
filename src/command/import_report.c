#include "command/import_report.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"

#define LINE_BYTES_MAX 4096

static bool complain(const struct import_report *report, char *error)
{
    (void)snprintf(error, STORE_ERROR_SIZE, "report %.200s: %s", report->path, strerror(errno));
    return false;
}

bool import_report_open(struct import_report *report, const char *path,
                        char error[STORE_ERROR_SIZE])
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct stat info;

    *report = (struct import_report){.path = path};
    /* A file of before may have had other readers; what is no file, such as a pipe, keeps them. */
    if (fd < 0 || fstat(fd, &info) != 0 || (S_ISREG(info.st_mode) && fchmod(fd, 0600) != 0)) {
        (void)complain(report, error);
        if (fd >= 0)
            (void)close(fd);
        return false;
    }
    report->file = fdopen(fd, "w");
    CHECK(report->file != NULL);
    (void)fputs("source_id,phone,reason,detail\r\n", report->file);
    return true;
}

/* RFC 4180, section 2: quotes around what holds a comma, a quote or the end of a line. */
static void put_field(FILE *file, struct slice text)
{
    bool quoted = false;

    for (size_t i = 0; i < text.len && !quoted; i++)
        quoted = text.ptr[i] != '\0' && strchr(",\"\r\n", text.ptr[i]) != NULL;
    if (quoted)
        (void)fputc('"', file);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            (void)fputc('"', file);
        (void)fputc(text.ptr[i], file);
    }
    if (quoted)
        (void)fputc('"', file);
}

static void count(struct import_report *report, enum import_group group, const char *reason)
{
    unsigned i = 0;

    while (i < report->tally_count &&
           (report->tallies[i].group != group || strcmp(report->tallies[i].reason, reason) != 0))
        i++;
    if (i == report->tally_count) {
        CHECK(i < ARRAY_LEN(report->tallies));
        report->tallies[i] = (struct import_tally){.reason = reason, .group = group};
        report->tally_count++;
    }
    report->tallies[i].count++;
}

void import_report_add(struct import_report *report, enum import_group group, const char *reason,
                       int64_t source_id, struct slice phone, struct slice detail)
{
    count(report, group, reason);
    (void)fprintf(report->file, "%" PRId64 ",", source_id);
    put_field(report->file, phone);
    (void)fprintf(report->file, ",%s,", reason);
    put_field(report->file, detail);
    (void)fputs("\r\n", report->file);
}

bool import_report_close(struct import_report *report, char error[STORE_ERROR_SIZE])
{
    FILE *file = report->file;
    bool is_bad;

    if (file == NULL)
        return true;
    report->file = NULL;
    is_bad = ferror(file) != 0;
    return (fclose(file) == 0 && !is_bad) || complain(report, error);
}

static int64_t sum(const struct import_report *report, enum import_group group)
{
    int64_t all = 0;

    for (unsigned i = 0; i < report->tally_count; i++)
        all += report->tallies[i].group == group ? report->tallies[i].count : 0;
    return all;
}

static const struct {
    const char *name;
    enum import_group group;
} groups[] = {
    {"skipped", IMPORT_SKIPPED},
    {"dropped", IMPORT_DROPPED},
    {"changed", IMPORT_CHANGED},
};

static void print_json(const struct import_report *report, bool dry_run, int64_t took_us)
{
    struct arena *arena = arena_new();
    struct buf buf = buf_new(arena, 512, LINE_BYTES_MAX);
    struct json json = jsonw_new(&buf);

    jsonw_object(&json);
    jsonw_bool(&json, "dry_run", dry_run);
    jsonw_int(&json, "read", report->read);
    jsonw_int(&json, "imported", report->imported);
    jsonw_int(&json, "already_here", report->already);
    jsonw_int(&json, "activations", report->activations);
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        jsonw_object_in(&json, groups[i].name);
        for (unsigned j = 0; j < report->tally_count; j++) {
            if (report->tallies[j].group == groups[i].group)
                jsonw_int(&json, report->tallies[j].reason, report->tallies[j].count);
        }
        jsonw_end(&json);
    }
    jsonw_int(&json, "took_ms", took_us / US_PER_MS);
    jsonw_cstr(&json, "report", report->path);
    jsonw_end(&json);
    (void)printf("%.*s\n", SLICE_ARG(buf_view(&buf, NULL)));
    arena_free(arena);
}

static void print_group(const struct import_report *report, const char *name,
                        enum import_group group)
{
    if (sum(report, group) == 0 && group != IMPORT_SKIPPED)
        return;
    (void)printf("%-24s %12" PRId64 "\n", name, sum(report, group));
    for (unsigned i = 0; i < report->tally_count; i++) {
        if (report->tallies[i].group == group)
            (void)printf("  %-22s %12" PRId64 "\n", report->tallies[i].reason,
                         report->tallies[i].count);
    }
}

void import_report_print(const struct import_report *report, bool json, bool dry_run,
                         int64_t took_us)
{
    if (json) {
        print_json(report, dry_run, took_us);
        return;
    }
    (void)printf("%-24s %12" PRId64 "\n", "rows read", report->read);
    (void)printf("%-24s %12" PRId64 "\n", dry_run ? "would be imported" : "imported",
                 report->imported);
    (void)printf("%-24s %12" PRId64 "\n", "already here", report->already);
    print_group(report, "skipped", IMPORT_SKIPPED);
    (void)printf("%-24s %12" PRId64 "\n", dry_run ? "activations to keep" : "activations kept",
                 report->activations);
    print_group(report, "left out", IMPORT_DROPPED);
    print_group(report, "changed", IMPORT_CHANGED);
    (void)printf("%-24s %10.1f s\n", "time", (double)took_us / (double)US_PER_S);
    (void)printf("%-24s %s\n", "report", report->path);
}
