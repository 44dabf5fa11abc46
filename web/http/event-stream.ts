import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Proxies and browsers give up on what says nothing. */
const HEARTBEAT_MS = 15_000
/** A browser asks again by itself, and then what it may see is checked anew. */
const LIFE_MS = 15 * 60_000
/** What may wait for a slow reader; it begins again where it was. */
const MOST_WAITING = 1024 * 1024

/** Server-sent events to one reader. */
export class EventStream extends Readable {
  readonly #heartbeat: NodeJS.Timeout
  readonly #life: NodeJS.Timeout
  #wanted: (() => void) | null = null

  constructor() {
    super({ highWaterMark: 64 * 1024 })
    this.#heartbeat = setInterval(() => { this.#write(': \n\n') }, HEARTBEAT_MS)
    this.#life = setTimeout(() => { this.end() }, LIFE_MS)
  }

  override _read(): void {
    this.#wanted?.()
    this.#wanted = null
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#heartbeat)
    clearTimeout(this.#life)
    this.#wanted?.()
    done(error)
  }

  /** `id` is where a reader that was cut off goes on. */
  event(data: unknown, { id, name }: { readonly id?: string | number; readonly name?: string } = {}): void {
    this.#write(`${id === undefined ? '' : `id: ${id}\n`}${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`)
  }

  end(): void {
    if (!this.destroyed && !this.readableEnded) this.push(null)
    clearInterval(this.#heartbeat)
    clearTimeout(this.#life)
  }

  /** Resolves when the reader has taken nearly everything, or is gone. */
  async drained(): Promise<void> {
    if (this.destroyed || this.readableLength < this.readableHighWaterMark) return
    await new Promise<void>(resolve => { this.#wanted = resolve })
  }

  #write(text: string): void {
    if (this.destroyed || this.readableEnded) return
    if (this.readableLength > MOST_WAITING) this.destroy()
    else this.push(text)
  }
}

export const sendEvents = (reply: FastifyReply, stream: EventStream): FastifyReply =>
  reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no').type('text/event-stream').send(stream)
