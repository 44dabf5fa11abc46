import { setTimeout as delay } from 'node:timers/promises'
import type { LogFrame } from '../../shared/broker/live-log.js'
import { LongshoreError } from '../../shared/errors.js'
import { frameOfView, type FrameView } from '../../shared/log-reading/view-frame.js'
import { isAway } from '../patiently.js'
import type { AttemptLog } from '../ports/tasks.js'
import { bodyOf, problemOf, type Api } from './api.js'
import { readEvents } from './event-reader.js'

const PATH = '/api/v1/dags/{dag}/runs/{run}/tasks/{task}/attempts/{fence}/log'
const LONGEST_PART = 1024 * 1024
/** Between two tries to go on with a log whose connection broke. */
const AGAIN_MS = [500, 1_000, 2_000, 5_000] as const
/** So long a server may be away, for an upgrade of it for instance, until following its logs is given up. */
const GIVE_UP_MS = 60_000

export interface AttemptPath {
  readonly dag: string
  readonly run: string
  readonly task: string
  readonly mapIndex: number
  readonly fence: number
}

/** The log of an attempt over the API: in parts as far as it goes, then as events, from where the last one left off. */
export class RemoteLog implements AttemptLog {
  readonly place = 'its log store'
  #next = 0
  #last: LogFrame | null = null
  #isThere = false

  constructor(private readonly api: Api, private readonly path: AttemptPath) {}

  get isThere(): boolean {
    return this.#isThere
  }

  async *soFar(): AsyncGenerator<readonly LogFrame[]> {
    const { mapIndex, ...path } = this.path
    for (;;) {
      const part = await bodyOf(this.api.GET(PATH, { params: { path, query: { mapIndex, from: this.#next, limit: LONGEST_PART } } }))
      if (part.size > 0) this.#isThere = true
      this.#next = part.next
      if (part.frames.length === 0) return
      yield this.#seen(part.frames.map(frameOfView))
    }
  }

  async *further(): AsyncGenerator<readonly LogFrame[]> {
    let lostAt: number | null = null
    for (let again = 0; ; again += 1) {
      try {
        for await (const { name, data, id } of readEvents(await this.#open())) {
          lostAt = null
          again = 0
          if (name === 'end') return
          const frames = this.#fresh((JSON.parse(data) as readonly FrameView[]).map(frameOfView), id)
          if (frames.length > 0) yield this.#seen(frames)
        }
      } catch (error) {
        if (error instanceof LongshoreError && !isAway(error)) throw error
        if (performance.now() - (lostAt ??= performance.now()) > GIVE_UP_MS) throw error
      }
      // It was cut off, or the server ends every stream from time to time.
      await delay(AGAIN_MS[Math.min(again, AGAIN_MS.length - 1)])
    }
  }

  async #open(): Promise<ReadableStream<Uint8Array>> {
    const { mapIndex, ...path } = this.path
    const { data, error, response } = await this.api.GET(PATH, {
      params: { path, query: { mapIndex, from: this.#next } }, headers: { accept: 'text/event-stream' }, parseAs: 'stream',
    })
    if (!response.ok || data == null) throw problemOf(response, error)
    return data as ReadableStream<Uint8Array>
  }

  /** Where the log store cannot be seen, places are not known: what was shown before is told by its time. */
  #fresh(frames: readonly LogFrame[], id: string | null): readonly LogFrame[] {
    const last = this.#last
    if (id !== null) {
      this.#next = Number(id)
      this.#isThere = true
      return frames
    }
    return last === null ? frames : frames.filter(({ time }) => isLater(time, last.time))
  }

  #seen(frames: readonly LogFrame[]): readonly LogFrame[] {
    this.#last = frames.at(-1) ?? this.#last
    return frames
  }
}

/** Times are `<seconds>.<nanoseconds>`: too fine for a number. */
function isLater(a: string, b: string): boolean {
  const [[secondsA = '', nanosA = ''], [secondsB = '', nanosB = '']] = [a.split('.'), b.split('.')]
  return (Number(secondsA) - Number(secondsB) || Number(nanosA) - Number(nanosB)) > 0
}
