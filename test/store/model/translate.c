#include "translate.h"

#include "base/check.h"

/* An id that no engine has given. */
#define UNKNOWN_ID (INT64_C(1) << 40)

#define BYTES_ENDING SLICE_LIT("\0\xff")

static int64_t *int_at(void *base, const struct script_field *field)
{
    return (int64_t *)(void *)((char *)base + field->offset);
}

static struct slice *slice_at(void *base, const struct script_field *field)
{
    return (struct slice *)(void *)((char *)base + field->offset);
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* `..._us` is a time, but for these. */
static bool is_time(const char *name)
{
    static const char *const spans[] = {"cooldown_us", "gap_0_us", "gap_1_us", "gap_2_us",
                                        "grace_us",    "lease_us", "ttl_us"};
    size_t len = strlen(name);

    return len > 3 && strcmp(name + len - 3, "_us") == 0 &&
           !is_one_of(name, spans, ARRAY_LEN(spans));
}

/* Names that must be new in each run. */
static bool is_unique(const char *name)
{
    static const char *const names[] = {
        "phone",        "own_code",    "invite_given", "invite_forgiven", "request_id",
        "challenge_id", "seed",        "holder",       "claimed_by",      "kid",
        "name",         "avatar_hash", "hash",         "own_phone"};

    return is_one_of(name, names, ARRAY_LEN(names));
}

static struct directory *directory_of(struct translation *translation, const struct script *script,
                                      const char *name)
{
    static const char *const accounts[] = {"account_id", "caller_id",  "after_id", "before_id",
                                           "inviter_id", "invited_by", "id"};
    static const char *const sessions[] = {"session_id",   "target_id",  "last_session_id",
                                           "session_from", "session_to", "item_id"};

    if (is_one_of(name, sessions, ARRAY_LEN(sessions)) ||
        (script == &script_list_sessions && strcmp(name, "id") == 0))
        return &translation->sessions;
    return is_one_of(name, accounts, ARRAY_LEN(accounts)) ? &translation->accounts : NULL;
}

static int64_t look_up(const int64_t *keys, const int64_t *values, unsigned count, int64_t key,
                       int64_t missing)
{
    if (key == 0 || key == INT64_MAX)
        return key;
    for (unsigned i = 0; i < count; i++)
        if (keys[i] == key)
            return values[i];
    return missing;
}

static int64_t engine_int(struct translation *translation, const struct script *script,
                          const char *name, int64_t value)
{
    const struct directory *directory = directory_of(translation, script, name);

    if (is_time(name))
        return value == 0 ? 0 : value + translation->shift_us;
    if (directory == NULL)
        return value;
    if (value == 0 && strcmp(name, "after_id") == 0)
        return translation->floor_id;
    return look_up(directory->numbers, directory->engine_ids, directory->count, value,
                   UNKNOWN_ID + value % UNKNOWN_ID);
}

static struct slice engine_name(const struct translation *translation,
                                const struct script_field *field, struct slice value,
                                struct arena *arena)
{
    struct slice middle = field->type == SCRIPT_BYTES ? BYTES_ENDING : SLICE_LIT("");
    struct slice ending = slice_str(translation->ending);
    char *text;

    if (value.len == 0 || !is_unique(field->name))
        return value;
    text = arena_alloc(arena, value.len + middle.len + ending.len);
    memcpy(text, value.ptr, value.len);
    memcpy(text + value.len, middle.ptr, middle.len);
    memcpy(text + value.len + middle.len, ending.ptr, ending.len);
    return slice_of(text, value.len + middle.len + ending.len);
}

const void *translate_in(struct translation *translation, const struct script *script,
                         const void *in, struct arena *arena)
{
    char *out = arena_alloc(arena, script->in_size);

    memcpy(out, in, script->in_size);
    pthread_mutex_lock(&translation->lock);
    for (unsigned i = 0; i < script->in_count; i++) {
        const struct script_field *field = &script->in[i];

        if (field->type == SCRIPT_INT) {
            int64_t *value = int_at(out, field);

            *value = engine_int(translation, script, field->name, *value);
        } else {
            struct slice *value = slice_at(out, field);

            *value = engine_name(translation, field, *value, arena);
        }
    }
    pthread_mutex_unlock(&translation->lock);
    return out;
}

static struct slice model_name(const struct translation *translation,
                               const struct script_field *field, struct slice value)
{
    struct slice middle = field->type == SCRIPT_BYTES ? BYTES_ENDING : SLICE_LIT("");
    struct slice ending = slice_str(translation->ending);
    size_t extra = middle.len + ending.len;

    if (value.len < extra || !slice_eq(slice_after(value, value.len - ending.len), ending) ||
        memcmp(value.ptr + value.len - extra, middle.ptr, middle.len) != 0)
        return value;
    return slice_of(value.ptr, value.len - extra);
}

static void learn(struct directory *directory, int64_t engine_id, int64_t number)
{
    if (engine_id == 0 || number == 0)
        return;
    for (unsigned i = 0; i < directory->count; i++)
        if (directory->numbers[i] == number || directory->engine_ids[i] == engine_id)
            return;
    CHECK(directory->count < DIRECTORY_MAX);
    directory->engine_ids[directory->count] = engine_id;
    directory->numbers[directory->count++] = number;
}

static const struct script_field *field_named(const struct script *script, const char *name,
                                              enum script_type type)
{
    for (unsigned i = 0; i < script->out_count; i++)
        if (strcmp(script->out[i].name, name) == 0 && script->out[i].type == type)
            return &script->out[i];
    return NULL;
}

/* An account is known by its code and a session by its seed. */
static void learn_from(const struct translation *translation, struct directory *directory,
                       const struct store_job *job, const char *id_name, const char *key_name,
                       enum script_type key_type)
{
    const struct script_field *id = field_named(job->script, id_name, SCRIPT_INT);
    const struct script_field *key = field_named(job->script, key_name, key_type);

    for (unsigned i = 0; id != NULL && key != NULL && i < job->row_count; i++) {
        void *row = (void *)(uintptr_t)store_row(job, job->script, i);
        struct slice name = model_name(translation, key, *slice_at(row, key));

        learn(directory, *int_at(row, id), model_number(name));
    }
}

void translate_learn(struct translation *translation, const struct store_job *job)
{
    pthread_mutex_lock(&translation->lock);
    learn_from(translation, &translation->accounts, job, "id", "invite_code", SCRIPT_TEXT);
    learn_from(translation, &translation->sessions, job, "session_id", "session_seed",
               SCRIPT_BYTES);
    pthread_mutex_unlock(&translation->lock);
}

static int64_t model_int(struct translation *translation, const struct script *script,
                         const char *name, int64_t value)
{
    const struct directory *directory = directory_of(translation, script, name);

    if (is_time(name))
        return value == 0 || value == INT64_MAX ? value : value - translation->shift_us;
    if (directory == NULL)
        return value;
    return look_up(directory->engine_ids, directory->numbers, directory->count, value, -value);
}

struct rows translate_out(struct translation *translation, const struct store_job *job,
                          struct arena *arena)
{
    const struct script *script = job->script;
    struct rows rows = {.script = script, .arena = arena};

    pthread_mutex_lock(&translation->lock);
    for (unsigned i = 0; i < job->row_count; i++) {
        char *row = rows_add(&rows);

        memcpy(row, store_row(job, script, i), script->row_size);
        for (unsigned n = 0; n < script->out_count; n++) {
            const struct script_field *field = &script->out[n];

            if (field->type == SCRIPT_INT)
                *int_at(row, field) =
                    model_int(translation, script, field->name, *int_at(row, field));
            else
                *slice_at(row, field) = model_name(translation, field, *slice_at(row, field));
        }
        /* The entry of an audit has an id that nobody is told. */
        if (script == &script_export_account &&
            ((struct export_account_row *)(void *)row)->kind == 3)
            ((struct export_account_row *)(void *)row)->item_id = 0;
    }
    pthread_mutex_unlock(&translation->lock);
    return rows;
}
