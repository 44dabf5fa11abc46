import { LongshoreError } from '../errors.js'

/** Names come from jobs and from URLs: nothing outside the store may be reached by one. */
export function checkLogName(name: string): void {
  const plain = name !== '' && !name.includes('\0') && name.split('/').every(part => part !== '' && part !== '.' && part !== '..')
  if (!plain) throw new LongshoreError('LS_LOG_NOT_FOUND', `'${name}' is not the name of a log`)
}
