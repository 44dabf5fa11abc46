import type { Command } from 'commander'
import { bytesText } from '../../../shared/bytes.js'
import { DockerApi, reasonOf } from '../../../worker/executors/docker/docker-api.js'
import { removeThing } from '../../../worker/executors/docker/docker-things.js'
import type { HostRemain } from '../../../worker/reaper/host-remains.js'
import { EXIT } from '../../exit.js'
import { readHostRemains } from '../../host-remains.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable, type Column } from '../../output/table.js'
import { iso, shownDuration } from '../../output/time.js'
import { clientSettings } from '../../settings.js'

interface Options {
  readonly host?: boolean
  readonly worker?: readonly string[]
  readonly all?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

const COLUMNS: readonly Column<HostRemain>[] = [
  { title: 'KIND', value: ({ thing }) => thing.kind },
  { title: 'NAME', value: ({ thing }) => thing.name },
  { title: 'WORKER', value: ({ thing }) => thing.worker.slice(0, 8) },
  { title: 'ATTEMPT', value: ({ thing }) => thing.attempt },
  { title: 'STATE', value: ({ thing }) => thing.state },
  { title: 'AGE', value: ({ thing }) => shownDuration(Date.now() - thing.createdAt), align: 'right' },
  { title: 'SIZE', value: ({ thing }) => (thing.bytes === null ? null : bytesText(thing.bytes)), align: 'right' },
  { title: 'REAP', value: ({ verdict }) => (verdict.isRemovable ? 'yes' : 'no'), colour: ({ verdict }) => (verdict.isRemovable ? 'yellow' : null) },
  { title: 'BECAUSE', value: ({ verdict }) => verdict.why },
]

export function define(command: Command): void {
  command
    .option('--host', 'on the Docker of this host; must be given, as it concerns every worker that has used it')
    .option('--worker <id>', 'a worker that is gone for good although this Redis does not know it: the beginning of its id; may be repeated', (id: string, before: readonly string[] = []) => [...before, id])
    .option('--all', 'list what stays as well')
    .option('--dry-run', 'remove nothing, as without --yes')
    .option('--yes', 'remove it')
    .option('--docker-host <url>', 'unix:///… or tcp://…; default: DOCKER_HOST, else the usual socket')
    .option('--json', 'print an array of {kind, id, name, worker, attempt, queue, state, created, bytes, reap, because, removed}')
    .addHelpText('after', `
Workers remove what is their own by themselves. This is for a host on which a worker will never start again: nobody comes for its
containers, whatever they still do.`)
    .action(async ({ host, worker, all, dryRun, yes, json }: Options) => {
      if (host !== true) command.error('error: say --host: it looks at everything that workers have made on the Docker of this host')
      if (yes === true && dryRun === true) command.error('error: --yes and --dry-run exclude each other')
      const { config } = clientSettings(command)
      const docker = new DockerApi(config.dockerHost)
      const found = await readHostRemains(config, docker, { sizes: true, ...(worker !== undefined && { named: worker }) })
      const removable = found.filter(({ verdict }) => verdict.isRemovable)
      const failures = yes === true ? await removeAll(docker, removable) : new Map<HostRemain, string>()
      if (failures.size > 0) process.exitCode = EXIT.failed
      if (json === true) return printJson(found.map(remain => view(remain, yes === true && remain.verdict.isRemovable && !failures.has(remain))))
      const shown = all === true ? found : removable
      if (shown.length > 0) print(renderTable(COLUMNS, shown))
      for (const [{ thing }, why] of failures) note(`${thing.kind} ${thing.name} cannot be removed: ${why}`)
      const kept = found.length - removable.length
      const others = kept === 0 ? '' : ` ${kept} of others stay${all === true ? '' : '; --all lists them with the reason'}.`
      if (removable.length === 0) note(`There is nothing to reap.${others}`)
      else if (yes === true) note(`${removable.length - failures.size} removed.${others}`)
      else note(`Nothing was removed: --yes removes ${removable.length === 1 ? 'it' : `all ${removable.length}`}.${others}`)
    })
}

/** Containers first: networks and volumes may be theirs. */
async function removeAll(docker: DockerApi, remains: readonly HostRemain[]): Promise<Map<HostRemain, string>> {
  const failures = new Map<HostRemain, string>()
  for (const remain of [...remains].sort((a, b) => a.thing.kind.localeCompare(b.thing.kind))) {
    await removeThing(docker, remain.thing).catch((error: unknown) => failures.set(remain, reasonOf(error)))
  }
  return failures
}

const view = ({ thing, verdict }: HostRemain, removed: boolean) => ({
  kind: thing.kind, id: thing.id, name: thing.name, worker: thing.worker, attempt: thing.attempt, queue: thing.queue, state: thing.state,
  created: iso(thing.createdAt), bytes: thing.bytes, reap: verdict.isRemovable, because: verdict.why, removed,
})
