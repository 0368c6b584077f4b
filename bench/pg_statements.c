/*
 * pg_statements: the statements of a script, the very text the server runs on PostgreSQL, as a
 * script for pgbench: one transaction, each parameter a variable of its name, with its type. A
 * script of one statement is left without BEGIN and END: it is a transaction anyway.
 *
 * usage: pg_statements SCRIPT [ABSENT]...
 *
 * ABSENT are texts that are NULL, which no variable of pgbench can be: there `-` is.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/scripts.h"
#include "tool.h"

static const struct script *find_script(const char *name)
{
    for (unsigned i = 0; i < script_count; i++) {
        if (strcmp(script_all[i]->name, name) == 0)
            return script_all[i];
    }
    die("there is no script '%s'", name);
}

static const char *type_name(enum script_type type)
{
    switch (type) {
    case SCRIPT_INT:
        return "int8";
    case SCRIPT_TEXT:
        return "text";
    case SCRIPT_BYTES:
        break;
    }
    return "bytea";
}

static bool is_absent(const char *name, char *const *absent)
{
    while (*absent != NULL) {
        if (strcmp(*absent++, name) == 0)
            return true;
    }
    return false;
}

static void write_statement(const struct script *script, const struct script_statement *statement,
                            char *const *absent)
{
    const char *at = statement->text;

    while (*at != '\0') {
        const struct script_field *field;

        if (*at != '$' || !isdigit((unsigned char)at[1])) {
            (void)putchar(*at++);
            continue;
        }
        field = &script->in[statement->params[strtoul(at + 1, NULL, 10) - 1]];
        if (is_absent(field->name, absent))
            (void)printf("NULLIF(:%s::text, '-')", field->name);
        else
            (void)printf(":%s::%s", field->name, type_name(field->type));
        at += 1 + strspn(at + 1, "0123456789");
    }
    (void)printf(";\n");
}

int main(int argc, char **argv)
{
    const struct script *script;
    bool several;

    if (argc < 2)
        die("usage: pg_statements SCRIPT [ABSENT]...");
    script = find_script(argv[1]);
    several = script->statement_count > 1 || script->lock != NULL;
    if (several)
        (void)printf("BEGIN;\n");
    if (script->lock != NULL)
        write_statement(script, script->lock, argv + 2);
    for (unsigned s = 0; s < script->statement_count; s++)
        write_statement(script, &script->statements[s], argv + 2);
    if (several)
        (void)printf("END;\n");
    return 0;
}
