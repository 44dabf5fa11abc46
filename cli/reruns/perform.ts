import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import type { Performed, TouchedTask } from '../../shared/operations/perform.js'
import { on } from '../installation.js'
import { stateColour } from '../output/colour.js'
import { note, print, printJson } from '../output/print.js'
import { renderTable } from '../output/table.js'
import type { Runs } from '../ports/runs.js'

export interface PerformOptions {
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

export function addPerform(command: Command): Command {
  return command
    .option('--dry-run', 'list what it would touch, and change nothing')
    .option('--yes', 'do not ask on a terminal before more than one task instance is touched')
    .option('--json', 'print {dag, dryRun, runs, tasks}')
}

/** An operation, or its dry run. */
export type Work = (runs: Runs, dryRun: boolean) => Promise<Performed>

/** Does one operation for a person: lists it, asks first where somebody can answer, and says what was done. */
export async function performFor(command: Command, { dryRun, yes, json }: PerformOptions, done: string, work: Work): Promise<void> {
  const perform = (isDryRun: boolean): Promise<Performed> => on(command, 'runs', runs => work(runs, isDryRun))
  if (dryRun === true) {
    tell(await perform(true), true, json === true, 'would be touched. Nothing was changed.')
    return
  }
  if (yes !== true && process.stdin.isTTY && process.stderr.isTTY && !(await confirm(await perform(true)))) {
    note('Nothing was changed.')
    return
  }
  tell(await perform(false), false, json === true, `${done}.`)
}

/** What touches one instance was meant; of more, somebody may not have thought. */
async function confirm({ runs, tasks }: Performed): Promise<boolean> {
  if (tasks.length <= 1 && runs.length <= 1) return true
  note(table(tasks))
  const line = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await line.question(`${count(tasks.length, 'task instance')} of ${count(runs.length, 'run')}. Go on? [y/N] `)).trim())
  } catch (error) {
    // Ctrl-C is a no too.
    if ((error as Error).name !== 'AbortError') throw error
    note('')
    return false
  } finally {
    line.close()
  }
}

function tell(performed: Performed, dryRun: boolean, json: boolean, what: string): void {
  const { dag, runs, tasks } = performed
  if (json) printJson({ dag, dryRun, runs, tasks })
  else if (tasks.length > 0) print(table(tasks))
  else if (runs.length > 0) print(runs.join('\n'))
  if (runs.length === 0) note('Nothing to do.')
  else note(`${count(tasks.length, 'task instance')} of ${count(runs.length, 'run')} ${what}`)
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

/** Where the word for programs would frighten: such an instance comes back when the list has its element again. */
const SHOWN: Readonly<Partial<Record<TouchedTask['effect'], string>>> = { removed: 'cleared, if its map has it again', deleted: 'made anew by its map' }

const table = (tasks: readonly TouchedTask[]): string => renderTable<TouchedTask>([
  { title: 'RUN', value: task => task.run },
  { title: 'TASK', value: ({ task, mapIndex }) => (mapIndex < 0 ? task : `${task}[${mapIndex}]`) },
  { title: 'STATE', value: task => task.state, colour: task => stateColour(task.state) },
  { title: 'BECOMES', value: ({ effect, atOnce }) => `${SHOWN[effect] ?? effect}${atOnce ? '' : ', once its attempt has stopped'}` },
], tasks)
