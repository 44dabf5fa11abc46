import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureDemoImages } from './lib/demo-image.mjs'
import { defaultDocker, openDocker } from './lib/docker.mjs'
import { pull } from './lib/docker-http.mjs'
import { ensureBuild } from './lib/ensure-build.mjs'
import { ensureModules } from './lib/ensure-modules.mjs'
import { ensureNode } from './lib/ensure-node.mjs'
import { ensurePackages } from './lib/ensure-packages.mjs'
import { holderOf, tryLock } from './lib/lock.mjs'
import { ROOT, STATE } from './lib/paths.mjs'
import { RunView } from './lib/run-view.mjs'
import { main, Refusal, say, seconds } from './lib/say.mjs'
import { portOrFree, Standalone } from './lib/standalone.mjs'

const DAG = 'examples.weather'
const PUBLIC_DAG = 'examples.public_image'
const PUBLIC_IMAGE = 'busybox:stable'
const RUN_MS = 300_000
const POLL_MS = 300
const LOCK = join(STATE, 'demo.lock')
const TERMINAL = new Set(['success', 'failed', 'cancelled'])

const USAGE = `npm run demo [-- --exit] [--json] [--port N]

  --exit   end when the run has ended: exit 0 if it succeeded, 1 if not
  --json   print one line of JSON about the run on standard output
  --port   for the pages; 8080, or a free one when that is taken`

/** What has been started, to be stopped last first. */
const stops = []
/** What is being started: it is waited for before the stops, or nobody would stop it. */
const starting = new Set()
const interruption = new AbortController()
let ranToItsEnd = false

/** `npm run demo`: a run of the example DAG, from a fresh checkout, on this machine. */
await main(async () => {
  const options = readOptions()
  ensureNode()
  takeLock()
  for (const [name, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) process.on(name, () => interruption.abort(code))
  const interrupted = new Promise(resolve => interruption.signal.addEventListener('abort', () => resolve(ranToItsEnd ? 0 : interruption.signal.reason)))
  try {
    return await Promise.race([demo(options), interrupted])
  } finally {
    interruption.abort()
    await Promise.allSettled(starting)
    for (const stop of stops.splice(0).reverse()) await stop()
  }
})

/** Starts something, unless the demo is to end already. */
async function begin(start) {
  if (interruption.signal.aborted) return new Promise(() => {})
  const promise = start()
  starting.add(promise)
  return promise
}

function readOptions() {
  try {
    const { values } = parseArgs({ options: { exit: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, port: { type: 'string', default: '8080' }, help: { type: 'boolean' } } })
    if (values.help) throw new Refusal(USAGE, 0)
    if (!/^\d{1,5}$/.test(values.port)) throw new Refusal(`--port takes a number.\n\n${USAGE}`)
    return { ...values, port: Number(values.port) }
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(`${error.message}\n\n${USAGE}`)
  }
}

function takeLock() {
  // The second try takes over from a demo that was killed.
  if (!tryLock(LOCK) && !tryLock(LOCK)) throw new Refusal(`The demo runs already in this checkout, as process ${holderOf(LOCK)}.`)
  stops.push(() => rmSync(LOCK, { force: true }))
}

async function demo({ exit, json, port: wantedPort }) {
  const started = Date.now()
  const [docker] = await begin(() => Promise.all([prepareDocker(), prepareLongshore()]))
  const port = await portOrFree(wantedPort)
  const publicImage = docker === null ? null : pull(docker.socketPath, PUBLIC_IMAGE)
  const standalone = new Standalone({ dags: join(ROOT, docker === null ? 'examples/dags-without-docker' : 'examples/dags'), stateDir: join(STATE, 'demo'), port, dockerHost: docker?.host ?? null })
  stops.push(() => standalone.stop())
  await begin(() => standalone.start())
  const crashed = new Promise((_, reject) => (standalone.onCrash = reject))
  crashed.catch(() => {})
  say(`Longshore is up after ${seconds(Date.now() - started)}. Running ${DAG} …\n`)

  const run = await Promise.race([watchRun(standalone, DAG), crashed])
  if (publicImage !== null) await Promise.race([runPublicImage(standalone, await publicImage), crashed])
  ranToItsEnd = true
  const url = standalone.url ?? `http://127.0.0.1:${port}`
  if (json) process.stdout.write(`${JSON.stringify(summary(run, url))}\n`)
  if (exit) return run.state === 'success' ? 0 : 1
  say(nextSteps(url, standalone.login, run.run))
  return crashed
}

/** A Docker with the example's image, or null: then the tasks run as processes. */
async function prepareDocker() {
  const found = await defaultDocker()
  // What the demo cannot do without comes first and may refuse.
  await ensurePackages(['redis'])
  try {
    await ensurePackages(found.ok ? ['busybox'] : ['docker', 'busybox'])
    const docker = await openDocker({ dataRoot: join(STATE, 'docker'), keepData: true })
    stops.push(() => docker.stop())
    say(docker.daemon === null ? `Using Docker on ${docker.host}.` : `Docker does not answer on ${found.host} (${found.reason}); using a private one on ${docker.host}.`)
    for (const image of await ensureDemoImages(docker.socketPath)) say(`Made the image ${image} out of this machine's own files.`)
    return docker
  } catch (error) {
    say(`${error.message}\n\nThere is no Docker to be had here: the tasks run as plain processes instead of containers.`)
    return null
  }
}

async function prepareLongshore() {
  await ensureModules()
  await ensureBuild()
}

/** The second example needs a registry; where none can be reached, that is said and no more. */
async function runPublicImage(standalone, { ok, reason }) {
  if (ok) {
    say(`\nA registry can be reached: running ${PUBLIC_DAG} in ${PUBLIC_IMAGE} …\n`)
    await watchRun(standalone, PUBLIC_DAG)
  } else say(`\nNo registry can be reached from here (${reason}), so ${PUBLIC_DAG} in ${PUBLIC_IMAGE} was not run.`)
}

/** Triggers an example and follows it to its end. */
async function watchRun(standalone, dag) {
  const { run } = await trigger(standalone, dag)
  const view = new RunView()
  const end = Date.now() + RUN_MS
  for (;;) {
    const state = await standalone.ask('runs', 'show', dag, run)
    view.update(state)
    if (TERMINAL.has(state.state)) {
      view.finish(state)
      return state
    }
    if (Date.now() > end) throw new Refusal(`The run has not ended within ${seconds(RUN_MS)}; see ${standalone.logFile}.`, 1)
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}

/** The DAG is known a moment after the start, when its file has been read. */
async function trigger(standalone, dag) {
  const end = Date.now() + 30_000
  for (;;) {
    const { value, problem } = await standalone.tryTo('dags', 'trigger', dag)
    if (value !== undefined) return value
    if (!problem.includes('LS_DAG_NOT_FOUND') || Date.now() > end) throw new Refusal(`longshore dags trigger ${dag} failed:\n${problem}`, 1)
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}

function summary({ run, state, tasks }, url) {
  const details = tasks.map(task => ({
    id: task.task,
    state: task.state,
    attempts: task.attempts?.length ?? task.tries,
    kind: task.kind,
    durationMs: task.startedAt && task.endedAt ? new Date(task.endedAt) - new Date(task.startedAt) : null,
  }))
  const handles = tasks.flatMap(task => (task.attempts ?? [task]).map(attempt => attempt.container ?? null))
  const containers = new Set(handles.filter(handle => handle !== null && !handle.startsWith('process:'))).size
  return { state, run, tasks: details, containers, url }
}

function nextSteps(url, login, run) {
  const longshore = 'node bin/longshore.js'
  const there = '--state-dir .longshore/demo'
  return `
Longshore answers on ${url} (pages, API, /metrics, /livez, /readyz).
${login === null ? 'Sign in there as before.' : `Sign in, once, within an hour:\n  ${login}`}

Try next, in another terminal:
  ${longshore} runs show ${DAG} ${run} ${there}
  ${longshore} dags list ${there}
  ${longshore} dags trigger ${DAG} ${there}
and change a file in examples/dags: it is in force a moment later.

Ctrl-C ends the demo.`
}
