import { readingOf, type Reading, type SecretSource } from './source.js'

const PREFIX = 'LONGSHORE_SECRET_'
/** The environment is the process', and so is what was taken from it: a worker that is replaced by another leaves it there. */
const taken = new Map<string, string>()

/** Secrets in variables, for trying things out: they can be seen in /proc by whoever is the worker's user. */
export class EnvironmentSource implements SecretSource {
  readonly label = `variables (${PREFIX}…)`

  constructor() {
    takeVariables()
  }

  read(name: string): Promise<Reading> {
    takeVariables()
    const variable = variableOf(name)
    const value = taken.get(variable)
    return Promise.resolve(value === undefined ? { kind: 'absent' } : readingOf(Buffer.from(value), variable))
  }

  names(): Promise<readonly string[]> {
    takeVariables()
    return Promise.resolve([...taken.keys()].map(variable => variable.slice(PREFIX.length).toLowerCase().replaceAll('_', '-')))
  }
}

/** `warehouse-password` is LONGSHORE_SECRET_WAREHOUSE_PASSWORD. */
export const variableOf = (name: string): string => `${PREFIX}${name.toUpperCase().replace(/[.-]/g, '_')}`

/** Nothing that this process starts is to inherit them. */
function takeVariables(): void {
  for (const [variable, value] of Object.entries(process.env)) {
    if (!variable.startsWith(PREFIX) || value === undefined) continue
    taken.set(variable, value)
    delete process.env[variable]
  }
}
