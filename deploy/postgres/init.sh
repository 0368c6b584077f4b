#!/bin/sh
# What PostgreSQL's image runs when it has made a new cluster; the passwords are make_secrets.sh's.
set -eu
owner_password=$(cat /secrets/owner)
serve_password=$(cat /secrets/serve)
export owner_password serve_password
psql --no-psqlrc --quiet --username=postgres --dbname=postgres --file=/roles.sql
