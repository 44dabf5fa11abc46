import { spawnSync } from 'node:child_process'
import { Command } from 'commander'
import { expect, it } from 'vitest'
import { COMMANDS } from '../commands.js'
import { buildProgram } from '../program.js'
import { describeProgram, flatten, type CommandText } from './command-text.js'
import { manPage } from './man-page.js'
import { completionScript } from './shells.js'

const program: CommandText = await describeProgram(buildProgram(), COMMANDS, new Command())

/** What bash would offer for these words, the last of which is being typed. */
function complete(...words: string[]): string[] {
  const line = ['longshore', ...words]
  const script = `${completionScript('bash', program)}\nCOMP_WORDS=("$@"); COMP_CWORD=${line.length - 1}; _longshore; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...line], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.trim().split('\n')
}

it('knows every command with its options', () => {
  const all = flatten(program)
  expect(all.map(({ path }) => path)).toEqual(expect.arrayContaining(['worker', 'dags trigger', 'workers drain', 'completion', 'manual']))
  expect(all.filter(({ path, summary }) => path !== '' && summary === '')).toEqual([])
  expect(all.find(({ path }) => path === 'worker')?.options.map(({ long }) => long)).toContain('--queues')
})

it('bash completes commands, commands of a group, and options behind other options', () => {
  expect(complete('wor')).toEqual(['worker', 'workers'])
  expect(complete('--json', 'dags', 'tri')).toEqual(['trigger'])
  expect(complete('dags', 'trigger', '--wa')).toEqual(['--wait'])
  expect(complete('dags', 'trigger', '--database')).toEqual(['--database-url'])
})

it('a manual page has every command, and nothing of what it says is taken for a request', () => {
  const page = manPage(program, { version: '1.2.3', date: new Date(0) })
  expect(page).toContain('.TH LONGSHORE 1 "1970-01-01" "Longshore 1.2.3"')
  for (const { path, commands } of flatten(program)) if (path !== '' && commands.length === 0) expect(page).toContain(`.SS "longshore ${path.replaceAll('-', '\\-')}`)
  const requests = page.split('\n').filter(line => /^[.']/.test(line)).map(line => line.split(' ')[0])
  expect(new Set(requests)).toEqual(new Set(['.TH', '.SH', '.SS', '.B', '.RI', '.BR', '.TP', '.PP']))
})
