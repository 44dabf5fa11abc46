import type Docker from 'dockerode'
import { beforeAll, expect, it } from 'vitest'
import { BUSYBOX_IMAGE, NODE_IMAGE, removeContainersAtEnd, sharedDocker, startDockerd, type SharedDocker } from './docker.js'
import { until } from './wait.js'

const LABEL = 'longshore.harness.docker'

let docker: SharedDocker
beforeAll(async () => {
  docker = await sharedDocker()
  removeContainersAtEnd(docker.client, LABEL)
})

async function create(client: Docker, options: Docker.ContainerCreateOptions): Promise<Docker.Container> {
  return client.createContainer({ Labels: { [LABEL]: '' }, Image: BUSYBOX_IMAGE, ...options })
}

/** Runs a container to its end. */
async function output(options: Docker.ContainerCreateOptions): Promise<{ code: number; text: string }> {
  const container = await create(docker.client, options)
  await container.start()
  const { StatusCode } = await container.wait() as { StatusCode: number }
  const log = await container.logs({ stdout: true, stderr: true })
  await container.remove()
  return { code: StatusCode, text: log.toString('utf8').replace(/[\x00-\x08].{7}/gs, '').trim() }
}

it.each(['none', 'host', 'bridge'])('runs a container with network %s', async network => {
  const { code, text } = await output({ Cmd: ['sh', '-c', 'echo $((6 * 7)) from $(id -un)'], HostConfig: { NetworkMode: network, Init: true } })
  expect({ code, text }).toEqual({ code: 0, text: '42 from root' })
})

it('runs a container on a user-defined network', async () => {
  const network = await docker.client.createNetwork({ Name: `harness-${process.pid}`, Labels: { [LABEL]: '' } })
  try {
    const { code } = await output({ Cmd: ['true'], HostConfig: { NetworkMode: network.id } })
    expect(code).toBe(0)
  } finally {
    await network.remove()
  }
})

it('has an image with this very Node.js', async () => {
  const { text } = await output({ Image: NODE_IMAGE, Cmd: ['node', '-p', 'process.version + " " + fetch.name'], HostConfig: { NetworkMode: 'none' } })
  expect(text).toBe(`${process.version} fetch`)
})

it('limits memory and processors', async () => {
  const { code } = await output({ Cmd: ['sh', '-c', 'head -c 200m /dev/zero | tail'], HostConfig: { NetworkMode: 'none', Memory: 32 * 1024 * 1024, NanoCpus: 5e8, Init: true } })
  expect(code).toBe(137)
})

it.each([
  { liveRestore: true, survives: true },
  { liveRestore: false, survives: false },
])('a daemon of its own can be killed and launched again; containers survive: $survives (live restore: $liveRestore)', async ({ liveRestore, survives }) => {
  const { daemon, client } = await startDockerd({ liveRestore })
  const container = await create(client, { Cmd: ['sleep', '1000'], HostConfig: { NetworkMode: 'none', Init: true } })
  await container.start()
  const { State: { Pid: pid } } = await container.inspect()
  await daemon.kill()
  await expect(container.inspect()).rejects.toThrow()
  await daemon.relaunch()
  const { State: state } = await until(() => container.inspect(), { describe: 'the daemon to know the container again' })
  expect(state.Running).toBe(survives)
  if (survives) expect(state.Pid).toBe(pid)
  else expect(state.ExitCode).not.toBe(0)
  await daemon.stop()
  expect(daemon.pid).toBeNull()
})

it('a daemon of its own can hang', async () => {
  const { daemon, client } = await startDockerd()
  daemon.freeze()
  let answered = false
  const ping = client.ping().then(() => (answered = true))
  await expect(until(() => answered, { timeout: 200 })).rejects.toThrow()
  daemon.thaw()
  expect(await ping).toBe(true)
  await daemon.stop()
})
