#!/bin/bash
# Writes a node's secrets and trusted keys from AWS below /etc/longshore, for systemd's LoadCredential. A timer runs it every minute: RDS changes
# its password by itself. What uses a secret that changed is restarted, which interrupts no task and refuses no request.
# Its settings are in /etc/longshore/aws.env: PARAMETERS, REDIS_HOST, REDIS_SECRET, on control nodes DATABASE_HOST, DATABASE_SECRET, DATABASE_OPTIONS, SIGNING_KEY_SECRET.
set -euo pipefail
umask 077

etc=/etc/longshore
# shellcheck disable=SC1091
. "$etc/aws.env"
changed=()

# take NAME VALUE: nothing is left half written, and nothing empty replaces what was good.
take() {
  local path=$etc/$1
  [ -n "$2" ] || { echo "longshore-credentials: $1 is empty" >&2; return 1; }
  if [ "$(cat "$path" 2>/dev/null)" = "$2" ]; then return; fi
  mkdir -p "$(dirname "$path")"
  printf '%s\n' "$2" > "$path.draft"
  mv "$path.draft" "$path"
  changed+=("$1")
}

secret() { aws secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text; }

# A password may hold what a URL may not.
encode() { jq -rn --arg text "$1" '$text | @uri'; }

take credentials/redis-url "rediss://:$(encode "$(secret "$REDIS_SECRET")")@$REDIS_HOST:6379"

if [ -n "${DATABASE_SECRET:-}" ]; then
  # Who signs the certificates of RDS is in no system's store.
  if [ ! -e "$etc/rds.pem" ]; then
    curl -sSf --retry 5 -o "$etc/rds.pem.draft" https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem
    chmod 644 "$etc/rds.pem.draft"
    mv "$etc/rds.pem.draft" "$etc/rds.pem"
  fi
  login=$(secret "$DATABASE_SECRET")
  take credentials/database-url "mysql://$(encode "$(jq -er .username <<< "$login")"):$(encode "$(jq -er .password <<< "$login")")@$DATABASE_HOST:3306/longshore${DATABASE_OPTIONS:-}"
  take keys/signing.key "$(secret "$SIGNING_KEY_SECRET")"
fi

# Public, and read again as the worker runs: nothing is restarted for them.
mkdir -p "$etc/keys/trusted"
chmod 755 "$etc/keys" "$etc/keys/trusted"
keys=$(aws ssm get-parameter --name "$PARAMETERS/trusted-keys" --query Parameter.Value --output text)
jq -r 'keys[]' <<< "$keys" | while read -r name; do
  draft=$(mktemp "$etc/keys/XXXXXX")
  jq -er --arg name "$name" '.[$name]' <<< "$keys" > "$draft"
  chmod 644 "$draft"
  mv "$draft" "$etc/keys/trusted/$name.pub"
done
for file in "$etc"/keys/trusted/*.pub; do
  jq -e --arg name "$(basename "$file" .pub)" 'has($name)' <<< "$keys" > /dev/null || rm -f "$file"
done

if [ ${#changed[@]} -gt 0 ]; then
  echo "longshore-credentials: ${changed[*]}"
  systemctl try-restart --no-block longshore-scheduler.service longshore-web.service 'longshore-worker@*.service'
fi
