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

/* Letters a digit may be read as. */
static const char *letters_of(char digit)
{
    static const char *const letters[] = {"o", "il", "z", "e", "a", "s", "b", "t", "b", "g"};

    return letters[digit - '0'];
}

static bool reads_as(char c, char letter)
{
    if (c >= '0' && c <= '9')
        return strchr(letters_of(c), letter) != NULL;
    return (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) == letter;
}

static bool begins_with(const char *code, const char *word)
{
    for (; *word != '\0'; code++, word++)
        if (*code == '\0' || !reads_as(*code, *word))
            return false;
    return true;
}

static bool begins_with_any(const char *code, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (begins_with(code, words[i]))
            return true;
    return false;
}

bool invite_code_is_rude(const char *code)
{
    for (; *code != '\0'; code++)
        if (begins_with_any(code, english, ARRAY_LEN(english)) ||
            begins_with_any(code, russian, ARRAY_LEN(russian)))
            return true;
    return false;
}
