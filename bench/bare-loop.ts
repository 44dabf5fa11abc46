import type Docker from 'dockerode'

export interface Batch {
  /** From the first request to the last removal, milliseconds. */
  readonly wallMs: number
  /** Of each container: from before it is asked for until its end is known. */
  readonly lives: readonly number[]
}

/** By which containers are made and spoken to. */
export interface Client {
  create: (spec: Docker.ContainerCreateOptions) => Promise<string>
  get: (id: string) => Docker.Container
}

/** dockerode as it comes. */
export const plainClient = (docker: Docker): Client => ({ create: async spec => (await docker.createContainer(spec)).id, get: id => docker.getContainer(id) })

/** What a program does that knows nothing but Docker: create, start, wait, remove, some of them at a time. */
export async function bareLoop(client: Client, specs: readonly Docker.ContainerCreateOptions[], concurrency: number): Promise<Batch> {
  const lives: number[] = []
  const waiting = specs.values()
  const began = performance.now()
  await Promise.all(Array.from({ length: concurrency }, async () => {
    for (const spec of waiting) lives.push((await liveOnce(client, spec)).ended)
  }))
  return { wallMs: performance.now() - began, lives }
}

export interface Life {
  /** Milliseconds until the end is known. */
  readonly ended: number
  /** Until its log has been read as well, when it was wanted. */
  readonly read: number
}

/** One container from before it is asked for until it is gone. */
export async function liveOnce(client: Client, spec: Docker.ContainerCreateOptions, { readLog = false } = {}): Promise<Life> {
  const born = performance.now()
  const container = client.get(await client.create(spec))
  await container.start()
  const { StatusCode: code } = await container.wait() as { StatusCode: number }
  const ended = performance.now() - born
  if (code !== 0) throw new Error(`a container of the bare loop exited with ${code}`)
  if (readLog) await container.logs({ stdout: true, stderr: true, timestamps: true })
  const read = performance.now() - born
  await container.remove({ v: true })
  return { ended, read }
}
