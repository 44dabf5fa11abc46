import { LongshoreError } from '../errors.js'
import { FileLogStore } from './file-log-store.js'
import type { LogStore } from './log-store.js'

/** Opens the store that the setting `logStore` names. */
export function openLogStore(target: string): LogStore {
  if (target.startsWith('file:')) return new FileLogStore(target.slice('file:'.length))
  throw new LongshoreError('LS_CONFIG', `logStore '${target}' must start with file:`)
}
