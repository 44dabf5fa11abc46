import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { which } from '../../scripts/lib/command.mjs'
import { FaultSite } from '../faults/site.js'
import { atEnd } from '../harness/cleanup.js'
import { BUSYBOX_IMAGE } from '../harness/docker.js'
import { childEnvironment } from '../harness/environment.js'
import { freePort } from '../harness/free-port.js'
import { startLongshore } from '../harness/longshore.js'
import { ServerProcess } from '../harness/server-process.js'
import { tempDir } from '../harness/temp-dir.js'
import { blocksOf, openShell, PAGES, shows } from '../harness/typed.js'
import { until } from '../harness/wait.js'
import { dashboardQueries, ROOT } from '../metrics/promql.js'

const MONITORING = join(ROOT, 'monitoring')

interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

/** A server of Debian's, started as its unit does. */
async function serve(name: string, args: readonly string[], port: number): Promise<string> {
  const url = `http://127.0.0.1:${port}`
  const server = new ServerProcess({
    name, command: which(name) ?? name, args, environment: childEnvironment(), logFile: join(tempDir(name), 'log'), isReady: async () => (await fetch(`${url}/-/ready`)).ok,
  })
  atEnd(() => server.stop())
  await server.launch()
  return url
}

/** The configuration that is shipped, with its files in a folder, and with seconds for the minutes that a queue has to be stuck. */
function configure(targets: Readonly<Record<string, number>>): string {
  const folder = tempDir('prometheus')
  mkdirSync(join(folder, 'targets'))
  mkdirSync(join(folder, 'rules'))
  for (const [name, port] of Object.entries(targets)) writeFileSync(join(folder, 'targets', `${name}.yml`), `- targets: ['127.0.0.1:${port}']\n`)
  for (const name of readdirSync(join(MONITORING, 'rules'))) {
    const rules = readFileSync(join(MONITORING, 'rules', name), 'utf8')
    writeFileSync(join(folder, 'rules', name), name === 'queues.yml' ? rules.replaceAll(/for: 10m/g, 'for: 2s').replaceAll('[10m]', '[10s]') : rules)
  }
  const config = readFileSync(join(MONITORING, 'prometheus.yml'), 'utf8').replaceAll('/etc/prometheus/targets', join(folder, 'targets')).replaceAll(/\/(?:usr\/share\/longshore|etc)\/prometheus\/(?:rules\/)?\*\.yml/g, join(folder, 'rules/*.yml'))
    .replaceAll(': 15s', ': 1s').replace(/^alerting:[\s\S]*?(?=^scrape_configs)/m, '')
  writeFileSync(join(folder, 'prometheus.yml'), config)
  return folder
}

describe('an installation that is watched', () => {
  let site: FaultSite
  let prometheus: string
  let pushgateway: string
  let web: string
  const ask = async (query: string): Promise<readonly Sample[]> => {
    const answer = await (await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`)).json() as { status: string; error?: string; data: { result: Sample[] } }
    if (answer.status !== 'success') throw new Error(`${query}: ${answer.error}`)
    return answer.data.result
  }

  beforeAll(async () => {
    site = await FaultSite.open()
    atEnd(() => site.close())
    const [scheduler, worker, pages, pushes, watches] = await Promise.all([freePort(), freePort(), freePort(), freePort(), freePort()])
    pushgateway = await serve('prometheus-pushgateway', [`--web.listen-address=127.0.0.1:${pushes}`, '--persistence.file='], pushes)
    const env = { LONGSHORE_PUSHGATEWAY_URL: pushgateway, LONGSHORE_WORKER_NAME: 'deck' }
    await site.scheduler({ ...env, LONGSHORE_HTTP_PORT: String(scheduler) })
    await site.worker({ ...env, LONGSHORE_HTTP_PORT: String(worker), LONGSHORE_ALLOW_NETWORK: 'none,host' })
    web = `http://127.0.0.1:${pages}`
    await (await startLongshore(['web'], { env: { ...site.environment, LONGSHORE_HTTP_PORT: String(pages) } })).waitForHttp(`${web}/readyz`, { timeout: 60_000 })
    const folder = configure({ scheduler, worker, web: pages, pushgateway: pushes })
    prometheus = await serve('prometheus', [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${watches}`], watches)
    const push = 'wget -q -O - --post-data "rows_loaded 4217\n" "$PUSHGATEWAY_URL/metrics/job/$LONGSHORE_DAG_ID/task/$LONGSHORE_TASK_ID"'
    writeFileSync(join(site.dags, 'sales.yaml'), `dag: sales\nschedule: null\ntasks:\n  load: { image: ${BUSYBOX_IMAGE}, pull: never, network: host, command: ${JSON.stringify(['sh', '-c', push])} }\n`)
    await site.dag('fleet', { wait: { work: 'true', kind: 'process', more: 'queue: gpu' } })
    await site.trigger('sales', 'today')
    await site.trigger('fleet', 'today')
    expect((await site.ended('sales', 'today')).state).toBe('success')
  }, 300_000)

  it('is scraped whole, with what a task pushed from its container', async () => {
    await until(async () => (await ask('up')).filter(({ value }) => value[1] === '1').map(({ metric }) => metric['job']).sort().join() === 'longshore-scheduler,longshore-web,longshore-worker,pushgateway', { timeout: 60_000, interval: 200, describe: 'all jobs to be up' })
    const pushed = await until(async () => (await ask('rows_loaded'))[0], { timeout: 60_000, interval: 200 })
    expect(pushed).toMatchObject({ metric: { job: 'sales', task: 'load' }, value: [expect.any(Number), '4217'] })
  }, 150_000)

  it('alerts when tasks of a queue are stuck, names the queue, and is calm about the rest', async () => {
    await until(async () => (await ask('ALERTS{alertname="LongshoreQueueStuck", alertstate="firing", queue="gpu"}')).length === 1, { timeout: 60_000, interval: 200, describe: 'LongshoreQueueStuck' })
    const alerts = (await (await fetch(`${prometheus}/api/v1/alerts`)).json() as { data: { alerts: { labels: Record<string, string>; annotations: Record<string, string>; state: string }[] } }).data.alerts
    expect(alerts.filter(({ state }) => state === 'firing').map(({ labels, annotations }) => [labels['alertname'], annotations['summary']])).toEqual([['LongshoreQueueStuck', '1 tasks are queued on gpu and none starts']])
  }, 90_000)

  it('has something to show in every panel but those of machines, which have no node_exporter here', async () => {
    const empty: string[] = []
    for (const { where, query } of dashboardQueries()) if ((await ask(query)).length === 0) empty.push(where)
    expect([...new Set(empty)]).toEqual(['cluster: CPU', 'cluster: Memory left', 'cluster: Disk left'])
  }, 60_000)

  it('is mended with the commands of docs/operations/runbooks.md, which all do what the page says', async () => {
    const { port } = new URL(site.databaseUrl)
    const options = join(tempDir('mysql'), 'client.cnf')
    writeFileSync(options, `[client]\nhost=127.0.0.1\nport=${port}\nuser=root\n`)
    const type = await openShell({
      ...site.environment, DAG: 'fleet', RUN: 'today', TASK: 'wait', QUEUE: 'gpu', WORKER: 'deck', REDIS: site.redis.url, MYCNF: options, DATABASE: new URL(site.databaseUrl).pathname.slice(1),
      PROMETHEUS: prometheus, PUSHGATEWAY: pushgateway, WEB: web, DOCKER_HOST: site.docker.host,
    })
    const failed: string[] = []
    for (const { heading, text, expected } of blocksOf('runbooks.md', 'sh run')) {
      const { code, output } = await type(text)
      if (process.env['TEST_LOG'] !== undefined) process.stdout.write(`── ${heading}\n$ ${text}${output}\n`)
      if (code !== 0 || (expected !== null && !shows(output, expected))) failed.push(`${heading}: ${text}exit ${code}\n${output}`)
    }
    expect(failed).toEqual([])
    // The second runbook has given the queue a worker.
    expect((await site.ended('fleet', 'today')).state).toBe('success')
    await until(async () => (await ask('ALERTS{alertname="LongshoreQueueStuck"}')).length === 0, { timeout: 60_000, interval: 200, describe: 'the alert to be over' })
  }, 240_000)

  it('there is nothing of the kind on pages that no test of this suite reads', () => {
    // backup.test.ts types those of backup.md.
    expect(PAGES.filter(page => blocksOf(page, 'sh run').length > 0).sort()).toEqual(['backup.md', 'runbooks.md'])
  })
})
