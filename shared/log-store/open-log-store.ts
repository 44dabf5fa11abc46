import { LongshoreError } from '../errors.js'
import { FileLogStore } from './file-log-store.js'
import type { LogStore } from './log-store.js'
import { parseS3Location } from './s3-location.js'
import { S3LogStore } from './s3-log-store.js'

/** Opens the store that the setting `logStore` names. */
export function openLogStore(target: string): LogStore {
  if (target.startsWith('file:')) return new FileLogStore(target.slice('file:'.length))
  if (target.startsWith('s3:')) return new S3LogStore(parseS3Location(target))
  throw new LongshoreError('LS_CONFIG', `logStore '${target}' must start with file: or s3:`)
}
