#!/bin/bash
# Makes a Longshore node of a fresh Debian 12: the same for an instance of AWS and for a container of the local environment.
# Usage: provision.sh SETTINGS-FILE. It can be run again: it then brings the node to what the file says.
#
#   NODE_ROLES         words: scheduler, web, worker, monitoring, grafana; for trying out: data (MariaDB, Redis), keys
#   NODE_POOL          the worker's pool; its queues and slots are NODE_QUEUES and NODE_CONCURRENCY
#   NODE_PACKAGE       the .deb: a path, s3://BUCKET/KEY, or ssm:PARAMETER that holds {"bucket", "key", "sha256"}
#   NODE_SHA256        its checksum, unless a parameter holds it
#   NODE_SECRET_…      DATABASE_URL, REDIS_URL, OIDC_CLIENT_SECRET: kept in /etc/longshore/credentials; or
#   NODE_CREDENTIALS   a command that writes those files
#   NODE_REGISTRIES    registries of ECR from which images come
#   NODE_EXPORTER      no: the node has no node_exporter (port 9100)
#   NODE_READY         a command that is run when the node is ready
#   LONGSHORE_*        settings of all processes: docs/configuration.md
set -euo pipefail
umask 027
export DEBIAN_FRONTEND=noninteractive

set -a
# shellcheck disable=SC1090
. "$1"
set +a
roles=" ${NODE_ROLES:?} "
etc=/etc/longshore

say() { echo "longshore-provision: $*"; }
is() { [[ $roles == *" $1 "* ]]; }
serves() { is scheduler || is web || is worker; }

# Only what is missing: a node image that has everything needs no mirror. A mirror that is away for a minute is asked again.
packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  apt-get update -qq -o Acquire::Retries=5
  apt-get install -y -qq --no-install-recommends -o Acquire::Retries=5 -o DPkg::Lock::Timeout=600 "${missing[@]}"
}

# install_file PATH MODE < content: whole or not at all; says whether it changed.
install_file() {
  local path=$1 mode=$2 draft
  mkdir -p "$(dirname "$path")"
  draft=$(mktemp "$path.XXXXXX")
  cat > "$draft"
  chmod "$mode" "$draft"
  mv "$draft" "$path"
}

# A Docker that is restarted takes its containers with it unless live-restore is on.
docker_daemon() {
  packages docker.io
  local file=/etc/docker/daemon.json
  if [ ! -e "$file" ]; then
    printf '{\n  "live-restore": true\n}\n' | install_file "$file" 644
    systemctl restart docker
  elif ! grep -q '"live-restore": *true' "$file"; then
    say "$file does not set \"live-restore\": true: tasks would die with every restart of Docker. Add it."
    return 1
  fi
  systemctl enable --quiet --now docker
}

longshore_package() {
  local package=${NODE_PACKAGE:?} sha256=${NODE_SHA256:-} folder release
  # The folder is readable: apt fetches as a user of its own.
  folder=$(mktemp -d /var/tmp/longshore.XXXXXX)
  chmod 755 "$folder"
  if [[ $package == ssm:* ]]; then
    release=$(aws ssm get-parameter --name "${package#ssm:}" --query Parameter.Value --output text)
    package="s3://$(jq -er .bucket <<< "$release")/$(jq -er .key <<< "$release")"
    sha256=$(jq -er .sha256 <<< "$release")
  fi
  if [[ $package == s3://* ]]; then
    aws s3 cp --only-show-errors "$package" "$folder/longshore.deb"
  else
    cp "$package" "$folder/longshore.deb"
  fi
  echo "${sha256:?NODE_SHA256 is not set: nothing is installed that was not checked}  $folder/longshore.deb" | sha256sum --check --quiet -
  # What it brings as configuration is written below, whatever stood there.
  apt-get install -y -qq --no-install-recommends -o Acquire::Retries=5 -o DPkg::Lock::Timeout=600 \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold --allow-downgrades "$folder/longshore.deb"
  rm -rf "$folder"
}

# The settings of Longshore among the node's, as systemd reads them: settings FILE [NAME=VALUE]….
settings() {
  local path=$1
  shift
  { env | grep '^LONGSHORE_' | sort | sed -E 's/^([^=]+)=(.*)$/\1="\2"/'; for pair in "$@"; do echo "${pair%%=*}=\"${pair#*=}\""; done } | install_file "$path" 644
}

# Secrets that were given as settings of the node become files that systemd hands to the one unit that needs them.
secrets() {
  install -d -m 750 "$etc/credentials"
  local name value
  for name in database-url redis-url oidc-client-secret; do
    value=NODE_SECRET_$(tr a-z- A-Z_ <<< "$name")
    [ -z "${!value:-}" ] || printf '%s\n' "${!value}" | install_file "$etc/credentials/$name" 600
  done
  if [ -n "${NODE_CREDENTIALS:-}" ]; then $NODE_CREDENTIALS; fi
}

scheduler() {
  settings "$etc/scheduler.env"
  units+=(longshore-scheduler.service)
}

web() {
  settings "$etc/web.env"
  printf '[Socket]\nListenStream=\nListenStream=%s\n' "${NODE_WEB_LISTEN:-0.0.0.0:8080}" | install_file /etc/systemd/system/longshore-web.socket.d/50-node.conf 644
  units+=(longshore-web.socket longshore-web.service)
}

worker() {
  : "${NODE_POOL:?}" "${NODE_QUEUES:?}"
  docker_daemon
  local registries=()
  if [ -n "${NODE_REGISTRIES:-}" ]; then
    # Images are pulled with the role of the node; there is no password to keep.
    packages amazon-ecr-credential-helper jq
    tr ' ' '\n' <<< "$NODE_REGISTRIES" | jq -Rn '{ credHelpers: [inputs | select(. != "") | { (.): "ecr-login" }] | add }' | install_file "$etc/registry-auth.json" 644
    registries=(LONGSHORE_REGISTRY_AUTH_FILE="$etc/registry-auth.json" AWS_ECR_DISABLE_CACHE=true)
  fi
  settings "$etc/worker-$NODE_POOL.env" LONGSHORE_QUEUES="$NODE_QUEUES" LONGSHORE_CONCURRENCY="${NODE_CONCURRENCY:-16}" \
    LONGSHORE_CGROUP_PARENT=longshore-tasks.slice "${registries[@]}"
  units+=("longshore-worker@$NODE_POOL.service")
}

# For trying out: one MariaDB and one Redis, open to the network that the node is in.
data() {
  packages mariadb-server redis-server
  printf '[mysqld]\nbind-address = 0.0.0.0\ntransaction-isolation = READ-COMMITTED\ninnodb_lock_wait_timeout = 100\n' | install_file /etc/mysql/mariadb.conf.d/90-longshore.cnf 644
  printf '[Service]\nExecStart=\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd --daemonize no --bind 0.0.0.0 --protected-mode no --maxmemory-policy noeviction --appendonly yes\n' \
    | install_file /etc/systemd/system/redis-server.service.d/50-node.conf 644
  [ -d /var/lib/mysql/mysql ] || mariadb-install-db --user=mysql --skip-test-db > /dev/null
  systemctl daemon-reload
  systemctl enable --quiet mariadb redis-server
  systemctl restart mariadb redis-server
  mariadb -e "CREATE DATABASE IF NOT EXISTS longshore; CREATE USER IF NOT EXISTS 'longshore'@'%' IDENTIFIED BY '${NODE_DATABASE_PASSWORD:?}'; GRANT ALL ON longshore.* TO 'longshore'@'%'"
}

# For trying out: a key that is made here, once, and that nobody keeps safe.
keys() {
  compgen -G "$etc/keys/signing.key" > /dev/null || longshore keys generate --keys-dir "$etc/keys"
}

# Prometheus finds nodes by their tags; what it is told to alert on comes with Longshore's package, as do the dashboards.
monitoring() {
  : "${NODE_PACKAGE:?}"
  packages prometheus prometheus-alertmanager prometheus-pushgateway
  install_file /etc/prometheus/prometheus.yml 644 < "${NODE_PROMETHEUS:?}"
  promtool check config /etc/prometheus/prometheus.yml > /dev/null
  systemctl enable --quiet prometheus prometheus-alertmanager prometheus-pushgateway
  systemctl restart prometheus prometheus-alertmanager prometheus-pushgateway
}

# Debian has no Grafana.
grafana() {
  packages curl gnupg
  curl -sSf --retry 8 --retry-all-errors https://apt.grafana.com/gpg.key | gpg --dearmor --yes -o /usr/share/keyrings/grafana.gpg
  chmod 644 /usr/share/keyrings/grafana.gpg
  echo 'deb [signed-by=/usr/share/keyrings/grafana.gpg] https://apt.grafana.com stable main' | install_file /etc/apt/sources.list.d/grafana.list 644
  packages grafana
  printf 'apiVersion: 1\ndatasources:\n  - { name: Prometheus, type: prometheus, url: http://127.0.0.1:9090, isDefault: true }\n' | install_file /etc/grafana/provisioning/datasources/longshore.yaml 644
  install_file /etc/grafana/provisioning/dashboards/longshore.yaml 644 < /usr/share/doc/longshore/monitoring/grafana-dashboards.yaml
  systemctl enable --quiet grafana-server
  systemctl restart grafana-server
}

units=()
packages ca-certificates
if [ "${NODE_EXPORTER:-yes}" = yes ]; then packages prometheus-node-exporter; fi
if [[ ${NODE_PACKAGE:-} == s3://* || ${NODE_PACKAGE:-} == ssm:* ]]; then packages awscli curl jq; fi
if is data; then data; fi
if [ -n "${NODE_PACKAGE:-}" ]; then
  longshore_package
  if serves; then
    settings "$etc/node.env"
    secrets
  fi
fi
if is keys; then keys; fi
if is scheduler; then scheduler; fi
if is web; then web; fi
if is worker; then worker; fi
if is monitoring; then monitoring; fi
if is grafana; then grafana; fi
# Versions before these commands have no use for the units.
if [ -n "${NODE_PACKAGE:-}" ] && serves && longshore node lifecycle --help > /dev/null 2>&1; then units+=(longshore-lifecycle.service longshore-update.timer); fi
systemctl daemon-reload
if [ "${NODE_EXPORTER:-yes}" = yes ]; then systemctl enable --quiet --now prometheus-node-exporter; fi
if [ ${#units[@]} -gt 0 ]; then
  systemctl enable --quiet longshore.target "${units[@]}"
  # Type=notify: this returns when they are ready. What the package started before it had its settings is started again.
  systemctl restart "${units[@]}"
  systemctl start longshore.target
fi
if [ -n "${NODE_READY:-}" ]; then $NODE_READY; fi
say ready
