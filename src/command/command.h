/*
 * command: what `domofon WORD ...` does; one file a command, one table.
 */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include "base/settings.h"
#include "store/store.h"

/* Exit statuses: done, could not be done, called wrongly. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct command {
    const char *name;
    const char *arguments; /* for help */
    const char *help;      /* NULL: not for people */
    /* argv[0] is the command's name. Prints for itself; gives the exit status. */
    int (*run)(int argc, char **argv);
};

extern const struct command command_table[];
extern const size_t command_count;

int command_account(int argc, char **argv);
int command_avatar_worker(int argc, char **argv);
int command_config(int argc, char **argv);
int command_copy(int argc, char **argv);
int command_health(int argc, char **argv);
int command_help(int argc, char **argv);
int command_import(int argc, char **argv);
int command_migrate(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_version(int argc, char **argv);

/* What is common to all commands' lines. */
struct options {
    struct settings *settings;
    bool json;               /* --json */
    const char *role;        /* --role NAME */
    const char *after;       /* --after ID */
    const char *from;        /* --from URL */
    const char *to;          /* --to URL */
    bool verify;             /* --verify */
    const char *dialect;     /* --dialect NAME */
    const char *dsn;         /* --dsn URL */
    bool dry_run;            /* --dry-run */
    const char *table;       /* --table NAME */
    const char *report;      /* --report FILE */
    const char *columns[32]; /* --column FIELD=NAME, as often as given */
    size_t column_count;
    const char *words[8]; /* what is no option, in order */
    int word_count;
};

/*
 * Reads the settings (file, environment) and the command line, later ones winning, and checks them.
 * argv[0] is the command's name: an option that it (or its subcommand, the first word) does not
 * have is refused. False: the reason is on standard error; exit with EXIT_USAGE. Free with
 * options_free either way.
 */
MUST_CHECK bool options_read(struct options *options, int argc, char **argv);
void options_free(struct options *options);

/* Prints the options that are not of one command alone, for help. */
void options_help(void);

/* settings_set that complains itself. */
MUST_CHECK bool options_set(struct settings *settings, const char *name, const char *value,
                            const char *source);

/* "domofon: ..." on standard error. */
void command_complain(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
