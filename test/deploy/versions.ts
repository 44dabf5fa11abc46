import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mustRun } from '../../scripts/lib/command.mjs'
import { tempDir } from '../harness/temp-dir.js'

const ROOT = join(import.meta.dirname, '../..')

export const OLD = '0.1.0'
/** Adds a column, which the version before does not know. The one that docs/operations/upgrade.md rolls out. */
export const NEW = '0.2.0'
/** Its workers never become ready. */
export const BROKEN = '0.3.0'

const MIGRATION = `import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE dags ADD COLUMN proof VARCHAR(20) NULL')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE dags DROP COLUMN proof')
}
`

/** Builds the package of a version into the folder of that name, as the release store has them. What is released later is made of changed copies of these sources. */
export async function buildVersion(store: string, version: string): Promise<string> {
  const folder = join(store, version)
  mkdirSync(folder, { recursive: true })
  const sources = version === OLD ? ROOT : await copyOf(version)
  const epoch = (await mustRun('git', ['-c', 'safe.directory=*', 'log', '-1', '--format=%ct'], { cwd: ROOT })).trim()
  const made = await mustRun(process.execPath, [join(sources, 'scripts/package.mjs'), '--out', folder, '--version', version, '--only', 'deb', '--level', '1'], { cwd: sources, env: { ...process.env, SOURCE_DATE_EPOCH: epoch } })
  return made.trim()
}

async function copyOf(version: string): Promise<string> {
  const copy = tempDir(`sources-${version}`)
  // With their times: what is built already is known by them.
  await mustRun('sh', ['-c', `tar -C "$0" --exclude=./node_modules --exclude=./.git --exclude=./.longshore --exclude=./dist/package -c . | tar -C "$1" -x && ln -s "$0/node_modules" "$1/node_modules"`, ROOT, copy])
  const change = (path: string, before: string, after: string): void => {
    const text = readFileSync(join(copy, path), 'utf8')
    if (text.split(before).length !== 2) throw new Error(`${path} is expected to hold ${before} once`)
    writeFileSync(join(copy, path), text.replace(before, after))
  }
  writeFileSync(join(copy, 'shared/database/migrations/999-proof.ts'), MIGRATION)
  change('shared/database/migrations/index.ts', '\n\nexport interface', "\nimport * as proof from './999-proof.js'\n\nexport interface")
  change('shared/database/migrations/index.ts', '\n]', "\n  { name: '999-proof', ...proof },\n]")
  if (version === BROKEN) change('worker/worker.ts', 'async start(): Promise<void> {', "async start(): Promise<void> {\n    throw new Error('this release is broken')\n")
  return copy
}
