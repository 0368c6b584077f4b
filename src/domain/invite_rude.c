#include "domain/invite.h"

/*
 * Words that nobody wants to be handed as their code. Short ones too: a code has six letters. A
 * word too many costs one more draw in a thousand, so doubtful ones are here.
 */
static const char *const english[] = {
    "anal",  "anus",   "arse", "ass",   "bitch", "boob",  "cock",  "coon", "crap", "cum",
    "cunt",  "damn",   "dick", "dildo", "dyke",  "fag",   "fck",   "fuc",  "fuk",  "fvck",
    "gook",  "hitler", "homo", "jizz",  "kike",  "kkk",   "moron", "nazi", "negr", "nig",
    "penis", "piss",   "poop", "porn",  "prick", "puss",  "rape",  "sex",  "shit", "slut",
    "sperm", "spic",   "tit",  "turd",  "twat",  "vagin", "wank",  "whor", "wtf"};

/* In Latin letters, by sound and by shape. */
static const char *const russian[] = {
    "blia",  "bly",   "cyka",   "debil", "derm",   "dolbo", "ebal",  "eban", "ebat",  "ebi",
    "eblan", "ebu",   "gandon", "gomik", "govn",   "gavn",  "hach",  "huev", "hui",   "huj",
    "huy",   "jebat", "jid",    "jopa",  "lox",    "manda", "mraz",  "mud",  "otsos", "pedik",
    "pidar", "pidor", "pisd",   "pizd",  "shalav", "shlux", "shluh", "sosi", "srat",  "ssat",
    "suka",  "suki",  "syka",   "trah",  "xep",    "xer",   "xui",   "xuj",  "xuy",   "xyi",
    "xyu",   "yeb",   "yob",    "zalup", "zhid",   "zhop",  "zopa"};

#define BIT(letter) (UINT32_C(1) << ((letter) - 'a'))

/* The letters that a character may be read as, a bit for each. */
static uint32_t letters_of(char c)
{
    static const char *const of_digits[] = {"o", "il", "z", "e", "a", "s", "b", "t", "b", "g"};
    uint32_t letters = 0;

    if (c >= 'a' && c <= 'z')
        return BIT(c);
    if (c >= 'A' && c <= 'Z')
        return BIT(c - 'A' + 'a');
    if (c >= '0' && c <= '9')
        for (const char *letter = of_digits[c - '0']; *letter != '\0'; letter++)
            letters |= BIT(*letter);
    return letters;
}

static bool begins_with(const uint32_t *letters, const char *word)
{
    for (; *word != '\0'; letters++, word++)
        if ((*letters & BIT(*word)) == 0)
            return false;
    return true;
}

static bool begins_with_any(const uint32_t *letters, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (begins_with(letters, words[i]))
            return true;
    return false;
}

bool invite_code_is_rude(const char *code)
{
    uint32_t letters[INVITE_CODE_LEN + 1] = {0}; /* the last is none: no word goes on there */

    for (size_t i = 0; i < INVITE_CODE_LEN && code[i] != '\0'; i++)
        letters[i] = letters_of(code[i]);
    for (size_t i = 0; i < INVITE_CODE_LEN; i++)
        if (begins_with_any(letters + i, english, ARRAY_LEN(english)) ||
            begins_with_any(letters + i, russian, ARRAY_LEN(russian)))
            return true;
    return false;
}
