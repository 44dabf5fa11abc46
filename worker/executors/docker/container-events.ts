import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { Label } from './container-spec.js'
import type { DockerApi } from './docker-api.js'

/** How a container ended, as the daemon told. */
export interface Death {
  readonly exitCode: number
  /** Milliseconds since the epoch, by the daemon's clock. */
  readonly at: number
}

/** A container somebody waits for. */
interface Watched {
  startedAt: number | null
  death: Death | null
  /** Wakes who waits for it. */
  wake: () => void
}

const Message = z.object({
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.looseObject({ exitCode: z.string().optional() }) }),
  timeNano: z.number(),
})

const NANOSECONDS = 1_000_000

/**
 * What the daemon tells by itself of this worker's containers, on one connection for all of them. It is a hint: nothing comes while
 * the connection is lost, and the daemon drops what a slow listener does not take. What it does tell is true.
 */
export class ContainerEvents {
  readonly #watched = new Map<string, Watched>()
  #rest = ''
  #isListening = false
  #onOom: (containerId: string) => void = () => {}

  constructor(private readonly docker: DockerApi, private readonly worker: string) {}

  get isListening(): boolean {
    return this.#isListening
  }

  /** The kernel kills in this container for memory; it may be gone in a moment. */
  onOom(listener: (containerId: string) => void): void {
    this.#onOom = listener
  }

  /** Listens until the connection ends or the signal is aborted; resolves when it listens. `lost` is called once. */
  async listen(signal: AbortSignal, lost: () => void): Promise<void> {
    const filters = JSON.stringify({ event: ['start', 'die', 'oom'], label: [`${Label.worker}=${this.worker}`] })
    const stream: IncomingMessage = await this.docker.stream('/events', { filters }, signal)
    this.#isListening = true
    this.#rest = ''
    stream.setEncoding('utf8').on('data', (text: string) => this.#read(text))
    stream.on('error', () => {})
    stream.on('close', () => {
      this.#isListening = false
      lost()
    })
    // Whatever was missed before, whoever waits has to look for themselves.
    for (const { wake } of this.#watched.values()) wake()
  }

  /** From before its start, so that nothing of it is missed. */
  watch(containerId: string): void {
    if (!this.#watched.has(containerId)) this.#watched.set(containerId, { startedAt: null, death: null, wake: () => {} })
  }

  forget(containerId: string): void {
    this.#watched.delete(containerId)
  }

  /** When a watched container started; null when nobody has told. */
  startedAt(containerId: string): number | null {
    return this.#watched.get(containerId)?.startedAt ?? null
  }

  /** The end of a watched container; null after the time, when the connection is new, or when the signal is aborted: then look. */
  death(containerId: string, milliseconds: number, signal: AbortSignal): Promise<Death | null> {
    const watched = this.#watched.get(containerId)
    if (watched === undefined || watched.death !== null || signal.aborted) return Promise.resolve(watched?.death ?? null)
    return new Promise(resolve => {
      const wake = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        watched.wake = () => {}
        resolve(watched.death)
      }
      const timer = setTimeout(wake, milliseconds)
      signal.addEventListener('abort', wake, { once: true })
      watched.wake = wake
    })
  }

  /** One JSON document a line; a chunk may hold a part of one. */
  #read(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#hear(line)
  }

  #hear(line: string): void {
    let heard
    try {
      heard = Message.safeParse(JSON.parse(line)).data
    } catch {
      return
    }
    if (heard === undefined) return
    const { Action: action, Actor: { ID: id, Attributes: { exitCode } }, timeNano } = heard
    if (action === 'oom') return this.#onOom(id)
    const watched = this.#watched.get(id)
    if (watched === undefined) return
    if (action === 'start') watched.startedAt = timeNano / NANOSECONDS
    if (action !== 'die') return
    const code = Number(exitCode)
    if (exitCode !== undefined && Number.isInteger(code)) watched.death = { exitCode: code, at: timeNano / NANOSECONDS }
    watched.wake()
  }
}
