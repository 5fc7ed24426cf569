#!/bin/sh
# Makes what is secret, once, in deploy/secrets; what is there already stays. Keep a copy of the folder in a safe place.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
cd secrets
word() { openssl rand -hex "$1"; }
[ -e database_password ] || printf %s "$(word 24)" > database_password
[ -e photocheck_database_url ] || \
  printf 'postgresql://photocheck:%s@database/photocheck' "$(cat database_password)" > photocheck_database_url
[ -e photocheck_master_keys ] || printf 'k1:%s' "$(openssl rand -base64 32)" > photocheck_master_keys
[ -e photocheck_admin_password ] || printf %s "$(word 12)" > photocheck_admin_password
if [ ! -e s3.json ]; then
  id=$(word 10); key=$(word 20)
  printf '{"identities": [{"name": "photocheck", "credentials": [{"accessKey": "%s", "secretKey": "%s"}],
    "actions": ["Read:photocheck", "Write:photocheck", "List:photocheck"]}]}\n' "$id" "$key" > s3.json
  printf 'AWS_ACCESS_KEY_ID=%s\nAWS_SECRET_ACCESS_KEY=%s\n' "$id" "$key" > api.env
fi
chmod 644 photocheck_* database_password s3.json  # containers read them as other users; the folder itself is closed
echo "The first administrator is \"admin\"; the password is in deploy/secrets/photocheck_admin_password."
