import { InvalidArgumentError, type Command } from 'commander'
import { Database } from '../../../shared/database/database.js'
import { checkSchema } from '../../../shared/database/migrate.js'
import { LongshoreError } from '../../../shared/errors.js'
import { createLog } from '../../../shared/log.js'
import { knownWorkers } from '../../../shared/operations/workers.js'
import { PLAIN_NAME } from '../../../shared/protocol/keys.js'
import { parseDuration } from '../../../shared/time/duration.js'
import { readBacklog } from '../../../scheduler/observe/read-backlog.js'
import { countFromZero, countUpTo } from '../../count-option.js'
import { Autoscaler, runCommand } from '../../node/autoscaler.js'
import { runService } from '../../run-service.js'
import { clientSettings } from '../../settings.js'

interface Options {
  readonly pool: string
  readonly min: number
  readonly max: number
  readonly aim: number
  readonly command: string
  readonly every: number
  readonly warmup: number
  readonly calm: number
}

export function define(command: Command): void {
  command
    .requiredOption('--pool <name>', 'the pool of machines (workerPool)', readPool)
    .requiredOption('--min <n>', 'fewest nodes', countFromZero)
    .requiredOption('--max <n>', 'most nodes', countUpTo(1_000))
    .requiredOption('--command <text>', 'what brings the pool to a number of nodes, which stands for {nodes} in it')
    .option('--aim <n>', 'tasks that wait or run, for each slot', readAim, 1)
    .option('--every <duration>', 'how often it looks', readDuration, 10_000)
    .option('--warmup <duration>', 'how long growing waits for nodes that were added before', readDuration, 120_000)
    .option('--calm <duration>', 'how long there are too many before one goes', readDuration, 300_000)
    .addHelpText('after', `
For machines that are in no autoscaling group: longshore node autoscale --pool etl --min 1 --max 4 --command 'terraform apply -auto-approve -var nodes={nodes}'
The command settles which node goes, and has it drained first, as terraform/environments/local does.`)
    .action(async ({ pool, min, max, aim, command: text, every, warmup, calm }: Options) => {
      if (min > max) throw new LongshoreError('LS_USAGE', '--min is more than --max')
      const { config } = clientSettings(command)
      const log = createLog(config.logLevel, 'autoscale')
      const database = new Database(config.databaseUrl, 2)
      await database.check()
      await checkSchema(database)
      const read = async () => {
        const backlog = (await readBacklog(database)).find(one => one.pool === pool)
        const hosts = (await knownWorkers(database)).filter(({ status, facts }) => status === 'online' && facts.pool === pool && facts.draining !== true).map(({ facts }) => facts.host)
        return { perSlot: backlog?.perSlot ?? 0, nodes: new Set(hosts).size }
      }
      const scaler = new Autoscaler({ read, apply: nodes => runCommand(text, nodes), bounds: { min, max, aim }, times: { every, warmup, calm }, log })
      await runService({ name: scaler.name, start: () => scaler.start(), stop: async () => { await scaler.stop(); await database.close() } }, log)
    })
}

function readPool(text: string): string {
  if (!PLAIN_NAME.test(text)) throw new InvalidArgumentError('It is no name of a pool.')
  return text
}

function readAim(text: string): number {
  const aim = Number(text)
  if (!(aim > 0)) throw new InvalidArgumentError('It must be a number above 0.')
  return aim
}

function readDuration(text: string): number {
  try {
    return parseDuration(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}
