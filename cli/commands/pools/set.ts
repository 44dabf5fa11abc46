import { InvalidArgumentError, type Command } from 'commander'
import { MOST_SLOTS, setPool } from '../../../shared/operations/pools.js'
import { operate } from '../../operate.js'
import { print, printJson } from '../../output/print.js'
import { clientSettings } from '../../settings.js'

const MOST_TEXT = 500

export function define(command: Command): void {
  command
    .argument('<pool>', 'name of the pool')
    .requiredOption('--slots <n>', 'how many slots it has; 0 lets nothing of it start', readSlots)
    .option('--description <text>', 'what it protects', readDescription)
    .option('--json', 'print {pool, slots, description, before}')
    .action(async (name: string, { slots, description, json }: { slots: number; description?: string; json?: boolean }) => {
      const { pool, before } = await operate(clientSettings(command).config, database => setPool(database, { name, slots, description: description ?? null }))
      if (json === true) printJson({ pool: name, slots, description: pool.description, before: before?.slots ?? null })
      else if (before === null) print(`Pool ${name} is made with ${slots} slot${slots === 1 ? '' : 's'}.`)
      else print(before.slots === slots ? `Pool ${name} has ${slots} slot${slots === 1 ? '' : 's'}, as before.` : `Pool ${name} has ${slots} slot${slots === 1 ? '' : 's'} now; it had ${before.slots}.`)
    })
}

function readSlots(text: string): number {
  const slots = Number(text)
  if (text.trim() === '' || !Number.isInteger(slots) || slots < 0 || slots > MOST_SLOTS) throw new InvalidArgumentError(`It must be a whole number between 0 and ${MOST_SLOTS}.`)
  return slots
}

function readDescription(text: string): string {
  if (text.length > MOST_TEXT) throw new InvalidArgumentError(`It may have ${MOST_TEXT} characters.`)
  return text
}
