/* account_query_read: what it reads can be looked up, and an e-mail reads as itself again. */
#include "base/check.h"
#include "domain/account_query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_phones(const struct account_query *query)
{
    CHECK(query->phone_count <= PHONE_BEGINNINGS_MAX);
    for (unsigned i = 0; i < query->phone_count; i++) {
        size_t len = strlen(query->phones[i]);

        CHECK(len > PHONE_BEGINNING_DIGITS_MIN && len < PHONE_E164_SIZE);
        CHECK(query->phones[i][0] == '+' && strspn(query->phones[i] + 1, "0123456789") == len - 1);
    }
    if (query->phone_count > 1)
        CHECK(strncmp(query->phones[0], query->phones[1], strlen(query->phones[0])) != 0 &&
              strncmp(query->phones[0], query->phones[1], strlen(query->phones[1])) != 0);
}

/* The first byte chooses the region. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const regions[] = {"RU", "BY", "US", "IT", "XX"};
    static const char alphabet[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz";
    const char *region = regions[size == 0 ? 0 : data[0] % ARRAY_LEN(regions)];
    struct slice text = size == 0 ? SLICE_LIT("") : slice_of(data + 1, size - 1);
    char note[ACCOUNT_QUERY_NOTE_SIZE];
    struct account_query query;
    struct account_query again;

    account_query_read(text, region, alphabet, &query);
    check_phones(&query);
    CHECK(query.id >= 0);
    CHECK((query.kind == ACCOUNT_QUERY_PHONE) == (query.phone_count > 0));
    CHECK((query.kind == ACCOUNT_QUERY_EMAIL) == (query.email[0] != '\0'));
    account_query_note(&query, note);
    CHECK(strlen(note) < sizeof(note));
    if (query.kind != ACCOUNT_QUERY_EMAIL)
        return 0;
    account_query_read(slice_str(query.email), region, alphabet, &again);
    CHECK(again.kind == ACCOUNT_QUERY_EMAIL && strcmp(again.email, query.email) == 0);
    return 0;
}
