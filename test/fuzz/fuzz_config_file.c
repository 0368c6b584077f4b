/*
 * Lines of an INI file as inih gets them: no longer than inih takes, without what would mislead it,
 * and otherwise as they stand in the file. The first byte is the room there is.
 */
#include <ctype.h>
#include <stdlib.h>

#include "base/check.h"
#include "command/config_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What of a line inih is to see, read the other way round: from its end. */
static size_t seen_of(const char *line, size_t len)
{
    size_t blanks = strspn(line, " \t\n\v\f\r");

    if (blanks == len || line[blanks] == ';' || line[blanks] == '#')
        return 0;
    return len - blanks - (line[len - 1] == '\n' ? 1 : 0);
}

static void try_line(const char *line, size_t len, size_t room)
{
    char *out = malloc(room);
    enum config_line outcome;

    CHECK(out != NULL);
    outcome = config_file_line(line, len, out, room);
    if (strlen(line) != len) {
        CHECK(outcome == CONFIG_LINE_NUL);
    } else if (outcome == CONFIG_LINE_TOO_LONG) {
        CHECK(seen_of(line, len) >= room);
    } else {
        size_t seen = seen_of(line, len);

        CHECK(outcome == CONFIG_LINE_OK && strlen(out) == seen && seen < room);
        CHECK(seen == 0 || (memcmp(out, strstr(line, out), seen) == 0 && !isspace(out[0])));
        CHECK(out[0] != ';' && out[0] != '#');
    }
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t begin = 1;

    while (begin < size) {
        const void *feed = memchr(data + begin, '\n', size - begin);
        size_t end = feed == NULL ? size : (size_t)((const uint8_t *)feed - data) + 1;
        char *line = malloc(end - begin + 1);

        CHECK(line != NULL);
        memcpy(line, data + begin, end - begin);
        line[end - begin] = '\0';
        try_line(line, end - begin, (size_t)data[0] + 1);
        free(line);
        begin = end;
    }
    return 0;
}
