import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { LongshoreError } from '../errors.js'
import { bundleOf, MOST_BYTES, type Bundle } from './bundle.js'

const compress = promisify(gzip)
const expand = promisify(gunzip)
/** Base64 is a third longer than what it stands for; the rest is for paths. */
const MOST_EXPANDED = MOST_BYTES * 2

/** The form in which a bundle lies in the database. */
export function packBundle({ files }: Pick<Bundle, 'files'>): Promise<Buffer> {
  return compress(JSON.stringify(files.map(({ path, content }) => [path, content.toString('base64')])))
}

/** @throws LongshoreError LS_BUNDLE_DAMAGED when it is not the bundle of that hash */
export async function unpackBundle(packed: Buffer, hash: string): Promise<Bundle> {
  let bundle: Bundle
  try {
    const entries = JSON.parse((await expand(packed, { maxOutputLength: MOST_EXPANDED })).toString()) as [path: string, content: string][]
    bundle = bundleOf(entries.map(([path, content]) => ({ path, content: Buffer.from(content, 'base64') })))
  } catch (cause) {
    throw new LongshoreError('LS_BUNDLE_DAMAGED', `bundle ${hash} cannot be unpacked: ${(cause as Error).message}`, { cause })
  }
  if (bundle.hash !== hash) throw new LongshoreError('LS_BUNDLE_DAMAGED', `what is stored as bundle ${hash} is ${bundle.hash}`)
  return bundle
}
