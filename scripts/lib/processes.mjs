import { existsSync, readdirSync, readFileSync } from 'node:fs'

const HAS_PROC = existsSync('/proc/self/stat')
const FREEZE_MS = 5_000

/** Whether a process exists and is more than a zombie that nobody has reaped. */
export function isAlive(pid) {
  if (!HAS_PROC) return signal(pid, 0)
  return !['', 'Z'].includes(stateIn(`/proc/${pid}/stat`))
}

/** The living processes that `matches` says yes to, given what /proc says of them. */
export function findProcesses(matches) {
  const found = []
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    if (!Number.isInteger(pid) || pid === process.pid || !isAlive(pid)) continue
    const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
    if (command !== '' && matches({ pid, command, environment: () => read(`/proc/${pid}/environ`).split('\0') })) found.push({ pid, command })
  }
  return found
}

/** One letter, as proc(5) has it; empty when there is no such process or thread. */
function stateIn(path) {
  const stat = read(path)
  return stat.charAt(stat.lastIndexOf(')') + 2)
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid, name) {
  try {
    process.kill(pid, name)
    return true
  } catch (error) {
    if (error.code === 'ESRCH') return false
    throw error
  }
}

/** SIGSTOP, and not back before the threads have stopped: one that is at work when the signal comes goes on for a moment. */
export function freeze(pid) {
  if (!signal(pid, 'SIGSTOP') || !HAS_PROC) return
  const end = Date.now() + FREEZE_MS
  while (threads(pid).some(thread => !['', 'T', 'Z'].includes(stateIn(`/proc/${pid}/task/${thread}/stat`)))) {
    if (Date.now() > end) throw new Error(`process ${pid} does not stop within ${FREEZE_MS} ms of SIGSTOP`)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
  }
}

function threads(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

/** Waits until none of these processes is alive; false when the time is up. */
export async function gone(pids, timeoutMs) {
  const end = Date.now() + timeoutMs
  while (pids.some(isAlive)) {
    if (Date.now() > end) return false
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return true
}
