/* invite_code_read: what it accepts are six letters or digits, and reading those changes nothing.
 */
#include <ctype.h>

#include "base/check.h"
#include "domain/invite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_code(const char *code)
{
    CHECK(strlen(code) == INVITE_CODE_LEN);
    for (; *code != '\0'; code++)
        CHECK((unsigned char)*code < 0x80 && isalnum((unsigned char)*code));
}

/* The first byte chooses the alphabet. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const alphabets[] = {
        "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz",
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "0123456789",
        "ABCDEFGHIJKLMNOP",
    };
    const char *alphabet = alphabets[size == 0 ? 0 : data[0] % ARRAY_LEN(alphabets)];
    struct slice text = size == 0 ? SLICE_LIT("") : slice_of(data + 1, size - 1);
    char given[INVITE_TEXT_SIZE];
    char forgiven[INVITE_TEXT_SIZE];
    char given_again[INVITE_TEXT_SIZE];
    char forgiven_again[INVITE_TEXT_SIZE];

    if (!invite_code_read(text, alphabet, given, forgiven))
        return 0;
    CHECK(text.len <= INVITE_INPUT_MAX);
    check_code(given);
    check_code(forgiven);
    CHECK(invite_code_read(slice_str(given), alphabet, given_again, forgiven_again));
    CHECK(strcmp(given_again, given) == 0 && strcmp(forgiven_again, forgiven) == 0);
    CHECK(invite_code_read(slice_str(forgiven), alphabet, given_again, forgiven_again));
    CHECK(strcmp(forgiven_again, forgiven) == 0);
    /* Only what is no letter of the alphabet is ever replaced. */
    for (size_t i = 0; i < INVITE_CODE_LEN; i++)
        CHECK(given[i] == forgiven[i] || strchr(alphabet, given[i]) == NULL);
    (void)invite_code_is_rude(given);
    return 0;
}
