import { readFileSync } from 'node:fs'

/** Clock ticks per second in /proc: 100 on every Linux that Node runs on. */
const TICKS = 100

/** Fields of the first line of /proc/stat (proc(5)) in which somebody worked: user, nice, system, irq, softirq. */
const WORKED = [1, 2, 3, 6, 7]

/** CPU seconds that everything on this machine has used since it booted. */
export function machineCpuSeconds(): number {
  const fields = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.split(/ +/).map(Number) ?? []
  return WORKED.reduce((sum, field) => sum + (fields[field] ?? 0), 0) / TICKS
}

/** By the kernel's account, of the process alone. */
export function cpuSecondsOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}
