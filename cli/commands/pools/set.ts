import { InvalidArgumentError, type Command } from 'commander'
import { MOST_SLOTS } from '../../../shared/operations/pools.js'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'

const MOST_TEXT = 500

export function define(command: Command): void {
  command
    .argument('<pool>', 'name of the pool')
    .requiredOption('--slots <n>', 'how many slots it has; 0 lets nothing of it start', readSlots)
    .option('--description <text>', 'what it protects', readDescription)
    .option('--json', 'print {pool, slots, description, before}')
    .action(async (name: string, { slots, description, json }: { slots: number; description?: string; json?: boolean }) => {
      const set = await on(command, 'pools', port => port.set(name, slots, description ?? null))
      const { before } = set
      if (json === true) printJson(set)
      else if (before === null) print(`Pool ${name} is made with ${slots} slot${slots === 1 ? '' : 's'}.`)
      else print(before === slots ? `Pool ${name} has ${slots} slot${slots === 1 ? '' : 's'}, as before.` : `Pool ${name} has ${slots} slot${slots === 1 ? '' : 's'} now; it had ${before}.`)
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
