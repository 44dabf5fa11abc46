import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { DagFileOutcome } from '../../shared/dag/model.js'
import { createLog } from '../../shared/log.js'
import { tempDir } from '../../test/harness/temp-dir.js'
import { until } from '../../test/harness/wait.js'
import { DagFolder, type DagFolderOptions } from './dag-folder.js'
import { evaluateFile } from './evaluate-file.js'

const started: DagFolder[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map(folder => folder.stop()))
})

const yaml = (dag: string, image = 'i'): string => `dag: ${dag}\ntasks: { x: { image: ${image} } }\n`

/** A watched folder that writes down what it reports. */
async function watched(files: Record<string, string>, options: Partial<DagFolderOptions> = {}) {
  const directory = tempDir('dags')
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
  for (const [name, text] of Object.entries(files)) write(name, text)
  const reports: string[] = []
  const evaluated: string[] = []
  const short = (path: string): string => path.replace(`${directory}/`, '')
  const folder = new DagFolder({
    directory, log: createLog('silent', 'test'),
    evaluate: file => {
      evaluated.push(short(file))
      return evaluateFile(file, 5_000)
    },
    onOutcome: (file, outcome) => { reports.push(`${short(file)}: ${summary(outcome)}`) },
    onRemoved: file => { reports.push(`${short(file)}: removed`) },
    ...options,
  })
  started.push(folder)
  await folder.start()
  await folder.settled()
  const reported = (line: string | RegExp, timeout = 1_000): Promise<true> =>
    until(() => reports.some(report => (typeof line === 'string' ? report === line : line.test(report))), { timeout, describe: () => `${String(line)} among ${JSON.stringify(reports)}` })
  return { directory, folder, reports, evaluated, write, reported }
}
const summary = (outcome: DagFileOutcome): string =>
  outcome.ok ? outcome.dags.map(({ spec }) => `${spec.dag} ${spec.tasks[0]?.image}`).join(', ') : outcome.problems.map(({ message }) => message).join('; ')

describe('the DAG folder', () => {
  it('reports every DAG file once at the start, and nothing else', async () => {
    const { reports } = await watched({
      'a.yaml': yaml('a'), 'team/b.yml': yaml('b'), 'helper.ts': 'export const x = 1', '.hidden/c.yaml': yaml('c'), '.d.yaml': yaml('d'), 'node_modules/e.yaml': yaml('e'),
      'types.d.ts': 'x', 'f.test.ts': 'x', 'README.md': '# x', 'data.csv': 'x',
    })
    expect(reports.sort()).toEqual(['a.yaml: a i', 'helper.ts: ', 'team/b.yml: b i'])
  })

  it('reports a change well within a second', async () => {
    const { write, reported } = await watched({ 'a.yaml': yaml('a') })
    write('a.yaml', yaml('a', 'j'))
    await reported('a.yaml: a j')
    write('new/b.yaml', yaml('b'))
    await reported('new/b.yaml: b i')
  })

  it('reports the problems of a broken file and its recovery', async () => {
    const { write, reported } = await watched({ 'a.yaml': yaml('a') })
    write('a.yaml', 'dag: a\n')
    await reported("a.yaml: DAG 'a' has no tasks")
    write('a.yaml', yaml('a', 'k'))
    await reported('a.yaml: a k')
  })

  it('reports removal and renaming', async () => {
    const { directory, reported } = await watched({ 'a.yaml': yaml('a'), 'b.yaml': yaml('b') })
    unlinkSync(join(directory, 'a.yaml'))
    await reported('a.yaml: removed')
    renameSync(join(directory, 'b.yaml'), join(directory, 'c.yaml'))
    await reported('b.yaml: removed')
    await reported('c.yaml: b i')
  })

  it('evaluates a file that was saved without a change not again', async () => {
    const { write, evaluated, reported } = await watched({ 'a.yaml': yaml('a') })
    write('a.yaml', yaml('a'))
    write('b.yaml', yaml('b'))
    await reported('b.yaml: b i')
    expect(evaluated).toEqual(['a.yaml', 'b.yaml'])
  })

  it('evaluates the importers of a helper when the helper changes, and no others', async () => {
    const importer = "import { dag } from 'longshore'\nimport { image } from './lib/image.js'\nexport default dag('a', { defaults: { image } }, d => { d.task('x') })"
    const { write, reported, evaluated } = await watched({ 'a.ts': importer, 'lib/image.ts': "export const image = 'one'", 'other.yaml': yaml('other') })
    evaluated.length = 0
    write('lib/image.ts', "export const image = 'two'")
    await reported('a.ts: a two')
    expect([...new Set(evaluated)].sort()).toEqual(['a.ts', 'lib/image.ts'])
  })

  it('evaluates a file again when the helper that it misses appears', async () => {
    const importer = "import { dag } from 'longshore'\nimport { image } from './image.js'\nexport default dag('a', { defaults: { image } }, d => { d.task('x') })"
    const { write, reports, reported } = await watched({ 'a.ts': importer })
    expect(reports).toEqual(['a.ts: Could not resolve "./image.js"'])
    write('image.ts', "export const image = 'here'")
    await reported('a.ts: a here')
  })

  it('gives a DAG id to one file, the first by path, and tells the other', async () => {
    const { reports, directory, reported } = await watched({ 'z.yaml': yaml('same'), 'b.yaml': yaml('same') })
    expect(reports.at(-1) === 'b.yaml: same i' || reports.includes('b.yaml: same i')).toBe(true)
    await reported(`z.yaml: DAG 'same' is already defined in ${join(directory, 'b.yaml')}; give one of them another id`)
    unlinkSync(join(directory, 'b.yaml'))
    await until(() => reports.at(-1) === 'z.yaml: same i', { timeout: 1_000 })
  })

  it('leaves a DAG id with the file that had it when a newcomer wants it', async () => {
    const { write, reports, reported } = await watched({ 'z.yaml': yaml('same') })
    write('a.yaml', yaml('same'))
    await reported(/^a\.yaml: DAG 'same' is already defined in .*z\.yaml/)
    write('z.yaml', 'dag: same\n')
    await reported("z.yaml: DAG 'same' has no tasks")
    expect(reports.filter(line => line === 'a.yaml: same i')).toEqual([])
  })

  it('finds in a rescan what watching missed', async () => {
    const outside = join(tempDir('releases'), 'a.yaml')
    writeFileSync(outside, yaml('a'))
    const { directory, folder, reports } = await watched({}, { rescanMs: 20 })
    symlinkSync(outside, join(directory, 'a.yaml'))
    await until(() => reports.includes('a.yaml: a i'))
    writeFileSync(outside, yaml('a', 'moved'))
    await until(() => reports.includes('a.yaml: a moved'))
    await folder.settled()
  })

  it('offers an outcome again that was not taken', async () => {
    let refusals = 1
    const taken: string[] = []
    await watched({ 'a.yaml': yaml('a') }, {
      rescanMs: 20,
      onOutcome: file => {
        if (refusals-- > 0) throw new Error('the database is away')
        taken.push(file)
      },
    })
    await until(() => taken.length === 1)
  })

  it('cannot start on a folder that cannot be read, and says which', async () => {
    const directory = join(tempDir('dags'), 'nowhere')
    const folder = new DagFolder({ directory, log: createLog('silent', 'test'), evaluate: () => Promise.reject(new Error()), onOutcome: () => {}, onRemoved: () => {} })
    await expect(folder.start()).rejects.toMatchObject({ code: 'LS_CONFIG', message: `the DAG folder ${directory} cannot be read: it does not exist` })
    await folder.stop()
  })

  it('stops before it started and twice', async () => {
    const { folder, directory } = await watched({ 'a.yaml': yaml('a') })
    await folder.stop()
    await folder.stop()
    rmSync(directory, { recursive: true })
    const never = new DagFolder({ directory, log: createLog('silent', 'test'), evaluate: () => Promise.reject(new Error()), onOutcome: () => {}, onRemoved: () => {} })
    await never.stop()
  })
})
