import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type * as Sdk from '@aws-sdk/client-s3'
import type * as Storage from '@aws-sdk/lib-storage'
import { LongshoreError } from '../errors.js'
import type { S3Location } from './s3-location.js'

export interface S3Options {
  /** How long a server may take to answer before the request is repeated. */
  readonly timeoutMs?: number
}

export interface StoredObject {
  readonly key: string
  readonly size: number
}

interface Opened {
  readonly client: Sdk.S3Client
  readonly sdk: typeof Sdk
  readonly storage: typeof Storage
}

/** One request is made so often, with growing pauses: about 10 s of 503s, lost connections or `SlowDown`. */
const ATTEMPTS = 8
const TIMEOUT_MS = 60_000
const CONNECT_MS = 5_000
/** What one multipart upload keeps in memory is two of these; AWS takes no smaller ones. */
const MULTIPART_BYTES = 5 * 1024 * 1024
const REMOVED_AT_ONCE = 16

/**
 * The objects of one bucket, with every failure that passes repeated. The SDK is loaded by the first request: who has a store
 * of files does not pay for it.
 */
export class S3Objects {
  #opening: Promise<Opened> | undefined

  constructor(private readonly location: S3Location, private readonly options: S3Options = {}) {}

  async put(key: string, body: Buffer): Promise<void> {
    const { client, sdk } = await this.#open()
    await this.#told('write', key, () => client.send(new sdk.PutObjectCommand({ ...this.#at(key), Body: body })))
  }

  /** The object appears whole when everything has arrived, or not at all. */
  async putStream(key: string, content: AsyncIterable<Buffer>): Promise<void> {
    const { client, storage } = await this.#open()
    const source = { error: null as unknown }
    const body = Readable.from(rememberError(content, source), { objectMode: false })
    try {
      await this.#told('write', key, () => new storage.Upload({
        client, params: { ...this.#at(key), Body: body }, queueSize: 1, partSize: MULTIPART_BYTES, leavePartsOnError: false,
      }).done())
    } catch (error) {
      // What went wrong where the content comes from is not the store's failure.
      throw source.error ?? error
    } finally {
      body.destroy()
    }
  }

  /** At most `length` bytes from `start` on, and the size of the whole; null when there is no such object. */
  async get(key: string, start: number, length: number): Promise<{ readonly bytes: Buffer; readonly size: number } | null> {
    const { client, sdk } = await this.#open()
    if (length === 0) return this.#nothingOf(key)
    return this.#told('read', key, async () => {
      for (let failures = 0; ; failures += 1) {
        try {
          const { Body, ContentRange, ContentLength } = await client.send(new sdk.GetObjectCommand({ ...this.#at(key), Range: `bytes=${start}-${start + length - 1}` }))
          // The SDK repeats requests, but not what is lost while an answer is read.
          const bytes = await Body?.transformToByteArray().catch(async (error: unknown) => {
            if (failures + 1 >= ATTEMPTS) throw error
            await delay(100 * 2 ** failures)
          })
          if (bytes !== undefined) return { bytes: Buffer.from(bytes), size: Number(ContentRange?.split('/')[1] ?? ContentLength) }
        } catch (error) {
          if (isNamed(error, 'NoSuchKey')) return null
          if (isNamed(error, 'InvalidRange') || statusOf(error) === 416) return this.#nothingOf(key)
          throw error
        }
      }
    })
  }

  async size(key: string): Promise<number | null> {
    const { client, sdk } = await this.#open()
    return this.#told('read', key, async () => {
      try {
        return (await client.send(new sdk.HeadObjectCommand(this.#at(key)))).ContentLength ?? 0
      } catch (error) {
        if (statusOf(error) === 404) return null
        throw error
      }
    })
  }

  /** Every object whose key begins so, by key. */
  async list(prefix: string): Promise<StoredObject[]> {
    const { client, sdk } = await this.#open()
    const found: StoredObject[] = []
    const { bucket, prefix: folder } = this.location
    for (let token: string | undefined, more = true; more;) {
      const page = await this.#told('list', prefix, () => client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: folder + prefix, ContinuationToken: token })))
      for (const { Key = '', Size = 0 } of page.Contents ?? []) found.push({ key: Key.slice(folder.length), size: Size })
      token = page.NextContinuationToken
      more = page.IsTruncated === true
    }
    return found
  }

  /** One request each: not every store takes lists of keys to delete. */
  async remove(keys: readonly string[]): Promise<void> {
    const { client, sdk } = await this.#open()
    for (let at = 0; at < keys.length; at += REMOVED_AT_ONCE) {
      await Promise.all(keys.slice(at, at + REMOVED_AT_ONCE).map(key => this.#told('remove', key, () => client.send(new sdk.DeleteObjectCommand(this.#at(key))))))
    }
  }

  async #nothingOf(key: string): Promise<{ readonly bytes: Buffer; readonly size: number } | null> {
    const size = await this.size(key)
    return size === null ? null : { bytes: Buffer.alloc(0), size }
  }

  #at(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.location.bucket, Key: this.location.prefix + key }
  }

  #open(): Promise<Opened> {
    return this.#opening ??= this.#connect()
  }

  async #connect(): Promise<Opened> {
    // The SDK would write on standard error, among JSON lines, which Node its later versions need.
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
    const [sdk, storage] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')])
    const { endpoint, region, pathStyle } = this.location
    const client = new sdk.S3Client({
      ...(endpoint === null ? {} : { endpoint }), ...(region === null ? {} : { region }), forcePathStyle: pathStyle,
      maxAttempts: ATTEMPTS, retryMode: 'standard',
      // Checksums that the SDK adds by itself are refused by many servers other than AWS.
      requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: CONNECT_MS, requestTimeout: this.options.timeoutMs ?? TIMEOUT_MS, socketTimeout: this.options.timeoutMs ?? TIMEOUT_MS, throwOnRequestTimeout: true,
      },
    })
    return { client, sdk, storage }
  }

  async #told<T>(what: string, key: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request()
    } catch (cause) {
      const { bucket, prefix, endpoint } = this.location
      const name = cause instanceof Error && cause.name !== 'Error' ? `${cause.name}: ` : ''
      throw new LongshoreError('LS_LOG_STORE', `cannot ${what} s3://${bucket}/${prefix}${key}${endpoint === null ? '' : ` at ${endpoint}`}: ${name}${messageOf(cause)}`, { cause })
    }
  }
}

async function* rememberError(content: AsyncIterable<Buffer>, source: { error: unknown }): AsyncGenerator<Buffer> {
  try {
    yield* content
  } catch (error) {
    source.error = error
    throw error
  }
}

/** Node reports a refused connection to a name with several addresses as one error without a message. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return messageOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}

const statusOf = (error: unknown): number | undefined => (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name
