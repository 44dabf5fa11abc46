import { InvalidArgumentError, type Command } from 'commander'
import { formatDuration, parseDuration } from '../../../shared/time/duration.js'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'
import { noteWhenUntold } from './note-when-untold.js'

export function define(command: Command): void {
  command
    .argument('<worker>', 'its name, its id, or the beginning of its id')
    .option('--deadline <duration>', 'longest time that its tasks have, such as 30m', readDuration)
    .option('--stop-tasks', 'stop what still runs at the deadline, to be run elsewhere; else it runs on for the next process')
    .option('--json', 'print the worker')
    .addHelpText('after', `
It takes nothing new, lets its tasks end, waits until everything of them is put away, and ends with exit code 0. A process
that is started later works as usual.`)
    .action(async (name: string, { deadline, stopTasks, json }: { deadline?: number; stopTasks?: boolean; json?: boolean }) => {
      if (stopTasks === true && deadline === undefined) command.error('error: --stop-tasks needs a --deadline')
      const wanted = await on(command, 'workers', port => port.drain(name, { deadline: deadline ?? null, then: stopTasks === true ? 'stop' : 'detach' }))
      if (json === true) return printJson(wanted)
      const until = deadline === undefined ? 'when its tasks have ended' : `when its tasks have ended, after ${formatDuration(deadline)} at the latest`
      print(`Worker ${wanted.name} takes nothing new and ends ${until}; it has ${wanted.active} now.`)
      noteWhenUntold(wanted.told)
    })
}

function readDuration(text: string): number {
  try {
    return parseDuration(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}
