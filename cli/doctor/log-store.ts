import { randomUUID } from 'node:crypto'
import { parseS3Location } from '../../shared/log-store/s3-location.js'
import { S3LogStore } from '../../shared/log-store/s3-log-store.js'
import { failed, ok, warn, withLimit, type Check } from './check.js'

/** With the repeats that each request has. */
const PATIENCE_MS = 30_000
const REQUEST_MS = 5_000

/** A store of objects shows only in use what its credentials allow: one small object is written, read and removed. */
export const checkLogStore: Check = async ({ config: { logStore }, role }) => {
  if (!logStore.startsWith('s3:') || role === 'scheduler') return []
  const location = parseS3Location(logStore)
  const store = new S3LogStore(location, { timeoutMs: REQUEST_MS })
  const name = `longshore-doctor/${randomUUID()}`
  const written = Buffer.from('written by longshore doctor, which removes it again\n')
  const place = `s3://${location.bucket}/${location.prefix}${location.endpoint === null ? '' : ` at ${location.endpoint}`}`
  try {
    return await withLimit(PATIENCE_MS, (async () => {
      await store.write(name, 0, written)
      const { bytes } = await store.read(name, 0, written.length)
      await store.remove(name)
      return bytes.equals(written) ? [ok('log store', `${place}, an object was written, read and removed`)]
        : [warn('log store', `${place} gave back something else than was written`, 'Look for a cache or a gateway in front of the store: logs must be read as they were written.')]
    })())
  } catch (error) {
    return [failed('log store', error)]
  }
}
