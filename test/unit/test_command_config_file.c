/* config_file: what an INI file may hold, and complaints that name file and line. */
#include "unit.h"

#include <stdio.h>

#include "command/config_file.h"

/* Lines of Debian's inih: 199 bytes and a NUL. */
#define LINE_MAX_BYTES 199

static char folder[] = "/tmp/domofon-unit.XXXXXX";
static char path[128];
static struct settings *settings;
static char complaints[4096];

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static int setup(void **state)
{
    (void)state;
    settings = settings_new();
    (void)snprintf(path, sizeof(path), "%s/domofon.ini", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    settings_free(settings);
    (void)unlink(path);
    return 0;
}

/* Reads the file with standard error in `complaints`. */
static bool read_path(const char *from)
{
    FILE *errors = tmpfile();
    int kept = dup(STDERR_FILENO);
    size_t len;
    bool good;

    assert_non_null(errors);
    (void)fflush(stderr);
    assert_true(dup2(fileno(errors), STDERR_FILENO) >= 0);
    good = config_file_read(settings, from);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    (void)close(kept);
    rewind(errors);
    len = fread(complaints, 1, sizeof(complaints) - 1, errors);
    complaints[len] = '\0';
    (void)fclose(errors);
    return good;
}

static bool read_bytes(const char *bytes, size_t len)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    return read_path(path);
}

static void accept(const char *text)
{
    if (!read_bytes(text, strlen(text)))
        fail_msg("%s", complaints);
    assert_string_equal(complaints, "");
}

/* Refused, and told so of this line. */
static void refuse(const char *text, unsigned line, const char *expected)
{
    char place[160];

    assert_false(read_bytes(text, strlen(text)));
    (void)snprintf(place, sizeof(place), "%s:%u", path, line);
    if (strstr(complaints, place) == NULL || strstr(complaints, expected) == NULL)
        fail_msg("\"%s\" does not say \"%s\" and \"%s\"", complaints, place, expected);
}

static const char *source_of(const char *name)
{
    size_t index = 0;

    assert_true(settings_find(name, &index));
    return settings_source(settings, index);
}

static void test_values(void **state)
{
    char source[160];

    (void)state;
    accept("\xef\xbb\xbfstore = sqlite:/tmp/a.sqlite\r\n"
           "\n"
           "; a comment\n"
           "# another\n"
           "[code]\n"
           "ttl_s=60\n"
           "length: 6 ; digits\n"
           "[message]\n"
           "brand = a;b # c");
    assert_string_equal(settings->store_url, "sqlite:/tmp/a.sqlite");
    assert_int_equal(settings->code_ttl_s, 60);
    assert_int_equal(settings->code_length, 6);
    assert_string_equal(settings->message_brand, "a;b # c");
    (void)snprintf(source, sizeof(source), "%s:6", path);
    assert_string_equal(source_of("code.ttl_s"), source);
    accept("");
}

/* Blanks at the start are only that: inih would make such a line another value of `countries`. */
static void test_indented_lines(void **state)
{
    (void)state;
    accept(
        "[send]\n  countries = RU\n\tper_phone_hour = 7\n  [code]\n  ; a comment\n  length = 8\n");
    assert_string_equal(settings->send_countries, "RU");
    assert_int_equal(settings->send_hour, 7);
    assert_int_equal(settings->code_length, 8);
    refuse("[send]\ncountries = RU,\n  KZ\n", 3, "name = value");
}

static void test_wrong_lines(void **state)
{
    (void)state;
    refuse("[code]\n\nttl_s = 5\n", 3, "30 to 600 seconds");
    refuse("[code]\nttl_s = 60\ncolor = red\n", 3, "code.color");
    refuse("[code\n", 1, "[section]");
    refuse("[code]\nno value\n", 2, "name = value");
    assert_false(read_bytes("[code]\nlength = 6\0 7\n", 21));
    assert_non_null(strstr(complaints, "domofon.ini:2: there is a NUL"));
    assert_int_equal(settings->code_length, 4);
}

/* inih would cut such a line, and take the rest for another one. */
static void test_long_lines(void **state)
{
    char text[1000];
    int len = snprintf(text, sizeof(text), "[key]\nfile = /%0*d", LINE_MAX_BYTES - 8, 0);

    (void)state;
    accept(text);
    assert_int_equal(strlen(settings->key_file), LINE_MAX_BYTES - 7);
    (void)snprintf(text + len, sizeof(text) - (size_t)len, "0\n");
    refuse(text, 2, "longer than 199 bytes");
    assert_non_null(strstr(complaints, "--set"));
    assert_int_equal(strlen(settings->key_file), LINE_MAX_BYTES - 7);
    (void)snprintf(text, sizeof(text), ";%0800d\n[code]\nlength = 7\n", 0);
    accept(text);
    assert_int_equal(settings->code_length, 7);
}

static void test_single_lines(void **state)
{
    static const struct {
        const char *line;
        const char *out;
    } rows[] = {
        {"a = b\n", "a = b"},
        {"a = b", "a = b"},
        {"  \t a = b \r\n", "a = b \r"},
        {"a = b ; c\n", "a = b ; c"},
        {"; a\n", ""},
        {" \t#a", ""},
        {"\n", ""},
        {"", ""},
        {" \r\n", ""},
        {"a\n\n", "a\n"},
        {"\xc2\xa0x", "\xc2\xa0x"},
    };
    char out[8];
    char long_out[64];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(
            config_file_line(rows[i].line, strlen(rows[i].line), long_out, sizeof(long_out)),
            CONFIG_LINE_OK);
        assert_string_equal(long_out, rows[i].out);
    }
    assert_int_equal(config_file_line("   1234567\n", 11, out, sizeof(out)), CONFIG_LINE_OK);
    assert_string_equal(out, "1234567");
    assert_int_equal(config_file_line("12345678\n", 9, out, sizeof(out)), CONFIG_LINE_TOO_LONG);
    assert_int_equal(config_file_line(";12345678\n", 10, out, sizeof(out)), CONFIG_LINE_OK);
    assert_int_equal(config_file_line("a\0b\n", 4, out, sizeof(out)), CONFIG_LINE_NUL);
    assert_int_equal(config_file_line(";\0b\n", 4, out, sizeof(out)), CONFIG_LINE_NUL);
}

/* settings.h cuts a long source; the line must be seen all the same. */
static void test_a_long_path(void **state)
{
    char away[512];
    char text[] = "[code]\nttl_s = 5\n";
    size_t len = (size_t)snprintf(away, sizeof(away), "%s", folder);

    (void)state;
    while (len < 300)
        len += (size_t)snprintf(away + len, sizeof(away) - len, "/.");
    (void)snprintf(away + len, sizeof(away) - len, "/domofon.ini");
    assert_false(read_bytes(text, strlen(text)));
    assert_false(read_path(away));
    assert_non_null(strstr(complaints, "/domofon.ini:2)"));
}

static void test_files_that_cannot_be_read(void **state)
{
    (void)state;
    assert_false(read_path("/no/such.ini"));
    assert_non_null(strstr(complaints, "/no/such.ini cannot be read: No such file"));
    assert_false(read_path(folder));
    assert_non_null(strstr(complaints, "cannot be read: Is a directory"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_values),
        TEST(test_indented_lines),
        TEST(test_wrong_lines),
        TEST(test_single_lines),
        TEST(test_long_lines),
        TEST(test_a_long_path),
        TEST(test_files_that_cannot_be_read),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
