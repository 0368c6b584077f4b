#include "base/csv.h"

#include "base/clock.h"

struct csv csvw_new(struct buf *buf)
{
    return (struct csv){.buf = buf};
}

static void begin_cell(struct csv *csv)
{
    if (csv->has_cells)
        buf_char(csv->buf, ',');
    csv->has_cells = true;
}

/* Full-width signs are formulas to some spreadsheets; NUL is a member of every C string. */
static bool looks_like_formula(struct slice value)
{
    static const char *const wide[] = {"＝", "＋", "－", "＠"};

    if (value.len > 0 && value.ptr[0] != '\0' && strchr("=+-@\t\r\n", value.ptr[0]) != NULL)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(wide); i++)
        if (value.len >= strlen(wide[i]) && memcmp(value.ptr, wide[i], strlen(wide[i])) == 0)
            return true;
    return false;
}

static bool needs_quotes(struct slice value)
{
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] == '\0' || strchr(",\";\r\n\t", value.ptr[i]) != NULL)
            return true;
    return false;
}

void csvw_str(struct csv *csv, struct slice value)
{
    bool quoted = needs_quotes(value);

    begin_cell(csv);
    if (quoted)
        buf_char(csv->buf, '"');
    if (looks_like_formula(value))
        buf_char(csv->buf, '\'');
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '"')
            buf_char(csv->buf, '"');
        buf_char(csv->buf, value.ptr[i]);
    }
    if (quoted)
        buf_char(csv->buf, '"');
}

void csvw_cstr(struct csv *csv, const char *value)
{
    csvw_str(csv, slice_str(value));
}

void csvw_int(struct csv *csv, int64_t value)
{
    begin_cell(csv);
    buf_int(csv->buf, value);
}

void csvw_time(struct csv *csv, int64_t at_us)
{
    char text[CLOCK_TEXT_SIZE] = "";

    if (at_us != 0)
        clock_format(at_us, text);
    csvw_cstr(csv, text);
}

void csvw_id(struct csv *csv, int64_t id)
{
    begin_cell(csv);
    if (id != 0)
        buf_int(csv->buf, id);
}

void csvw_end(struct csv *csv)
{
    buf_str(csv->buf, "\r\n");
    csv->has_cells = false;
}
