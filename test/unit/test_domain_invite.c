/* invite: drawing codes without bias or rude words, and reading them as people type them. */
#include "unit.h"

#include "base/random.h"
#include "domain/invite.h"

#define DEFAULT_ALPHABET "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz"
#define FULL_ALPHABET "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* xorshift64*: fixed bytes, so what is tested never changes. */
static uint64_t drawn = 88172645463325252;

static void draw_fixed(void *out, size_t len)
{
    uint8_t *bytes = out;

    for (size_t i = 0; i < len; i++) {
        drawn ^= drawn >> 12;
        drawn ^= drawn << 25;
        drawn ^= drawn >> 27;
        bytes[i] = (uint8_t)((drawn * 2685821657736338717) >> 56);
    }
}

/* How uneven the letters of `total` codes are, over all six places. */
static double chi_square_of(const char *alphabet, unsigned total)
{
    static unsigned counts[INVITE_CODE_LEN][64];
    size_t size = strlen(alphabet);
    double expected = (double)total / (double)size;
    double sum = 0;

    memset(counts, 0, sizeof(counts));
    for (unsigned i = 0; i < total; i++) {
        char code[INVITE_TEXT_SIZE];

        invite_code_draw(alphabet, draw_fixed, code);
        assert_int_equal(strlen(code), INVITE_CODE_LEN);
        for (size_t j = 0; j < INVITE_CODE_LEN; j++) {
            const char *at = strchr(alphabet, code[j]);

            assert_non_null(at);
            counts[j][at - alphabet]++;
        }
    }
    for (size_t j = 0; j < INVITE_CODE_LEN; j++) {
        for (size_t k = 0; k < size; k++) {
            double off = (double)counts[j][k] - expected;

            sum += off * off / expected;
        }
    }
    return sum;
}

static void test_draw_is_even(void **state)
{
    (void)state;
    /* 6 x 54 = 324 degrees of freedom, deviation 25: four of them. Without rejection this alphabet
     * (256 = 4 x 55 + 36) would give some 7 000. */
    assert_in_range((unsigned)chi_square_of(DEFAULT_ALPHABET, 100000), 222, 426);
    /* 6 x 61 = 366, deviation 27. */
    assert_in_range((unsigned)chi_square_of(FULL_ALPHABET, 100000), 258, 474);
    /* 6 x 10 = 60, deviation 11. */
    assert_in_range((unsigned)chi_square_of("BCDFGHJKLMN", 100000), 16, 104);
}

static void test_drawn_are_never_rude(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 50000; i++) {
        char code[INVITE_TEXT_SIZE];

        /* Letters of which rude words are full. */
        invite_code_draw("fuckshitas", draw_fixed, code);
        assert_false(invite_code_is_rude(code));
    }
}

static void test_draws_from_the_system(void **state)
{
    char first[INVITE_TEXT_SIZE];
    char second[INVITE_TEXT_SIZE];

    (void)state;
    invite_code_draw(DEFAULT_ALPHABET, random_bytes, first);
    invite_code_draw(DEFAULT_ALPHABET, random_bytes, second);
    assert_string_not_equal(first, second);
}

static void draw_from(void *alphabet)
{
    char code[INVITE_TEXT_SIZE];

    invite_code_draw(alphabet, draw_fixed, code);
}

static void test_alphabet_is_checked(void **state)
{
    (void)state;
    assert_aborts(draw_from, "123456789");
    assert_aborts(draw_from, FULL_ALPHABET "-");
}

static void test_rude(void **state)
{
    static const char *const rude[] = {
        "fuckXY", "XfUcKY", "XYFUCK", "5hit22", "sh1tAB", "aSS234", "x455yz", "KKKabc",
        "HUY234", "xyi234", "2pizdA", "P1ZD44", "6LYAAA", "cYKa22", "5uk4zz", "EBAL77",
        "m4ndaA", "s3xXXX", "n4zi22", "govn0A", "9OVN0A", "7wat22", "2HOPAA", "yob222",
    };
    static const char *const clean[] = {
        "", "ABCDEF", "k7Qm2Z", "fu2ckk", "HELLO2", "domofo", "privet", "234567", "a1b2c3",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rude); i++)
        if (!invite_code_is_rude(rude[i]))
            fail_msg("%s passes", rude[i]);
    for (size_t i = 0; i < ARRAY_LEN(clean); i++)
        if (invite_code_is_rude(clean[i]))
            fail_msg("%s is refused", clean[i]);
}

static const struct {
    const char *text;
    const char *alphabet;
    const char *given; /* NULL: no code can be meant */
    const char *forgiven;
} typed[] = {
    {"k7Qm2Z", DEFAULT_ALPHABET, "k7Qm2Z", "k7Qm2Z"},
    {" k7Q-m2Z\n", DEFAULT_ALPHABET, "k7Qm2Z", "k7Qm2Z"},
    {"k7 Qm 2Z", DEFAULT_ALPHABET, "k7Qm2Z", "k7Qm2Z"},
    {"k7Q\xE2\x80\x94m2Z", DEFAULT_ALPHABET, "k7Qm2Z", "k7Qm2Z"},
    {"k7Q\xE2\x88\x92m2Z", DEFAULT_ALPHABET, "k7Qm2Z", "k7Qm2Z"},
    {"k7Q\xC2\xA0m2Z\xE2\x80\x8B", DEFAULT_ALPHABET, "k7Qm2Z", "k7Qm2Z"},
    /* Typed on a Russian keyboard. */
    {"\xD0\x90\xD0\x92\xD0\x95\xD0\x9A\xD0\x9C\xD0\x9D", DEFAULT_ALPHABET, "ABEKMH", "ABEKMH"},
    {"\xD0\x9E\xD0\xA0\xD0\xA1\xD0\xA2\xD0\xA3\xD0\xA5", FULL_ALPHABET, "OPCTYX", "OPCTYX"},
    {"\xD0\xB0\xD0\xB5\xD0\xBE\xD1\x80\xD1\x81\xD1\x83", FULL_ALPHABET, "aeopcy", "aeopcy"},
    {"\xD1\x85\xD0\xBA\xD0\xBC\xD1\x82\xD0\xB2\xD0\xBD", FULL_ALPHABET, "xkmtbh", "xkmtbh"},
    {"\xD1\x96\xD1\x98\xD1\x95\xD0\x86\xD0\x88\xD0\x85", FULL_ALPHABET, "ijsIJS", "ijsIJS"},
    /* A letter that looks like none. */
    {"\xD0\x96"
     "2345A",
     DEFAULT_ALPHABET, NULL, NULL},
    /* A code of an older alphabet is looked up as given, too. */
    {"O0Il1i", DEFAULT_ALPHABET, "O0Il1i", "O0IL1i"},
    /* One case only: the other is forgiven. */
    {"abc234", "ABCDEFGH234567", "abc234", "ABC234"},
    {"ABC234", "abcdefgh234567", "ABC234", "abc234"},
    /* Look-alikes, where just one of them is a letter of ours. */
    {"OolIi1", "0123456789", "OolIi1", "001111"},
    {"0BCDEF", "ABCDEFGHO2", "0BCDEF", "OBCDEF"},
    {"1BCDEF", "ABCDEFGHI2", "1BCDEF", "IBCDEF"},
    {"1BCDEF", "ABCDEFGHl2", "1BCDEF", "lBCDEF"},
    /* Two of them: nobody can tell which. */
    {"1BCDEF", "ABCDEFGHIl", "1BCDEF", "1BCDEF"},
    {"0BCDEF", "ABCDEFGHOo", "0BCDEF", "0BCDEF"},
    /* Letters that are no look-alikes stay. */
    {"zzzzzz", "0123456789", "zzzzzz", "zzzzzz"},
    {"", DEFAULT_ALPHABET, NULL, NULL},
    {"k7Qm2", DEFAULT_ALPHABET, NULL, NULL},
    {"k7Qm2ZZ", DEFAULT_ALPHABET, NULL, NULL},
    {"k7Qm2_", DEFAULT_ALPHABET, NULL, NULL},
    {"k7Qm2\xC3\x84", DEFAULT_ALPHABET, NULL, NULL},
    {"k7Qm2Z\xFF", DEFAULT_ALPHABET, NULL, NULL},
    {"k7Qm2\xD0", DEFAULT_ALPHABET, NULL, NULL},
    {"' OR 1=1", DEFAULT_ALPHABET, NULL, NULL},
    {"k                                                           7Qm2Z", DEFAULT_ALPHABET, NULL,
     NULL},
};

static void test_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
        char given[INVITE_TEXT_SIZE] = "";
        char forgiven[INVITE_TEXT_SIZE] = "";
        bool ok = invite_code_read(slice_str(typed[i].text), typed[i].alphabet, given, forgiven);

        if (ok != (typed[i].given != NULL))
            fail_msg("\"%s\"", typed[i].text);
        if (!ok)
            continue;
        assert_string_equal(given, typed[i].given);
        assert_string_equal(forgiven, typed[i].forgiven);
    }
}

static void test_read_nul(void **state)
{
    char given[INVITE_TEXT_SIZE];
    char forgiven[INVITE_TEXT_SIZE];

    (void)state;
    assert_false(invite_code_read(slice_of("k7Qm2\0", 6), DEFAULT_ALPHABET, given, forgiven));
    assert_false(invite_code_read(SLICE_ABSENT, DEFAULT_ALPHABET, given, forgiven));
}

/* What is drawn is read back as it is. */
static void test_drawn_is_read(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        char code[INVITE_TEXT_SIZE];
        char given[INVITE_TEXT_SIZE];
        char forgiven[INVITE_TEXT_SIZE];

        invite_code_draw(DEFAULT_ALPHABET, draw_fixed, code);
        assert_true(invite_code_read(slice_str(code), DEFAULT_ALPHABET, given, forgiven));
        assert_string_equal(given, code);
        assert_string_equal(forgiven, code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draw_is_even),
        cmocka_unit_test(test_drawn_are_never_rude),
        cmocka_unit_test(test_draws_from_the_system),
        cmocka_unit_test(test_alphabet_is_checked),
        cmocka_unit_test(test_rude),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_read_nul),
        cmocka_unit_test(test_drawn_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
