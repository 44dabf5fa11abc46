import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Blocks, openShell } from '../harness/typed.js'
import { type Outcome, Workbench } from './terraform.js'

/**
 * What Terraform does with the nodes of the local environment, and in which order, told by a `docker` that writes down what it is asked and
 * has a file for each container. That nodes so made run tasks is the deployment proof's affair: it takes minutes.
 */
const bench = new Workbench()
const LOCAL = 'environments/local'
const asked = (): string[] => readFileSync(join(bench.folder, 'asked'), 'utf8').split('\n').filter(line => line !== '')
const containers = (...names: string[]): boolean[] => names.map(name => existsSync(join(bench.folder, 'containers', name)))

const DOCKER = `#!/bin/bash
cd "$(dirname "$0")/.."
echo "$*" >> asked
case "$1 $*" in
  run*) while [ "$1" != --name ]; do shift; done; touch "containers/$2" ;;
  rm*) rm -f "containers/\${@: -1}" ;;
  inspect*) [ -e "containers/\${@: -1}" ] && echo true ;;
  exec*provision.sh*) cat > /dev/null ;;
  exec*longshore-drain@*) [ ! -e will-not-drain ] ;;
  *node.settings*) cat > "settings-$3" ;;
esac
`

beforeAll(async () => {
  await bench.start()
  for (const folder of ['bin', 'containers']) mkdirSync(join(bench.folder, folder))
  writeFileSync(join(bench.folder, 'bin/docker'), DOCKER)
  chmodSync(join(bench.folder, 'bin/docker'), 0o755)
  writeFileSync(join(bench.folder, 'longshore.deb'), 'a package')
  await bench.must(LOCAL, ['init', '-no-color'])
  await apply(2)
})
afterAll(() => { bench.stop() })

async function apply(nodes: number, environment: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  writeFileSync(join(bench.folder, 'asked'), '')
  return bench.run(LOCAL, ['apply', '-no-color', '-auto-approve', ...variables(nodes)], { PATH: `${join(bench.folder, 'bin')}:${process.env['PATH'] ?? ''}`, ...environment })
}

function variables(nodes: number): string[] {
  return [`-var=nodes=${nodes}`, `-var=deb=${join(bench.folder, 'longshore.deb')}`, '-var=image=node:1', '-var=name=local']
}

test('a control node and two workers are made, the control node first, each with its own settings', () => {
  expect(containers('local-control', 'local-default-1', 'local-default-2')).toEqual([true, true, true])
  const settings = readFileSync(join(bench.folder, 'settings-local-default-1'), 'utf8')
  expect(settings).toContain('NODE_ROLES="worker"')
  expect(settings).toContain('NODE_QUEUES="default"')
  expect(settings).not.toContain('DATABASE')
  const made = asked().filter(line => line.startsWith('run ')).map(line => /--name (\S+)/.exec(line)?.[1])
  expect(made[0]).toBe('local-control')
  expect(made).toHaveLength(3)
})

test('a third node is one thing to add, and no other node is asked for anything', async () => {
  const changes = await bench.plan(LOCAL, variables(3))
  expect(changes.map(({ address, change: { actions } }) => `${actions.join()} ${address}`)).toEqual(['create terraform_data.worker["default-3"]'])
  expect(await apply(3)).toMatchObject({ code: 0 })
  expect(asked().filter(line => !line.includes('local-default-3') && !line.startsWith('exec local-control tar'))).toEqual([])
})

test('another package is for nodes to come: it replaces none', async () => {
  writeFileSync(join(bench.folder, 'longshore.deb'), 'a later package')
  expect(await bench.plan(LOCAL, variables(3))).toEqual([])
})

test('a node that does not drain stays, and the change has failed', async () => {
  writeFileSync(join(bench.folder, 'will-not-drain'), '')
  const { code, stdout, stderr } = await apply(2)
  expect(code).toBe(1)
  expect(stdout + stderr).toContain('did not drain')
  expect(containers('local-default-3')).toEqual([true])
  rmSync(join(bench.folder, 'will-not-drain'))
})

test('a node that goes is drained first', async () => {
  expect(await apply(2)).toMatchObject({ code: 0 })
  expect(asked().filter(line => /^(exec|rm)/.test(line))).toEqual(['exec local-default-3 systemctl start longshore-drain@default.service', 'rm -f -v local-default-3'])
  expect(containers('local-default-2', 'local-default-3')).toEqual([true, false])
})

test('who says so does not wait for the tasks', async () => {
  expect(await apply(1, { LONGSHORE_DRAIN: 'no' })).toMatchObject({ code: 0 })
  expect(asked().filter(line => /^(exec|rm)/.test(line))).toEqual(['rm -f -v local-default-2'])
})

test('a package that is not there, and no pool for the queue default, are refused before anything is made', async () => {
  const plan = (...args: string[]): Promise<Outcome> => bench.run(LOCAL, ['plan', '-no-color', ...variables(1), ...args])
  expect((await plan('-var=deb=/nowhere.deb')).stderr).toContain('npm run package makes one')
  expect((await plan('-var=worker_pools={"etl":{"queues":["etl"]}}')).stderr).toContain('No pool serves the queue default')
})

test('what docs/operations/terraform.md has typed makes two nodes, a third one, and takes all away', async () => {
  // The sources as far as they are asked for, in a folder of their own: the state is another one.
  const sources = join(bench.folder, 'sources')
  mkdirSync(join(sources, 'dist/package'), { recursive: true })
  cpSync(bench.path('.'), join(sources, 'terraform'), { recursive: true, filter: path => !/\.terraform|\.tfstate/.test(path) })
  writeFileSync(join(sources, 'dist/package/longshore_0.1.0_amd64.deb'), 'a package')
  writeFileSync(join(bench.folder, 'asked'), '')
  const shell = await openShell({ ...bench.environment, PATH: `${join(bench.folder, 'bin')}:${process.env['PATH'] ?? ''}`, TF_CLI_ARGS_apply: '-auto-approve', TF_CLI_ARGS_destroy: '-auto-approve' })
  const [two, ...later] = new Blocks('terraform').take('terraform.md', 'On this machine').map(({ text }) => text)
  const typed = async (text: string): Promise<void> => { expect(await shell(text)).toMatchObject({ code: 0 }) }
  const nodes = (): boolean[] => containers(...['control', 'default-1', 'default-2', 'default-3'].map(name => `longshore-local-${name}`))

  await typed(`cd ${sources}\n${two ?? ''}`)
  expect(nodes()).toEqual([true, true, true, false])
  const [three, ask, none] = later.map(text => `cd ${sources}/terraform/environments/local\n${text}`)
  await typed(three ?? '')
  expect(nodes()).toEqual([true, true, true, true])
  await typed(ask ?? '')
  expect(asked().at(-1)).toBe('exec longshore-local-control longshore workers list')
  await typed(none ?? '')
  expect(nodes()).toEqual([false, false, false, false])
  expect(later).toHaveLength(3)
}, 240_000)
