#include "api/account_json.h"

#include <stdio.h>

#include "api/avatar_call.h"

void account_avatar_json(struct json *json, const char *name, struct slice hash)
{
    char url[sizeof("/avatars/") + AVATAR_HASH_DIGITS];

    if (slice_is_absent(hash)) {
        jsonw_null(json, name);
        return;
    }
    (void)snprintf(url, sizeof(url), ACCOUNT_AVATAR_URL, SLICE_ARG(hash));
    jsonw_cstr(json, name, url);
}

void account_json(struct json *json, const char *name, const struct account_part *account)
{
    if (name == NULL)
        jsonw_object(json);
    else
        jsonw_object_in(json, name);
    jsonw_id(json, "id", account->id);
    jsonw_str(json, "phone", account->phone);
    jsonw_str(json, "email", account->email);
    jsonw_str(json, "first_name", account->first_name);
    jsonw_str(json, "last_name", account->last_name);
    jsonw_str(json, "city", account->city);
    jsonw_str(json, "telegram_id", account->telegram_id);
    account_avatar_json(json, "avatar_url", account->avatar);
    jsonw_str(json, "locale", account->locale);
    jsonw_str(json, "role", account->role);
    jsonw_str(json, "invite_code", account->invite_code);
    if (slice_is_absent(account->inviter_code)) {
        jsonw_null(json, "invited_by");
    } else {
        jsonw_object_in(json, "invited_by");
        jsonw_str(json, "invite_code", account->inviter_code);
        jsonw_time(json, "activated_at", account->invited_us);
        jsonw_end(json);
    }
    jsonw_time(json, "created_at", account->created_us);
    jsonw_end(json);
}
