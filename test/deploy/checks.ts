import type { AttemptFact, ContainerFact, Facts, LedgerFact, RequestFacts, RunFact, RunningFact } from './facts.js'

/** Each check gives what it has to complain of, as sentences; nothing is what is hoped for. */
type Complaints = string[]

/** The exit codes of SIGKILL and SIGTERM. */
const KILLED = [137, 143]

export interface Expectations {
  /** The DAG that is run by its schedule, and the distance of its dates in milliseconds. */
  readonly schedule: { readonly dag: string; readonly everyMs: number }
  readonly pausedBefore: ReadonlyMap<string, boolean>
}

/** All that holds whatever was done. */
export function complaints(facts: Facts, { schedule, pausedBefore }: Expectations): Complaints {
  const attempts = facts.attempts.filter(row => !wasGivenBack(row, facts))
  return [
    ...oneEndEach(facts.containers, attempts),
    ...noneKilled(facts.containers, attempts),
    ...ledgerWhole(facts.ledger, attempts),
    ...counted(facts.containers, facts.logs),
    ...runsSucceeded(facts.runs),
    ...datesWhole(facts.runs, schedule.dag, schedule.everyMs),
    ...pausedAsBefore(pausedBefore, facts.paused),
    ...allAnswered(facts.requests),
  ]
}

/** A worker had claimed it, could not start it, since its Docker was away, say, and gave it back: its task has another attempt, or its run has not ended. */
export function wasGivenBack({ state, attempt, container }: AttemptFact, { containers, ledger }: Pick<Facts, 'containers' | 'ledger'>): boolean {
  return state === 'released' && container === null && ![...containers, ...ledger].some(one => one.attempt === attempt)
}

/** Every container that was started belongs to one attempt that has ended, and every attempt that has ended had one container. */
export function oneEndEach(containers: readonly ContainerFact[], attempts: readonly AttemptFact[]): Complaints {
  const started = containers.flatMap(({ id, node, attempt }) => {
    const rows = attempts.filter(row => row.container === id && row.state === 'finished')
    return rows.length === 1 && rows[0]?.attempt === attempt ? [] : [`container ${id.slice(0, 12)} on ${node} was started for attempt ${attempt} and has ${rows.length} attempts that have ended`]
  })
  const ended = attempts.flatMap(row => {
    const own = containers.filter(({ attempt }) => attempt === row.attempt)
    return row.state === 'finished' && own.length === 1 ? [] : [`attempt ${row.attempt} of ${row.dag} ${row.run} is ${row.state} (${row.reason ?? 'no reason'}) and had ${own.length} containers`]
  })
  return [...started, ...ended]
}

export function noneKilled(containers: readonly ContainerFact[], attempts: readonly AttemptFact[]): Complaints {
  return [
    ...containers.filter(({ exitCode }) => exitCode !== null && exitCode !== 0).map(({ id, attempt, exitCode }) => `container ${id.slice(0, 12)} of attempt ${attempt} ${verdict(exitCode)}`),
    ...attempts.filter(({ exitCode }) => exitCode !== 0).map(({ attempt, exitCode }) => `attempt ${attempt} ${verdict(exitCode)}`),
  ]
}

const verdict = (exitCode: number | null): string => (exitCode === null ? 'has no exit code' : KILLED.includes(exitCode) ? `was killed: exit code ${exitCode}` : `failed: exit code ${exitCode}`)

/** What the tasks say themselves: each attempt started once and came to its end. */
export function ledgerWhole(ledger: readonly LedgerFact[], attempts: readonly AttemptFact[]): Complaints {
  const known = new Set(attempts.map(({ attempt }) => attempt))
  return [...new Set([...ledger.map(({ attempt }) => attempt), ...known])].flatMap(attempt => {
    const times = (type: LedgerFact['type']): number => ledger.filter(line => line.attempt === attempt && line.type === type).length
    const [starts, ends] = [times('start'), times('end')]
    return [
      ...(starts === 1 && ends === 1 ? [] : [`attempt ${attempt} started ${starts} times and came to its end ${ends} times`]),
      ...(known.has(attempt) ? [] : [`attempt ${attempt} ran and the database does not know it`]),
    ]
  })
}

/** The counter of each container is in its log without a gap or a repetition, up to the line that says where it ended. */
export function counted(containers: readonly ContainerFact[], logs: Facts['logs']): Complaints {
  return containers.flatMap(({ attempt }) => {
    const lines = logs.get(attempt) ?? []
    const beats = lines.filter(line => line.startsWith('beat ')).map(line => Number(line.slice(5)))
    const end = /^end (\d+)$/.exec(lines.at(-1) ?? '')?.[1]
    const gap = beats.findIndex((beat, index) => beat !== index + 1)
    if (gap >= 0) return [`the log of attempt ${attempt} has beat ${beats[gap]} where ${gap + 1} belongs`]
    return end !== undefined && Number(end) === beats.length ? [] : [`the log of attempt ${attempt} breaks off after beat ${beats.length}`]
  })
}

export const runsSucceeded = (runs: readonly RunFact[]): Complaints => runs.filter(({ state }) => state !== 'success').map(({ dag, run, state }) => `${dag} ${run} is ${state}`)

/** The dates of a schedule follow each other: none is missing and none is there twice. */
export function datesWhole(runs: readonly RunFact[], dag: string, everyMs: number): Complaints {
  const dates = runs.filter(run => run.dag === dag && run.date !== null).map(({ date }) => date ?? 0).sort((a, b) => a - b)
  if (dates.length < 2) return [`${dag} has had ${dates.length} runs by its schedule`]
  return dates.slice(1).flatMap((date, index) => {
    const distance = date - (dates[index] ?? 0)
    return distance === everyMs ? [] : [`${dag}: ${new Date(date).toISOString()} comes ${distance} ms after the date before, and not ${everyMs}`]
  })
}

export function pausedAsBefore(before: ReadonlyMap<string, boolean>, after: ReadonlyMap<string, boolean>): Complaints {
  return [...before].filter(([dag, paused]) => after.get(dag) !== paused).map(([dag, paused]) => `${dag} was ${paused ? 'paused' : 'not paused'} and is not so any more`)
}

export function allAnswered({ answered, failed }: RequestFacts): Complaints {
  return [...failed, ...(answered === 0 ? ['nobody asked the web process anything'] : [])]
}

/** What ran before something was done runs on as the same process in the same container, or has ended well. */
export function undisturbed(before: readonly RunningFact[], after: readonly RunningFact[], attempts: readonly AttemptFact[]): Complaints {
  if (before.length === 0) return ['nothing ran that could have been disturbed']
  return before.flatMap(({ id, pid, attempt, node }) => {
    const now = after.find(container => container.id === id)
    if (now !== undefined) return now.pid === pid ? [] : [`container ${id.slice(0, 12)} of attempt ${attempt} on ${node} has process ${now.pid} and had ${pid}`]
    const row = attempts.find(one => one.attempt === attempt)
    return row?.state === 'finished' && row.container === id && row.exitCode === 0 ? [] : [`container ${id.slice(0, 12)} of attempt ${attempt} on ${node} is gone, and its attempt is ${row?.state ?? 'unknown'} in ${row?.container?.slice(0, 12) ?? 'no container'}`]
  })
}

export interface Move {
  readonly from: string
  readonly to: string
  /** When the registry began to be told, and when the alias had moved and what nodes remember of it had lapsed. */
  readonly beganAt: number
  readonly heldAt: number
}

/** Nothing has the new image before the alias moved; all that was asked for afterwards has it. */
export function digestsFollow(attempts: readonly AttemptFact[], { from, to, beganAt, heldAt }: Move): Complaints {
  const known = attempts.filter(({ digest }) => digest === from || digest === to)
  const wrong = known.flatMap(({ attempt, digest, startedAt, queuedAt }) => [
    ...(digest === to && (startedAt ?? 0) < beganAt ? [`attempt ${attempt} had the new image before the alias moved`] : []),
    ...(digest === from && queuedAt > heldAt ? [`attempt ${attempt} was queued after the alias had moved and had the old image`] : []),
  ])
  const missing = [from, to].filter(one => !known.some(({ digest }) => digest === one)).map(one => `no attempt had the image ${one}`)
  return [...attempts.filter(row => !known.includes(row)).map(({ attempt, digest }) => `attempt ${attempt} had the image ${digest ?? 'null'}, which is neither`), ...wrong, ...missing]
}

/** What a plan does: exactly this, to exactly one node. */
export function onlyChange(changes: readonly { readonly address: string; readonly change: { readonly actions: readonly string[] } }[], action: 'create' | 'delete', address: string): Complaints {
  const found = changes.map(one => `${one.change.actions.join('+')} ${one.address}`)
  return found.length === 1 && found[0] === `${action} ${address}` ? [] : [`the plan is to ${found.join(', ') || 'do nothing'}, and not to ${action} ${address} alone`]
}

/** What a node that is gone had started had ended well when it went. */
export function leftEmpty(node: string, containers: readonly ContainerFact[]): Complaints {
  const own = containers.filter(container => container.node === node)
  if (own.length === 0) return [`${node} has run nothing`]
  return own.filter(({ exitCode }) => exitCode !== 0).map(({ id, attempt, exitCode }) => `${node} went while container ${id.slice(0, 12)} of attempt ${attempt} ${exitCode === null ? 'ran' : `had ended with ${exitCode}`}`)
}

/** A release that does not come up is tried on one node, and nobody has it in the end. */
export function stoppedAtOne(tried: readonly string[], versions: ReadonlyMap<string, string>, broken: string): Complaints {
  return [
    ...(tried.length === 1 ? [] : [`${broken} was installed on ${tried.length} nodes: ${tried.join(', ')}`]),
    ...[...versions].filter(([, version]) => version === broken).map(([node]) => `${node} still has ${broken}`),
  ]
}
