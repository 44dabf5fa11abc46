import { until } from '../../harness/wait.js'
import { SHARED } from '../dags.js'
import type { Site } from '../site.js'

const ATTEMPT = '999999.1'
const UNIT = 'attached-task'

/**
 * What Longshore does not do: a task that is an attached `docker run` of a unit. Then what an upgrade does to a unit is done to it. It is given
 * everything by which the checks know a task, so that they would say nothing if nothing had happened to it.
 */
export async function attachedTask(site: Site, node: string): Promise<void> {
  const work = `echo start ${ATTEMPT} >> /proof/ledger; i=0; while [ $i -lt 600 ]; do i=$((i+1)); echo beat $i; sleep 1; done; echo end ${ATTEMPT} >> /proof/ledger; echo end $i`
  await site.sh(node, `cat > /run/${UNIT}.sh <<'END'
exec docker run --name ${UNIT}-$$ --init --network none --label longshore.attempt=${ATTEMPT} -v ${SHARED}:/proof $(docker images -q | head -n 1) sh -c '${work}'
END
    systemd-run --quiet --unit=${UNIT} -p Restart=no /bin/sh /run/${UNIT}.sh`)
  const containers = async (status: string): Promise<string[]> => (await site.sh(node, `docker ps -aq --filter label=longshore.attempt=${ATTEMPT} --filter status=${status}`)).split('\n').filter(line => line !== '')
  await until(async () => (await containers('running')).length === 1, { timeout: 60_000, interval: 300, describe: 'the attached task to run' })
  await site.sh(node, `systemctl stop ${UNIT}`)
  await until(async () => (await containers('exited')).length === 1, { timeout: 60_000, interval: 300, describe: 'the attached task to be gone with its unit' })
}
