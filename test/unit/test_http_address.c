/* http: the client's address. */
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "http/http.h"

union socket_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static union socket_address address_of(const char *text)
{
    union socket_address address = {.any = {0}};

    if (strchr(text, ':') == NULL) {
        address.v4.sin_family = AF_INET;
        assert_int_equal(inet_pton(AF_INET, text, &address.v4.sin_addr), 1);
    } else {
        address.v6.sin6_family = AF_INET6;
        assert_int_equal(inet_pton(AF_INET6, text, &address.v6.sin6_addr), 1);
    }
    return address;
}

static void test_socket_address(void **state)
{
    static const struct {
        const char *socket;
        const char *text;
        uint8_t key[8];
        bool is_loopback;
    } rows[] = {
        {"127.0.0.1", "127.0.0.1", {0, 0, 0xff, 0xff, 127, 0, 0, 1}, true},
        {"127.9.8.7", "127.9.8.7", {0, 0, 0xff, 0xff, 127, 9, 8, 7}, true},
        {"203.0.113.9", "203.0.113.9", {0, 0, 0xff, 0xff, 203, 0, 113, 9}, false},
        {"::1", "::1", {0}, true},
        {"::ffff:127.0.0.1", "127.0.0.1", {0, 0, 0xff, 0xff, 127, 0, 0, 1}, true},
        {"::ffff:1.2.3.4", "1.2.3.4", {0, 0, 0xff, 0xff, 1, 2, 3, 4}, false},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", {0x20, 1, 0xd, 0xb8, 0, 1, 0, 2}, false},
        {"2001:0DB8::0:1", "2001:db8::1", {0x20, 1, 0xd, 0xb8}, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        union socket_address socket = address_of(rows[i].socket);
        char text[HTTP_ADDRESS_SIZE];
        uint8_t key[8];
        bool is_loopback;

        http_client_address(&socket.any, SLICE_LIT("9.9.9.9"), 0, text, key, &is_loopback);
        assert_string_equal(text, rows[i].text);
        assert_memory_equal(key, rows[i].key, sizeof(key));
        assert_int_equal(is_loopback, rows[i].is_loopback);
    }
}

static const struct {
    const char *forwarded;
    unsigned hops;
    const char *text;
} forwarded_rows[] = {
    {NULL, 1, "127.0.0.1"},
    {"", 1, "127.0.0.1"},
    {"1.2.3.4", 1, "1.2.3.4"},
    {" 1.2.3.4\t", 1, "1.2.3.4"},
    {"1.2.3.4", 2, "127.0.0.1"},
    {"9.9.9.9, 1.2.3.4", 1, "1.2.3.4"},
    {"9.9.9.9, 1.2.3.4", 2, "9.9.9.9"},
    {"8.8.8.8,9.9.9.9,1.2.3.4", 3, "8.8.8.8"},
    {"8.8.8.8,9.9.9.9,1.2.3.4", 4, "127.0.0.1"},
    {"forged, 1.2.3.4", 1, "1.2.3.4"},
    {"1.2.3.4, forged", 1, "127.0.0.1"},
    {"1.2.3.4,", 1, "127.0.0.1"},
    {"1.2.3.4,", 2, "1.2.3.4"},
    {"1.2.3.4:5678", 1, "1.2.3.4"},
    {"9.9.9.9:1, 1.2.3.4:65535 ", 1, "1.2.3.4"},
    {"9.9.9.9:1, 1.2.3.4:65535 ", 2, "9.9.9.9"},
    {"255.255.255.255:65535", 1, "255.255.255.255"},
    {"[2001:DB8::1]:443", 1, "2001:db8::1"},
    {"[2001:db8::1]", 1, "2001:db8::1"},
    {"[::ffff:1.2.3.4]:443", 1, "1.2.3.4"},
    {"[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:65535", 1,
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"1.2.3.4:", 1, "127.0.0.1"},
    {"1.2.3.4:x", 1, "127.0.0.1"},
    {"1.2.3.4:-1", 1, "127.0.0.1"},
    {"1.2.3.4:65536", 1, "127.0.0.1"},
    {"1.2.3.4:000080", 1, "127.0.0.1"},
    {"1.2.3.4:80:80", 1, "127.0.0.1"},
    {"1.2.3.4 :80", 1, "127.0.0.1"},
    {":80", 1, "127.0.0.1"},
    {"[1.2.3.4]:80", 1, "127.0.0.1"},
    {"[2001:db8::1", 1, "127.0.0.1"},
    {"[2001:db8::1]443", 1, "127.0.0.1"},
    {"[2001:db8::1]:", 1, "127.0.0.1"},
    {"[2001:db8::1]]:443", 1, "127.0.0.1"},
    {"[]:443", 1, "127.0.0.1"},
    {"[", 1, "127.0.0.1"},
    {"2001:db8::1]:443", 1, "127.0.0.1"},
    {"01.2.3.4", 1, "127.0.0.1"},
    {"1.2.3", 1, "127.0.0.1"},
    {"fe80::1%eth0", 1, "127.0.0.1"},
    {"2001:DB8::1", 1, "2001:db8::1"},
    {"::ffff:1.2.3.4", 1, "1.2.3.4"},
    {"1111:2222:3333:4444:5555:6666:7777:8888:9999:0000", 1, "127.0.0.1"},
};

static void test_forwarded(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(forwarded_rows); i++) {
        union socket_address socket = address_of("127.0.0.1");
        char text[HTTP_ADDRESS_SIZE];
        uint8_t key[8];
        bool is_loopback;

        http_client_address(&socket.any, slice_str(forwarded_rows[i].forwarded),
                            forwarded_rows[i].hops, text, key, &is_loopback);
        assert_string_equal(text, forwarded_rows[i].text);
        /* A proxy on this machine that tells too little does not make its clients local. */
        assert_int_equal(is_loopback, forwarded_rows[i].forwarded == NULL);
    }
}

static void test_nul_in_forwarded(void **state)
{
    union socket_address socket = address_of("127.0.0.1");
    char text[HTTP_ADDRESS_SIZE];
    uint8_t key[8];
    bool is_loopback;

    (void)state;
    http_client_address(&socket.any, slice_of("1.2.3.4\0x", 9), 1, text, key, &is_loopback);
    assert_string_equal(text, "127.0.0.1");
}

static void test_unknown(void **state)
{
    struct sockaddr local = {.sa_family = AF_UNIX};
    const struct sockaddr *const sockets[] = {NULL, &local};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sockets); i++) {
        static const uint8_t none[8];
        char text[HTTP_ADDRESS_SIZE];
        uint8_t key[8];
        bool is_loopback = true;

        http_client_address(sockets[i], SLICE_ABSENT, 1, text, key, &is_loopback);
        assert_string_equal(text, "?");
        assert_memory_equal(key, none, sizeof(key));
        assert_false(is_loopback);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_socket_address),
        cmocka_unit_test(test_forwarded),
        cmocka_unit_test(test_nul_in_forwarded),
        cmocka_unit_test(test_unknown),
    };

    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
