#include "shared/db/database.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/file.h"
#include "shared/base/memory.h"
#include "shared/db/connection.h"
#include "shared/settings.h"

enum { PASSWORD_MAX = 4096 };

static const struct {
    const char *name;
    int parameters;
    const char *text;
} statements[STATEMENT_COUNT] = {
#define STATEMENT(id, parameters, text) [STATEMENT_##id] = {#id, parameters, text},
#include "shared/db/statements.def"
};

int database_parameter_count(enum statement statement)
{
    return statements[statement].parameters;
}

const char *database_statement_name(enum statement statement)
{
    return statement < STATEMENT_COUNT ? statements[statement].name : "session";
}

const char *database_statement_text(enum statement statement)
{
    return statements[statement].text;
}

/* libpq prints notices to standard error, past the log's escaping. */
static void drop_notice(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

bool database_session_begin(PGconn *connection)
{
    PQsetNoticeReceiver(connection, drop_notice, NULL);
    return PQsetnonblocking(connection, 1) == 0;
}

/* A daemon that sleeps forever must not make every writer NOTIFY: a listening session that
 * sends nothing for 10 s is ended by the server. */
const char *database_session_text(bool listens)
{
    return listens ? "select pg_catalog.set_config('statement_timeout', '5s', false),"
                     " pg_catalog.set_config('idle_session_timeout', '10s', false)"
                   : "select pg_catalog.set_config('statement_timeout', '5s', false)";
}

/* libpq's own message about a malformed url repeats parts of it, the password perhaps. */
static bool is_good_url(const char *url)
{
    if (strchr(url, '=') == NULL && strstr(url, "://") == NULL)
        return true; /* a database's name */
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    PQconninfoFree(options);
    return options != NULL;
}

struct database *database_create(const struct settings *settings, const char *application_name)
{
    struct database *database = memory_allocate(sizeof *database);
    database->url = memory_copy_text(settings->database_url);
    database->user = memory_copy_text(settings->database_user);
    database->password_file = memory_copy_text(settings->database_password_file);
    database->application_name = memory_copy_text(application_name);
    database->url_is_good = is_good_url(database->url);
    return database;
}

void database_free(struct database **database)
{
    if (database == NULL || *database == NULL)
        return;
    struct database *gone = *database;
    database_close(gone);
    PQclear(gone->result);
    PQfinish(gone->connection);
    free(gone->url);
    free(gone->user);
    free(gone->password_file);
    free(gone->application_name);
    free(gone->listen_channel);
    free(gone->pending);
    free(gone);
    *database = NULL;
}

static void add(struct database_parameters *parameters, const char *keyword, const char *value)
{
    size_t count = 0;
    while (parameters->keywords[count] != NULL)
        count++;
    parameters->keywords[count] = keyword;
    parameters->values[count] = value;
}

/* What stands before dbname may be overridden by the url, what stands behind it overrides the
 * url. */
bool database_parameters_init(struct database_parameters *parameters,
                              const struct database *database, const char **why)
{
    *parameters = (struct database_parameters){0};
    if (!database->url_is_good) {
        *why = "DATABASE_URL is malformed";
        return false;
    }
    if (database->password_file[0] != '\0') {
        parameters->password = file_read_secret(database->password_file, PASSWORD_MAX);
        if (parameters->password == NULL) {
            *why = "DATABASE_PASSWORD_FILE cannot be read";
            return false;
        }
    }
    add(parameters, "connect_timeout", "3");
    add(parameters, "keepalives_idle", "10");
    add(parameters, "keepalives_interval", "5");
    add(parameters, "keepalives_count", "3");
    add(parameters, "tcp_user_timeout", "10000");
    add(parameters, "dbname", database->url);
    if (database->user[0] != '\0')
        add(parameters, "user", database->user);
    if (parameters->password != NULL)
        add(parameters, "password", parameters->password);
    add(parameters, "application_name", database->application_name);
    add(parameters, "client_encoding", "UTF8");
    return true;
}

void database_parameters_deinit(struct database_parameters *parameters)
{
    if (parameters->password != NULL)
        explicit_bzero(parameters->password, strlen(parameters->password));
    free(parameters->password);
}
