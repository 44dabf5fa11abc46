import { existsSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { FinishReason } from '../../../shared/states/attempt.js'
import { monotonic, sleep, wallClock } from '../../clock.js'
import { ExecutionFailure, type Ended, type Executor, type LogBatch, type LogPosition, type Observation, type Run, type Task, type TaskRef } from '../executor.js'
import { readNow } from '../../resources/cgroup-usage.js'
import { notedUsage, treeUsage } from '../../resources/process-usage.js'
import type { Usage } from '../../resources/usage.js'
import { environmentOf } from '../environment.js'
import { makeOutputDirectory, outputDirectory, RESULT_FILE } from '../result-file.js'
import { notedProcess, processIdentity, type NotedProcess } from './process-identity.js'
import { readProcessLog, type ProcessLogPosition } from './process-log.js'
import { ProcessFile, SHIM } from './shim.js'

const POLL_MS = 100
const SHIM_POLL_MS = 5
/** How long a shim may take from being spawned to taking its lock, and from there to noting its pid. */
const SHIM_START_MS = 10_000
const SHIM_NOTE_MS = 30_000
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Runs commands on the worker itself, for laptops and tests. They outlive the worker's process as containers do. */
export class ProcessExecutor implements Executor {
  readonly kind = 'process'
  readonly durable = true
  readonly keepsLog = false

  constructor(private readonly pushgatewayUrl: string) {}

  async prepare(): Promise<null> { return null }

  async create(task: Task): Promise<void> {
    const { entrypoint, command, result } = task.payload
    if ((entrypoint ?? []).length + (command ?? []).length === 0) throw new ExecutionFailure(FinishReason.rejected, 'a task of kind process needs a command')
    if (result) await makeOutputDirectory(task)
  }

  async start(task: Task): Promise<Run> {
    if (!await exists(join(task.directory, ProcessFile.once))) await this.#spawn(task)
    const seen = await this.#settled(task)
    if (seen.state === 'running' || seen.state === 'exited') return seen.run
    throw new ExecutionFailure(FinishReason.infrastructure, 'the process did not start')
  }

  async inspect({ directory }: TaskRef): Promise<Observation> {
    const noted = await readNote(directory)
    if (noted === null) return { state: await exists(join(directory, ProcessFile.once)) ? 'created' : 'absent' }
    const startedAt = (await stat(join(directory, ProcessFile.pid))).mtimeMs
    const run: Run = { handle: `process:${noted.pid}`, imageDigest: null, startedAt }
    // The process is looked at before the exit file: one that ends in between has written the file by then.
    const alive = processIdentity(noted.pid) === noted.identity
    const code = await readText(join(directory, ProcessFile.exit))
    if (code !== null) {
      const finishedAt = (await stat(join(directory, ProcessFile.exit))).mtimeMs
      return { state: 'exited', run, exit: { finishedAt, exitCode: Number(code), oom: false, lost: null } }
    }
    if (alive) return { state: 'running', run }
    return { state: 'exited', run, exit: { finishedAt: wallClock(), exitCode: null, oom: false, lost: 'the process is gone and left no exit code' } }
  }

  /** Of the shim, which has that of the command; where there is no /proc, and after the end, it is not known. */
  async environment({ directory }: TaskRef): Promise<Record<string, string>> {
    const noted = await readNote(directory)
    if (noted === null || processIdentity(noted.pid) !== noted.identity) return {}
    return environmentOf((await readFile(`/proc/${noted.pid}/environ`, 'utf8').catch(() => '')).split('\0'))
  }

  async ended(task: TaskRef, signal: AbortSignal): Promise<Ended> {
    for (;;) {
      signal.throwIfAborted()
      const seen = await this.inspect(task)
      if (seen.state === 'exited' || seen.state === 'absent') return seen
      await sleep(POLL_MS, signal)
    }
  }

  async stop(task: TaskRef, how: 'ask' | 'kill'): Promise<void> {
    const noted = await readNote(task.directory)
    if (noted !== null && processIdentity(noted.pid) === noted.identity) signalGroup(noted.pid, how === 'kill' ? 'SIGKILL' : 'SIGTERM')
  }

  readLog(task: TaskRef, from: LogPosition | null, follow: boolean, signal: AbortSignal): AsyncIterable<LogBatch> {
    const hasEnded = async (): Promise<boolean> => !follow || (await this.inspect(task)).state !== 'running'
    return readProcessLog(task.directory, from as ProcessLogPosition | null, hasEnded, signal)
  }

  usage({ directory }: TaskRef): Usage | null {
    const noted = readNow(join(directory, ProcessFile.usage))
    if (noted !== null) return notedUsage(noted)
    const process = notedProcess((readNow(join(directory, ProcessFile.pid)) ?? '').trim())
    return process === null || processIdentity(process.pid) !== process.identity ? null : treeUsage(process.pid)
  }

  /** What it wrote is in its directory, and its log is stored. */
  async keep(): Promise<boolean> {
    return false
  }

  /** What the command left behind in its group ends with it, as it would in a container. */
  async remove(task: TaskRef): Promise<void> {
    const noted = await readNote(task.directory)
    // A pid is not given out again while a group has it for its name, so a group without its leader is still ours.
    if (noted !== null && [null, noted.identity].includes(processIdentity(noted.pid))) signalGroup(noted.pid, 'SIGKILL')
  }

  async #spawn(task: Task): Promise<void> {
    const { payload, directory } = task
    const stdout = await open(join(directory, ProcessFile.stdout), 'a')
    const stderr = await open(join(directory, ProcessFile.stderr), 'a')
    try {
      const child = spawn('/bin/sh', ['-c', SHIM, 'longshore-shim', directory, ...payload.entrypoint ?? [], ...payload.command ?? []], {
        detached: true, stdio: ['ignore', stdout.fd, stderr.fd], env: await this.#environment(task),
        ...(payload.workdir !== null && { cwd: payload.workdir }),
      })
      await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => { throw error as Error })])
      child.unref()
    } catch (error) {
      throw startFailure(error as NodeJS.ErrnoException, payload.workdir)
    } finally {
      await stdout.close()
      await stderr.close()
    }
  }

  /** Nothing of the worker's own environment but what every command needs: it holds passwords. */
  async #environment(task: Task): Promise<Record<string, string>> {
    const { PATH, HOME, LANG } = process.env
    const env: Record<string, string> = { PATH: PATH ?? DEFAULT_PATH, HOME: HOME ?? homedir(), ...(LANG !== undefined && { LANG }) }
    if (this.pushgatewayUrl !== '') env['PUSHGATEWAY_URL'] = this.pushgatewayUrl
    Object.assign(env, task.payload.env, task.secrets)
    if (task.payload.result) env['LONGSHORE_RESULT'] = join(outputDirectory(task), RESULT_FILE)
    return env
  }

  /** Waits until the shim has noted its pid. One that is too late finds its lock taken and ends before it does anything. */
  async #settled(task: Task): Promise<Observation> {
    const deadline = monotonic() + SHIM_START_MS
    for (;;) {
      const seen = await this.inspect(task)
      if (seen.state !== 'created' && seen.state !== 'absent') return seen
      if (monotonic() > deadline && (monotonic() > deadline + SHIM_NOTE_MS || await this.#forbid(task))) return seen
      await sleep(SHIM_POLL_MS)
    }
  }

  /** Takes the shim's lock: true when no shim can run any more. */
  #forbid({ directory }: Task): Promise<boolean> {
    return mkdir(join(directory, ProcessFile.once)).then(() => true, () => false)
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function readNote(directory: string): Promise<NotedProcess | null> {
  const text = await readText(join(directory, ProcessFile.pid))
  return text === null ? null : notedProcess(text)
}

async function readText(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch {
    return null
  }
}

const exists = (path: string): Promise<boolean> => stat(path).then(() => true, () => false)

/** What the task itself asks for in vain will be in vain again; anything else may pass. */
function startFailure(cause: NodeJS.ErrnoException, workdir: string | null): ExecutionFailure {
  if (cause.code === 'E2BIG') return new ExecutionFailure(FinishReason.rejected, 'command and environment together are too long; one argument or variable may have 128 KiB', { cause })
  if (workdir !== null && !existsSync(workdir)) return new ExecutionFailure(FinishReason.rejected, `its working directory ${workdir} does not exist on this worker`, { cause })
  return new ExecutionFailure(FinishReason.startFailed, cause.message, { cause })
}
