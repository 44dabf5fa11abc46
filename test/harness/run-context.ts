import { request } from 'node:http'
import { inject } from 'vitest'

/** What global-setup.ts tells the workers about this run of the tests. */
export interface RunContext {
  /** Everything the run writes lies under this folder; it is gone afterwards. */
  readonly folder: string
  /** Stands in the environment of every process that the harness starts, so that one that is left over is recognised. */
  readonly marker: string
  /** Where the depot answers. */
  readonly depotSocket: string
}

declare module 'vitest' {
  interface ProvidedContext {
    harness: RunContext
  }
}

export const runContext = (): RunContext => inject('harness')

/** The servers that all test files of a run share. Each is started when the first file asks for it. */
export interface Depot {
  docker: { readonly host: string; readonly socketPath: string; readonly isPrivate: boolean }
  mariadb: { readonly port: number }
  /** A freshly initialised data directory, to be copied. */
  mariadbTemplate: { readonly folder: string }
  /** dist/ is up to date. */
  build: { readonly entry: string }
}

/** Asks the main process of the tests for a shared server. */
export function askDepot<K extends keyof Depot>(what: K): Promise<Depot[K]> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: runContext().depotSocket, path: `/${what}` }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as Depot[K])
        else reject(new Error(`the shared ${what} could not be started: ${text}`))
      })
    })
    call.on('error', reject)
    call.end()
  })
}
