#include "pg_tool.h"

#include "tool.h"

PGconn *pg_open(const char *url)
{
    PGconn *conn = PQconnectdb(url);

    if (PQstatus(conn) != CONNECTION_OK)
        die("%s", PQerrorMessage(conn));
    return conn;
}

PGresult *pg_rows(PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_COPY_IN)
        die("%s: %s", sql, PQerrorMessage(conn));
    return result;
}

void pg_exec(PGconn *conn, const char *sql)
{
    PQclear(pg_rows(conn, sql));
}
