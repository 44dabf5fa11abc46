import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const StandaloneFile = z.object({
  v: z.literal(1),
  /** Null after an orderly end: its database and logs are still there. */
  pid: z.number().int().nullable(),
  startedAt: z.string(),
  /** Null where the settings name one: this file holds no credentials. */
  databaseUrl: z.string().nullable(),
  redisUrl: z.string().nullable(),
  redisPrefix: z.string(),
  logStore: z.string(),
  httpUrl: z.string().nullable(),
})

/** What a standalone tells the commands that are given the same state directory. */
export type StandaloneFile = Readonly<z.infer<typeof StandaloneFile>>

export const standaloneFile = (stateDir: string): string => join(stateDir, 'standalone.json')

/** Null when no standalone ever ran there. One that cannot be read is as good as none: the settings decide then. */
export function readStandaloneFile(stateDir: string): StandaloneFile | null {
  try {
    return StandaloneFile.parse(JSON.parse(readFileSync(standaloneFile(stateDir), 'utf8')))
  } catch {
    return null
  }
}

export function writeStandaloneFile(stateDir: string, content: StandaloneFile): void {
  mkdirSync(stateDir, { recursive: true })
  const path = standaloneFile(stateDir)
  writeFileSync(`${path}.tmp`, JSON.stringify(content), { mode: 0o600 })
  renameSync(`${path}.tmp`, path)
}
