import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../shared/config/schema.js'
import { CommandSource } from './command-source.js'
import { DirectorySource } from './directory-source.js'
import { EnvironmentSource } from './environment-source.js'
import type { Reading, SecretSource } from './source.js'

export type SecretSettings = Pick<Config, 'secretsDir' | 'secretsCommand' | 'secretsCommandTimeout' | 'secretsTtl'>

/** The secrets of a worker, wherever it keeps them. What the first place has is what counts. */
export class SecretStore {
  constructor(readonly sources: readonly SecretSource[]) {}

  /** In the order of docs/secrets.md. */
  static of(config: Config, environment: NodeJS.ProcessEnv = process.env): SecretStore {
    const { secretsDir, secretsCommand: command, secretsCommandTimeout: timeout, secretsTtl: ttl } = config
    const credentials = environment['CREDENTIALS_DIRECTORY']
    const isOwn = ownFiles(config, environment)
    return new SecretStore([
      ...(credentials === undefined ? [] : [new DirectorySource('systemd credentials', credentials, isOwn)]),
      ...(secretsDir === '' ? [] : [new DirectorySource('secretsDir', secretsDir, isOwn)]),
      new EnvironmentSource(),
      ...(command.length === 0 ? [] : [new CommandSource({ command, timeout, ttl })]),
    ])
  }

  /** A place that has it and may not give it away ends the search: the next one may hold an old value. */
  async find(name: string): Promise<Reading> {
    for (const source of this.sources) {
      const reading = await source.read(name)
      if (reading.kind !== 'absent') return reading
    }
    return { kind: 'absent' }
  }

  async names(): Promise<readonly string[]> {
    return [...new Set((await Promise.all(this.sources.map(source => source.names()))).flat())].sort()
  }
}

/**
 * Files that the worker itself is configured with: its Redis user, its registry credentials, a key. They often lie beside the
 * secrets of tasks, and a task that names one must not get it.
 */
function ownFiles(config: Config, environment: NodeJS.ProcessEnv): (path: string) => boolean {
  const credentials = environment['CREDENTIALS_DIRECTORY']
  const named = [...Object.values(environment), ...Object.values(config).flat(), credentials === undefined ? undefined : join(credentials, 'registry-auth')]
  const paths = [...new Set(named.filter(value => typeof value === 'string'))].filter(value => value.startsWith('/') && value.length <= 4_096)
  // Looked at anew each time: where such directories are renewed, the same name leads to another file from then on.
  return path => paths.some(own => realPathOf(own) === path)
}

function realPathOf(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}
