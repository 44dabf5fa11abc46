import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeDurably } from '../../worker/state/durable-file.js'

/** Where an update is, so that whoever comes after a crash goes on or goes back. */
export const UpdateStep = {
  /** Nothing has been changed. Entered at the end of every update. A crash here means nothing. */
  idle: 'idle',
  /** The package manager may have begun. A crash here: the next run installs again, and after a second crash goes back. */
  installing: 'installing',
  /** It did not work. A crash here: the next run goes back again, which is the same as once. */
  goingBack: 'goingBack',
} as const
export type UpdateStep = (typeof UpdateStep)[keyof typeof UpdateStep]

export const UpdateRecord = z.object({
  v: z.literal(1),
  /** Id of this machine among all nodes, made once. */
  node: z.string(),
  step: z.enum(UpdateStep),
  /** What is being done; null while there is nothing. */
  update: z.object({
    revision: z.number(), from: z.string(), to: z.string(), fromFile: z.string(), toFile: z.string(),
    /** Processes of the units that ran before. */
    units: z.array(z.object({ name: z.string(), pid: z.number() })),
    /** Containers of tasks that ran before. */
    tasks: z.array(z.string()),
    tries: z.number(), why: z.string().nullable(),
  }).nullable(),
  /** What it went back from last. */
  failed: z.object({ revision: z.number(), version: z.string(), why: z.string() }).nullable(),
})
export type UpdateRecord = z.infer<typeof UpdateRecord>
export type Update = NonNullable<UpdateRecord['update']>

/** Null for what is no record of any version: then nothing is known to go on with. */
export async function readRecord(directory: string): Promise<UpdateRecord | null> {
  const text = await readFile(fileIn(directory), 'utf8').catch((error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return null; throw error })
  try {
    return text === null ? null : UpdateRecord.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

export async function writeRecord(directory: string, record: UpdateRecord): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeDurably(fileIn(directory), JSON.stringify(record))
}

const fileIn = (directory: string): string => join(directory, 'update.json')
