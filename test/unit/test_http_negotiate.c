/* negotiate: what a client can read, and what it has. */
#include "unit.h"

#include "http/negotiate.h"

static void reads_accept_encoding(void **state)
{
    static const struct {
        const char *header;
        bool gzip;
    } rows[] = {
        {NULL, false},
        {"", false},
        {"gzip", true},
        {"GZip", true},
        {"x-gzip", true},
        {"gzip, deflate, br, zstd", true},
        {"br,gzip", true},
        {"  br ,\tgzip  ", true},
        {"deflate", false},
        {"gzipped", false},
        {"gzi", false},
        {"*", true},
        {"*;q=0", false},
        {"br, *", true},
        {"identity", false},
        /* weights */
        {"gzip;q=1", true},
        {"gzip;q=1.000", true},
        {"gzip;q=0.001", true},
        {"gzip ; Q=0.5", true},
        {"gzip;q=0", false},
        {"gzip;q=0.0", false},
        {"gzip;q=0.000", false},
        {"gzip;q=0, *", false},
        {"*, gzip;q=0", false},
        {"*;q=0, gzip", true},
        {"gzip;q=0.5, identity", false},
        {"gzip;q=0.5, identity;q=0.5", true},
        {"identity;q=0.5, gzip;q=0.8", true},
        {"identity;q=0, gzip;q=0", false},
        {"identity;q=0.5, *;q=0.4", false},
        /* what is no weight accepts nothing, and spoils nothing else */
        {"gzip;q=", false},
        {"gzip;q=2", false},
        {"gzip;q=1.001", false},
        {"gzip;q=0.1234", false},
        {"gzip;q=.5", false},
        {"gzip;q=-1", false},
        {"gzip;q=0,5", false},
        {"gzip;q = 1", false},
        {"gzip;level=9", false},
        {"gzip;", true},
        {"br;q=nonsense, gzip", true},
        {",,,gzip,,", true},
        {";;;, ;q=1, gzip", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (http_accepts_gzip(slice_str(rows[i].header)) != rows[i].gzip)
            fail_msg("%s", rows[i].header);
    }
}

static void finds_entity_tags(void **state)
{
    static const struct {
        const char *header;
        bool has;
    } rows[] = {
        {NULL, false},
        {"", false},
        {"*", true},
        {" * ", true},
        {"\"abc\"", true},
        {"W/\"abc\"", true},
        {"w/\"abc\"", false},
        {"abc", false},
        {"\"ab\"", false},
        {"\"abcd\"", false},
        {"\"abc", false},
        {"\"xyz\", W/\"abc\"", true},
        {"\"xyz\"\t,\"abc\"", true},
        {"\"x,y\",,, \"abc\"", true},
        {"\"x\" \"abc\"", false},
        {"\"x\",abc", false},
        {"\"x\", *", false},
        {"\",\"abc\"", false},
        {"W/", false},
        {"\"", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (http_has_tag(slice_str(rows[i].header), "W/\"abc\"") != rows[i].has ||
            http_has_tag(slice_str(rows[i].header), "\"abc\"") != rows[i].has)
            fail_msg("%s", rows[i].header);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_accept_encoding),
        cmocka_unit_test(finds_entity_tags),
    };

    return cmocka_run_group_tests_name("http_negotiate", tests, NULL, NULL);
}
