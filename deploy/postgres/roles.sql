-- The roles and the database of domofon. Run it as a superuser, as often as you like:
--
--   owner_password=... serve_password=... psql -X -U postgres -f deploy/postgres/roles.sql
--
-- domofon_owner owns the database and its tables: `domofon migrate up` runs as this role.
-- domofon_serve reads and writes rows, and may neither make, change nor empty a table: `domofon
-- serve` and `domofon account` run as this role. A role whose password is not given keeps what it
-- has. PostgreSQL 14 and later.
\set ON_ERROR_STOP on

SELECT 'CREATE ROLE domofon_owner LOGIN'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'domofon_owner') \gexec
SELECT 'CREATE ROLE domofon_serve LOGIN'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'domofon_serve') \gexec

\getenv owner_password owner_password
\if :{?owner_password}
ALTER ROLE domofon_owner PASSWORD :'owner_password';
\endif
\getenv serve_password serve_password
\if :{?serve_password}
ALTER ROLE domofon_serve PASSWORD :'serve_password';
\endif

SELECT 'CREATE DATABASE domofon OWNER domofon_owner ENCODING ''UTF8'' TEMPLATE template0'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'domofon') \gexec

-- Statements that PostgreSQL logs as slow would else show numbers and keys.
ALTER ROLE domofon_serve SET log_parameter_max_length = 0;
ALTER ROLE domofon_serve SET log_error_verbosity = terse;

-- Nobody else may connect.
REVOKE ALL ON DATABASE domofon FROM PUBLIC;
GRANT CONNECT ON DATABASE domofon TO domofon_serve;

\connect domofon
-- PostgreSQL 14 still lets everybody make tables here.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT CREATE, USAGE ON SCHEMA public TO domofon_owner;
GRANT USAGE ON SCHEMA public TO domofon_serve;
-- The tables there are, and those that later versions will bring.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO domofon_serve;
ALTER DEFAULT PRIVILEGES FOR ROLE domofon_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO domofon_serve;
