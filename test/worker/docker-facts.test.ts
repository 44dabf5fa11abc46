import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Docker from 'dockerode'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PrivateDockerd } from '../../scripts/lib/private-dockerd.mjs'
import { Demuxer } from '../../worker/logs/demux.js'
import { BUSYBOX_IMAGE, startDockerd } from '../harness/docker.js'
import { until } from '../harness/wait.js'

/**
 * How Docker really behaves, as far as the worker depends on it: each of these is a reason for something in worker/. When one
 * goes red on another version of Docker, look there.
 */

/** What a daemon may be set to, and what the worker must not be hurt by. */
const DAEMON_DEFAULTS = { 'log-driver': 'json-file', 'log-opts': { 'max-size': '10k', 'max-file': '1' } }
/** As the worker makes its containers. */
const OURS: Docker.HostConfig = { NetworkMode: 'none', Init: true, LogConfig: { Type: 'json-file', Config: { 'max-size': '1t', 'max-file': '1' } } }

let daemon: PrivateDockerd
let client: Docker

beforeAll(async () => {
  ({ daemon, client } = await startDockerd({ liveRestore: true }))
  writeFileSync(join(daemon.runDir, 'daemon.json'), JSON.stringify(DAEMON_DEFAULTS))
  await daemon.terminate()
  await daemon.relaunch()
}, 60_000)

const make = (script: string, options: Docker.ContainerCreateOptions = {}): Promise<Docker.Container> =>
  client.createContainer({ Image: BUSYBOX_IMAGE, Cmd: ['sh', '-c', script], ...options, HostConfig: { ...OURS, ...options.HostConfig } })

async function run(script: string, options: Docker.ContainerCreateOptions = {}): Promise<Docker.Container> {
  const container = await make(script, options)
  await container.start()
  return container
}

async function ended(container: Docker.Container): Promise<Docker.ContainerInspectInfo> {
  return until(async () => {
    const info = await container.inspect()
    return info.State.Running || info.State.FinishedAt.startsWith('0001') ? null : info
  }, { timeout: 20_000, describe: 'the container to end' })
}

const statusOf = (work: Promise<unknown>): Promise<number | undefined> => work.then(() => 200, (error: { statusCode?: number }) => error.statusCode)

interface Line {
  /** As Docker writes it, with nine digits. */
  readonly time: string
  readonly text: string
}

/** What the log holds from a time on, each frame with its timestamp. */
async function logOf(container: Docker.Container, since = '0'): Promise<Line[]> {
  // dockerode's types want a number.
  const content = await container.logs({ stdout: true, stderr: true, timestamps: true, follow: false, since: since as unknown as number }) as unknown as Buffer
  return new Demuxer().push(content).map(({ bytes }) => {
    const text = bytes.toString()
    const space = text.indexOf(' ')
    return { time: text.slice(0, space), text: text.slice(space + 1) }
  })
}

/** `sec.nnnnnnnnn`, without going through a number that cannot hold it. */
const sinceOf = (time: string): string => `${Math.floor(Date.parse(time) / 1000)}.${/\.(\d+)Z$/.exec(time)?.[1]?.padEnd(9, '0') ?? '000000000'}`

describe('waiting', () => {
  it('for a container that was created and not started answers 0 at once, so that a wait proves no run', async () => {
    expect(await (await make('exit 3')).wait()).toMatchObject({ StatusCode: 0 })
  })

  it('for the next exit of a container that has ended does not answer', async () => {
    const container = await run('exit 3')
    await ended(container)
    const abort = new AbortController()
    const next = container.wait({ condition: 'next-exit', abortSignal: abort.signal }).then(() => 'answered', () => 'aborted')
    expect(await Promise.race([next, pause(500, 'silence')])).toBe('silence')
    abort.abort()
    await next
  })

  it('with a client that has a timeout is cut off after so much silence, and nobody hears of it: waits and calls need clients of their own', async () => {
    const container = await run('sleep 1; exit 3')
    const heard = new Set<string>()
    new Docker({ socketPath: daemon.socketPath, timeout: 200 }).getContainer(container.id).wait().then(() => heard.add('impatient'), () => {})
    expect(await container.wait()).toMatchObject({ StatusCode: 3 })
    expect([...heard]).toEqual([])
  })

  it('with AutoRemove takes the exit code away with the container', async () => {
    const container = await run('exit 3', { HostConfig: { AutoRemove: true } })
    await until(async () => await statusOf(container.inspect()) === 404, { describe: 'the container to be gone' })
  })
})

describe('starting', () => {
  it('a program that does not exist succeeds, as the init starts it and ends with 127: like a shell that does not find a command', async () => {
    const container = await run('', { Cmd: ['/no/such/program'] })
    expect((await ended(container)).State).toMatchObject({ Status: 'exited', ExitCode: 127 })
  })

  it('what cannot be set up is refused with 400, and leaves a created container with exit code 127', async () => {
    const container = await make('', { Cmd: ['/no/such/program'], HostConfig: { Init: false } })
    expect(await statusOf(container.start())).toBe(400)
    expect((await container.inspect()).State).toMatchObject({ Status: 'created', ExitCode: 127, StartedAt: '0001-01-01T00:00:00Z' })
  })

  it('what runs already changes nothing (304), and what has ended runs again, so that only StartedAt tells', async () => {
    const container = await run('sleep 1000')
    const { StartedAt } = (await container.inspect()).State
    expect(await statusOf(container.start())).toBe(304)
    await container.kill()
    expect((await ended(container)).State.StartedAt).toBe(StartedAt)
    await container.start()
    expect((await container.inspect()).State.StartedAt).not.toBe(StartedAt)
  })

  it('a second container of a name is refused with 409', async () => {
    await make('true', { name: 'longshore-facts-name' })
    expect(await statusOf(make('true', { name: 'longshore-facts-name' }))).toBe(409)
  })

  it('with an image that is not there is refused with 404', async () => {
    expect(await statusOf(client.createContainer({ Image: 'localhost:1/nothing:1' }))).toBe(404)
  })

  it('with a bind mount whose source is missing is refused with 400, where the older Binds would make it', async () => {
    const mount = { Type: 'bind' as const, Source: '/no/such/directory', Target: '/mnt' }
    expect(await statusOf(make('true', { HostConfig: { Mounts: [mount] } }))).toBe(400)
  })
})

describe('stopping', () => {
  const SHELL = 'while :; do sleep 0.1; done'

  it('a shell that has an init before it ends by SIGTERM, with 143', async () => {
    const container = await run(SHELL)
    await container.kill({ signal: 'SIGTERM' })
    expect((await ended(container)).State.ExitCode).toBe(143)
  })

  it('a shell that is process 1 ignores SIGTERM and ends by SIGKILL, with 137', async () => {
    const container = await run(SHELL, { HostConfig: { Init: false } })
    await container.stop({ t: 1 })
    expect((await ended(container)).State.ExitCode).toBe(137)
  })

  it('what does not run is refused with 409, and what is not there with 404', async () => {
    const container = await make('true')
    expect(await statusOf(container.kill({ signal: 'SIGKILL' }))).toBe(409)
    await container.remove()
    expect(await statusOf(container.kill({ signal: 'SIGKILL' }))).toBe(404)
    expect(await statusOf(container.remove())).toBe(404)
  })

  it('a container with its anonymous volumes takes v: true; its name is free at once', async () => {
    const container = await run('true', { name: 'longshore-facts-volume', HostConfig: { Mounts: [{ Type: 'volume', Source: '', Target: '/data' }] } })
    const { Mounts } = await ended(container)
    await container.remove({ v: true })
    expect(await statusOf(client.getVolume(Mounts[0]?.Name ?? '').inspect())).toBe(404)
    await make('true', { name: 'longshore-facts-volume' })
  })

  it('leaves the labels as they are for good, but a container that has ended can be renamed', async () => {
    const container = await run('true', { Labels: { kept: 'no' } })
    await ended(container)
    await (container as unknown as { update(options: unknown): Promise<unknown> }).update({ Labels: { kept: 'yes' } })
    await container.rename({ name: 'longshore-facts-kept' })
    expect(await container.inspect()).toMatchObject({ Name: '/longshore-facts-kept', Config: { Labels: { kept: 'no' } } })
  })
})

describe('a log', () => {
  it('is kept whole with max-size 1t, whatever the daemon\'s default is, which cuts others', async () => {
    const script = 'i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo "line $i of a log that is longer than ten kilobytes"; done'
    const [ours, others] = [await run(script), await run(script, { HostConfig: { LogConfig: { Type: '', Config: {} } } })]
    for (const container of [ours, others]) await ended(container)
    expect(await logOf(ours)).toHaveLength(2_000)
    expect((await logOf(others)).length).toBeLessThan(2_000)
  })

  it('is read from a time on with that very nanosecond included, given as a string; a number is too coarse', async () => {
    const container = await run('i=0; while [ $i -lt 20 ]; do i=$((i+1)); echo $i; done')
    await ended(container)
    const lines = await logOf(container)
    expect(lines).toHaveLength(20)
    for (const index of [0, 7, 19]) {
      const { time } = lines[index] as Line
      expect(await logOf(container, sinceOf(time))).toEqual(lines.filter(line => sinceOf(line.time) >= sinceOf(time)))
    }
    expect(String(Number(sinceOf((lines[7] as Line).time)))).not.toBe(sinceOf((lines[7] as Line).time))
  })

  it('splits long lines at 16 KB, and the parts have one timestamp, so that a time alone is no position', async () => {
    const container = await run('head -c 40000 /dev/zero | tr "\\0" x; echo; echo short')
    await ended(container)
    const lines = await logOf(container)
    expect(lines.map(({ text }) => text.length)).toEqual([16_384, 16_384, 40_000 - 2 * 16_384 + 1, 'short\n'.length])
    expect(new Set(lines.slice(0, 3).map(({ time }) => time)).size).toBe(1)
  })

  it('of a container that has ended can be read again and again without follow, and is the same', async () => {
    const container = await run('echo out; echo err >&2')
    await ended(container)
    expect(await logOf(container)).toEqual(await logOf(container))
  })
})

describe('when the daemon is killed and comes back with live-restore', () => {
  it('its containers run on with their logs and exit codes, a wait that was out is never answered, and events since then are told again', async () => {
    const container = await run('i=0; while [ ! -f /over ]; do i=$((i+1)); echo $i; sleep 0.05; done; exit 7')
    const since = Math.floor(Date.now() / 1000)
    const waiting: { answer?: unknown } = {}
    container.wait().then(answer => { waiting.answer = answer }, () => {})
    await until(async () => (await logOf(container)).length > 2, { describe: 'some lines' })
    await daemon.kill()
    await daemon.relaunch()
    expect((await container.inspect()).State.Running).toBe(true)
    const exec = await container.exec({ Cmd: ['touch', '/over'] })
    await exec.start({ Detach: true })
    expect((await ended(container)).State.ExitCode).toBe(7)
    const lines = await logOf(container)
    expect(lines.map(({ text }) => Number(text))).toEqual(lines.map((_, index) => index + 1))
    expect(waiting.answer).toBeUndefined()
    const events = await client.getEvents({ since, until: Math.ceil(Date.now() / 1000) + 1, filters: { event: ['die'], container: [container.id] } })
    let told = ''
    for await (const chunk of events) told += String(chunk)
    expect(told).toContain('"exitCode":"7"')
  }, 60_000)
})
