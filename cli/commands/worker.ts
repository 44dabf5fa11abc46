import type { Command } from 'commander'
import { Worker } from '../../worker/worker.js'
import type { WorkerStatus } from '../../worker/worker-status.js'
import { serve } from '../serve.js'
import { serviceSettings } from '../settings.js'
import { whyNotReady } from '../standalone/why-not-ready.js'
import { imageOption, queueOption } from './worker-options.js'

const inWords = ({ active, slots, draining, queues }: WorkerStatus): string =>
  `${draining ? 'draining; ' : ''}${active} ${active === 1 ? 'task' : 'tasks'} in ${slots.total} slots; queues ${queues.join(', ')}`

export function define(command: Command): void {
  command
    .addOption(queueOption('queues to serve, with commas between them'))
    .option('--concurrency <n>', 'tasks that run at once, over all of its queues')
    .option('--name <name>', 'name to show; default: the name of the host')
    .addOption(imageOption())
    .option('--allow-process', 'run tasks of kind process too: commands on this very machine')
    .option('--docker-host <url>', 'unix:///… or tcp://…; default: DOCKER_HOST, else the usual socket')
    .option('--noop', 'run nothing and let every task succeed: measures Longshore itself')
    .option('--http-port <n>', 'port for /metrics, /livez and /readyz; 0 takes any that is free')
    .option('--http-host <address>', 'address to listen on')
    .addHelpText('after', `
A worker knows only Redis, Docker and the log store. SIGTERM makes it let go of its containers: they run on, and the next
worker on the same state directory takes them over. SIGUSR2 drains it: it takes nothing new and ends when its tasks have ended; SIGPWR as well,
and has them stopped now, to be run elsewhere. SIGHUP has it read again what tasks may do here.`)
    .action(async () => {
      await serve('worker', () => serviceSettings(command).config, (config, log, registry) => {
        const worker = new Worker({ config, log, registry })
        // Not SIGUSR1, which opens Node's debugger.
        process.on('SIGUSR2', () => { worker.drain({ deadline: null, then: 'detach' }) })
        // The power goes, or what comes to the same: a spot instance is taken back in seconds.
        process.on('SIGPWR', () => { worker.drain({ deadline: 0, then: 'stop' }) })
        return {
          service: worker, ended: worker.ended, notReady: () => whyNotReady(worker.status()), stuck: () => worker.stuck(), status: () => inWords(worker.status()),
          reload: next => worker.reload(next), facts: { queues: config.queues, slots: config.concurrency },
        }
      })
    })
}
