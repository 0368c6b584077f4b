/* X-Forwarded-For: the first byte is the number of trusted proxies, the rest the header. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/check.h"
#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr = {htonl(0x7f000001)}};
    struct sockaddr *socket = (struct sockaddr *)(void *)&v4;
    struct slice forwarded = SLICE_ABSENT;
    unsigned hops = 0;
    char text[HTTP_ADDRESS_SIZE];
    char again[HTTP_ADDRESS_SIZE];
    uint8_t key[8];
    uint8_t key_again[8];
    bool is_loopback;
    bool is_loopback_again;

    if (size > 0) {
        hops = data[0] % 9;
        forwarded = slice_of(data + 1, size - 1);
    }
    http_client_address(socket, forwarded, hops, text, key, &is_loopback);
    CHECK(memchr(text, '\0', sizeof(text)) != NULL && text[0] != '?');
    if (hops == 0)
        CHECK(strcmp(text, "127.0.0.1") == 0 && is_loopback);
    /* The text is canonical: read again, it is the same address. */
    http_client_address(socket, slice_str(text), 1, again, key_again, &is_loopback_again);
    CHECK(strcmp(text, again) == 0 && memcmp(key, key_again, sizeof(key)) == 0);
    /* A local text is not always a local client: see http_client_address. */
    CHECK(!is_loopback || is_loopback_again);
    return 0;
}
