#!/bin/bash
# node.sh create|destroy: a node of the local environment, which is a Docker container that boots systemd and runs a Docker of its own.
# Terraform calls it; its settings are variables.
#   create   NAME NETWORK IMAGE PROVISION SETTINGS; for a node with Longshore also DEB. LOGS is a volume that nodes share. Optional: PUBLISH
#            (127.0.0.1:8080:8080), DAGS (a directory), CONTROL (whose public keys it trusts), TASK_IMAGES (archives for its Docker)
#   destroy  NAME POOL. A worker's tasks are waited for, however long they take; LONGSHORE_DRAIN=no does not wait, and ends them.
set -euo pipefail

say() { echo "node $NAME: $*"; }
inside() { docker exec "$NAME" "$@"; }

create() {
  # What an attempt that was interrupted has left.
  docker rm -f -v "$NAME" > /dev/null 2>&1 || true
  local options=()
  [ -z "${PUBLISH:-}" ] || options+=(-p "$PUBLISH")
  [ -z "${DAGS:-}" ] || options+=(-v "$DAGS:/var/lib/longshore/dags:ro")
  # Not --privileged, which fails where the machine itself lacks a capability. An anonymous volume for Docker: overlay does not lie on overlay.
  docker run -d --name "$NAME" --hostname "$NAME" --network "$NETWORK" --label "longshore.environment=$NETWORK" \
    --cap-add SYS_ADMIN --cap-add NET_ADMIN --cap-add SYS_PTRACE --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
    --security-opt systempaths=unconfined --device-cgroup-rule='a *:* rwm' --cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup:rw \
    --tmpfs /run:exec --tmpfs /run/lock --tmpfs /tmp:exec -v /var/lib/docker -v "$LOGS:/var/lib/longshore/logs" -e container=docker --stop-signal SIGRTMIN+3 \
    "${options[@]}" "$IMAGE" /bin/sh -c 'mount --make-rshared / && exec /lib/systemd/systemd' > /dev/null
  booted
  docker cp "$PROVISION" "$NAME:/root/provision.sh" > /dev/null
  if [ -n "${DEB:-}" ]; then docker cp "$DEB" "$NAME:/root/longshore.deb" > /dev/null; fi
  if [ -n "${CONTROL:-}" ]; then
    inside mkdir -p /etc/longshore/keys/trusted
    docker exec "$CONTROL" tar -C /etc/longshore/keys/trusted -c . | docker exec -i "$NAME" tar -C /etc/longshore/keys/trusted -x
  fi
  printf '%s\n' "$SETTINGS" | docker exec -i "$NAME" sh -c 'umask 077; cat > /root/node.settings'
  inside bash /root/provision.sh /root/node.settings
  local archive
  for archive in ${TASK_IMAGES:-}; do docker exec -i "$NAME" docker load -q < "$archive"; done
  say 'is ready'
}

# systemd answers some moments after its container has started.
booted() {
  local deadline=$((SECONDS + 120)) state
  until state=$(inside systemctl is-system-running 2> /dev/null) || [ "$state" = degraded ]; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      say "systemd has not come up: ${state:-no answer}"
      docker logs --tail 20 "$NAME"
      return 1
    fi
    sleep 0.3
  done
}

destroy() {
  docker inspect "$NAME" > /dev/null 2>&1 || return 0
  if [ -n "${POOL:-}" ] && [ "${LONGSHORE_DRAIN:-yes}" != no ] && [ "$(docker inspect -f '{{.State.Running}}' "$NAME")" = true ]; then
    say 'takes nothing new; its tasks are waited for'
    inside systemctl start "longshore-drain@$POOL.service" || {
      say "did not drain: docker exec $NAME journalctl -u longshore-worker@$POOL. LONGSHORE_DRAIN=no removes it with what it runs."
      return 1
    }
  fi
  docker rm -f -v "$NAME" > /dev/null
  # Control groups may be shared with the host: what the node's Docker left there goes, unless somebody uses it.
  rmdir /sys/fs/cgroup/{,*/}{docker,longshore-tasks.slice} 2> /dev/null || true
  say 'is gone'
}

"$1"
