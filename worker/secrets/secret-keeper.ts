import type { Log } from '../../shared/log.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import type { SecretNames } from '../../shared/protocol/secret-name.js'
import { FinishReason } from '../../shared/states/attempt.js'
import { sleep } from '../clock.js'
import { ExecutionFailure, type Executor, type SecretValues, type TaskRef } from '../executors/executor.js'
import { Mask } from '../logs/mask.js'
import type { SecretStore } from './secret-store.js'
import type { Reading } from './source.js'

const LOOK_AGAIN_MS = 1_000

export interface SecretKeeperOptions {
  readonly store: SecretStore
  /** For display. */
  readonly workerName: string
  readonly log: Log
  readonly detach: AbortSignal
}

/** Gives attempts the values of their secrets, and knows what to mask in what they print. Values stay in memory. */
export class SecretKeeper {
  constructor(private readonly options: SecretKeeperOptions) {}

  /**
   * The values by variable, as they are now.
   * @throws ExecutionFailure: rejected when this worker has no such secret, infrastructure when it cannot be told now
   */
  async resolve({ queue, secrets = {} }: Pick<JobPayload, 'queue' | 'secrets'>): Promise<SecretValues> {
    const readings = await this.#readings(Object.values(secrets))
    return Object.fromEntries(Object.entries(secrets).map(([variable, name]) => {
      const reading = readings.get(name) as Reading
      if (reading.kind === 'found') return [variable, reading.value]
      throw this.#failure(queue, name, reading)
    }))
  }

  /**
   * The mask for an attempt that was started before, maybe by another process: what its task was given, even if the secret has
   * changed since. What can be found nowhere any more is not masked. Undefined when this process lets go before it is known.
   */
  async recall(executor: Executor, task: TaskRef, names: SecretNames = {}): Promise<Mask | null | undefined> {
    const { log, detach } = this.options
    if (Object.keys(names).length === 0) return null
    for (let failures = 0; !detach.aborted; failures += 1) {
      try {
        return Mask.of(await this.#known(await executor.environment(task), task, names))
      } catch (error) {
        // Without its values nothing of its log may be shown.
        if (failures === 0) log.warn({ attempt: task.attempt, err: error }, 'the secrets of an attempt cannot be looked at yet; its log waits')
        await sleep(LOOK_AGAIN_MS, detach)
      }
    }
    return undefined
  }

  async #known(environment: SecretValues, { attempt }: TaskRef, names: SecretNames): Promise<string[]> {
    const given = Object.keys(names).flatMap(variable => environment[variable] ?? [])
    const lacking = Object.entries(names).filter(([variable]) => environment[variable] === undefined).map(([, name]) => name)
    const readings = await this.#readings(lacking)
    const missed = lacking.filter(name => readings.get(name)?.kind !== 'found')
    if (missed.length > 0) this.options.log.warn({ attempt, secrets: missed }, 'secrets of an attempt that runs are not to be found here any more: they are not masked in its log')
    return [...given, ...[...readings.values()].flatMap(reading => (reading.kind === 'found' ? [reading.value] : []))]
  }

  async #readings(names: readonly string[]): Promise<Map<string, Reading>> {
    return new Map(await Promise.all([...new Set(names)].map(async name => [name, await this.options.store.find(name)] as const)))
  }

  #failure(queue: string, name: string, reading: Exclude<Reading, { kind: 'found' }>): ExecutionFailure {
    const { store, workerName } = this.options
    const who = `worker ${workerName} of queue ${queue}`
    if (reading.kind === 'failed') return new ExecutionFailure(FinishReason.infrastructure, `${who} cannot get the secret '${name}' now: ${reading.why}`)
    if (reading.kind === 'refused') return new ExecutionFailure(FinishReason.rejected, `${who} does not use its secret '${name}': ${reading.why}`)
    return new ExecutionFailure(FinishReason.rejected, `${who} has no secret '${name}'; it looked in: ${store.sources.map(({ label }) => label).join(', ')}`)
  }
}
