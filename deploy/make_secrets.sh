#!/bin/sh
# Makes the master key and the passwords of the database's roles, once. compose.yaml runs it.
#
#   make_secrets.sh FOLDER
#
# Each reader has a folder of its own in FOLDER and sees no other's:
#
#   postgres/superuser, postgres/owner, postgres/serve   passwords, for the database to set
#   owner/pgpass                                         the owner's, for `domofon migrate`
#   node/pgpass, node/domofon.key                        the serving role's, and the master key
#
# What is there stays: to give a role a new password, remove its pgpass and run this, and then
# postgres/roles.sql (docs/deploying.md).
set -eu
umask 077
cd "$1"

# As in the images: the user domofon of ours, and postgres of PostgreSQL's.
domofon=10001
postgres=999

# 32 random bytes, base64url without padding: the form of a key file.
random()
{
    head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'
}

# Makes the file $1 of the words $2, for the user $3. Whole or not at all: it is renamed at the end.
make()
{
    printf '%s\n' "$2" >"$1.new"
    chown "$3:$3" "$1.new"
    sync "$1.new"
    mv "$1.new" "$1"
}

mkdir -p postgres owner node
[ -e postgres/superuser ] || make postgres/superuser "$(random)" $postgres
[ -e node/domofon.key ] || make node/domofon.key "$(random)" $domofon
for pair in owner:owner serve:node; do
    role=${pair%:*}
    folder=${pair#*:}
    if [ ! -e "$folder/pgpass" ]; then
        password=$(random)
        make "postgres/$role" "$password" $postgres
        make "$folder/pgpass" "*:*:*:domofon_$role:$password" $domofon
    fi
done
chown $postgres:$postgres postgres
chown $domofon:$domofon owner node
