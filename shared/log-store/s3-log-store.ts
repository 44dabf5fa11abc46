import { LongshoreError } from '../errors.js'
import { checkLogName } from './log-name.js'
import type { LogPace, LogSlice, LogStore } from './log-store.js'
import { S3Objects, type S3Options } from './s3-objects.js'
import type { S3Location } from './s3-location.js'

/** A part is written again with what came since, until it has this size: small logs are few objects, large ones are not written over and over. */
const PART_BYTES = 64 * 1024
const COPIED_AT_ONCE = 1024 * 1024
/** Logs whose last part is remembered; one that is not is listed before it is written again. */
const REMEMBERED = 256
/** A part that is there no more when it is read: the log was replaced meanwhile. */
const READ_TRIES = 5

interface Part {
  readonly key: string
  readonly start: number
  readonly size: number
}

/** Where a log ends that this process writes, and the bytes of its last part while that may still grow. */
interface Growing {
  readonly end: number
  readonly start: number
  readonly open: Buffer
}

/**
 * Logs as objects of S3 or anything that speaks its protocol. Objects cannot be appended to, so a log that grows is
 * `NAME.parts/OFFSET`, and one that is complete is the single object `NAME.log`, which hides its parts. A put shows its whole
 * object or none of it, hence no reader ever sees half a write.
 */
export class S3LogStore implements LogStore {
  /** Each write is a request that is paid for; live readers are to see it within a second. */
  readonly pace: LogPace = { everyMs: 500, bytes: 1024 * 1024 }
  readonly #objects: S3Objects
  readonly #growing = new Map<string, Growing>()

  constructor(location: S3Location, options: S3Options = {}) {
    this.#objects = new S3Objects(location, options)
  }

  async write(name: string, offset: number, bytes: Buffer): Promise<void> {
    checkLogName(name)
    const known = this.#growing.get(name)
    const { start, open } = known?.end === offset ? known : await this.#cutOff(name, offset)
    const part = Buffer.concat([open, bytes])
    await this.#objects.put(partKey(name, start), part)
    const end = start + part.length
    this.#remember(name, part.length < PART_BYTES ? { end, start, open: part } : { end, start: end, open: Buffer.alloc(0) })
  }

  async replace(name: string, content: AsyncIterable<Buffer>): Promise<void> {
    checkLogName(name)
    await this.#objects.putStream(wholeKey(name), content)
    this.#growing.delete(name)
    await this.#removeParts(await this.#parts(name))
  }

  async read(name: string, start: number, length: number): Promise<LogSlice> {
    checkLogName(name)
    for (let tries = 0; tries < READ_TRIES; tries += 1) {
      const slice = await this.#objects.get(wholeKey(name), start, length) ?? await this.#readParts(name, start, length)
      if (slice !== null) return slice
    }
    throw new LongshoreError('LS_LOG_NOT_FOUND', `there is no log ${name}`)
  }

  async size(name: string): Promise<number | null> {
    checkLogName(name)
    const whole = async (): Promise<number | null> => this.#objects.size(wholeKey(name))
    // The parts may have become one object between the two looks.
    return await whole() ?? endOf(await this.#parts(name)) ?? await whole()
  }

  async remove(name: string): Promise<void> {
    checkLogName(name)
    this.#growing.delete(name)
    await this.#removeParts(await this.#parts(name))
    await this.#objects.remove([wholeKey(name)])
  }

  /** Null when something is not there: nothing was ever written, or the parts have become one object. */
  async #readParts(name: string, from: number, length: number): Promise<LogSlice | null> {
    const parts = await this.#parts(name)
    const size = endOf(parts)
    if (size === null) return null
    const to = Math.min(size, from + length)
    const bytes = Buffer.alloc(Math.max(0, to - from))
    const found = await Promise.all(parts.filter(({ start, size }) => start < to && start + size > from).map(async ({ key, start, size }) => {
      const first = Math.max(from, start)
      const slice = await this.#objects.get(key, first - start, Math.min(to, start + size) - first)
      slice?.bytes.copy(bytes, first - from)
      return slice !== null && slice.bytes.length === Math.min(to, start + size) - first
    }))
    return found.every(Boolean) ? { bytes, size } : null
  }

  /** Makes a log that another process wrote end at an offset: what it wrote after that was never noted. */
  async #cutOff(name: string, offset: number): Promise<Growing> {
    this.#growing.delete(name)
    const parts = await this.#parts(name)
    const whole = await this.#objects.size(wholeKey(name))
    if (whole !== null) {
      await this.#removeParts(parts)
      if (offset > 0) await this.#copy(wholeKey(name), partKey(name, 0), Math.min(offset, whole))
      await this.#objects.remove([wholeKey(name)])
    } else {
      await this.#removeParts(parts.filter(({ start }) => start >= offset))
      for (const { key, start } of parts.filter(({ start, size }) => start < offset && start + size > offset)) await this.#copy(key, key, offset - start)
    }
    return { end: offset, start: offset, open: Buffer.alloc(0) }
  }

  async #copy(from: string, to: string, length: number): Promise<void> {
    const objects = this.#objects
    await objects.putStream(to, (async function* () {
      for (let at = 0; at < length;) {
        const bytes = (await objects.get(from, at, Math.min(COPIED_AT_ONCE, length - at)))?.bytes
        if (bytes === undefined || bytes.length === 0) return
        yield bytes
        at += bytes.length
      }
    })())
  }

  async #parts(name: string): Promise<Part[]> {
    const folder = partFolder(name)
    const found = await this.#objects.list(folder)
    return found.filter(({ key }) => OFFSET.test(key.slice(folder.length))).map(({ key, size }) => ({ key, size, start: Number(key.slice(folder.length)) }))
  }

  /** The last first: what a reader sees meanwhile has no hole. */
  async #removeParts(parts: readonly Part[]): Promise<void> {
    for (const { key } of parts.toReversed()) await this.#objects.remove([key])
  }

  #remember(name: string, growing: Growing): void {
    this.#growing.delete(name)
    this.#growing.set(name, growing)
    const [oldest] = this.#growing.keys()
    if (this.#growing.size > REMEMBERED && oldest !== undefined) this.#growing.delete(oldest)
  }
}

const OFFSET = /^\d{16}$/
const wholeKey = (name: string): string => `${name}.log`
const partFolder = (name: string): string => `${name}.parts/`
const partKey = (name: string, start: number): string => partFolder(name) + String(start).padStart(16, '0')

function endOf(parts: readonly Part[]): number | null {
  const last = parts.at(-1)
  return last === undefined ? null : last.start + last.size
}
