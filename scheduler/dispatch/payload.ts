import type { TaskContext } from '../../shared/dag/context.js'
import { taskEnvironment } from '../../shared/dag/environment.js'
import type { DagSpec, TaskSpec } from '../../shared/dag/model.js'
import { renderTask } from '../../shared/dag/templates.js'
import type { RunRow } from '../../shared/database/tables/dag-runs.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { attemptId } from '../../shared/protocol/attempt-id.js'
import type { JobPayload } from '../../shared/protocol/job.js'

export interface Surroundings {
  readonly results: Readonly<Record<string, unknown>>
  readonly previous: TaskContext['previous']
  readonly pushgatewayUrl: string
  /** What an instance of a mapped task works on. */
  readonly item: unknown
}

/** What a job takes from its run. */
export type RunOfJob = Pick<RunRow, 'run_key' | 'dag_key' | 'run_id' | 'logical_date' | 'interval_start' | 'interval_end' | 'params'>

/** The job of one attempt. Depends on nothing that can change, so a job that Redis lost is built again byte for byte. */
export function buildPayload(spec: DagSpec, task: TaskSpec, run: RunOfJob, instance: Pick<TaskInstanceRow, 'ti_id' | 'map_index' | 'try_number'>, fence: number, around: Surroundings): JobPayload {
  const attempt = attemptId({ taskInstance: instance.ti_id, fence })
  const context: TaskContext = {
    dag: spec.dag, task: task.id, runId: run.run_id, mapIndex: instance.map_index, tryNumber: instance.try_number, fence, attempt,
    logicalDate: run.logical_date, dataIntervalStart: run.interval_start, dataIntervalEnd: run.interval_end, timezone: spec.timezone,
    params: JSON.parse(run.params) as Record<string, unknown>, results: around.results, previous: around.previous, item: around.item,
  }
  const rendered = renderTask(task, context)
  return {
    v: 1, attempt, queue: task.queue, dag: spec.dag, task: task.id, run: run.run_id, mapIndex: instance.map_index, tryNumber: instance.try_number,
    kind: task.kind === 'process' ? 'process' : 'container', image: rendered.image,
    entrypoint: rendered.entrypoint === null ? null : [...rendered.entrypoint],
    command: rendered.command === null ? null : [...rendered.command],
    env: { ...rendered.env, ...taskEnvironment(context), ...(around.pushgatewayUrl !== '' && { PUSHGATEWAY_URL: around.pushgatewayUrl }) },
    mounts: rendered.mounts.map(mount => ({ ...mount })),
    network: task.network, user: task.user, workdir: rendered.workdir, cpus: task.cpus, memory: task.memory, shm: task.shm, gpus: task.gpus, pull: task.pull,
    labels: { ...rendered.labels }, stopGrace: task.stopGrace, timeout: task.timeout, result: task.result,
    log: logPath(spec.dag, run.run_id, task.id, instance.map_index, fence),
  }
}

/** One name, one path: what is not plain is written as its bytes, so that `a:b` and `a_b` are two logs. */
const plain = (part: string): string => part.replace(/^\.+$|[^A-Za-z0-9._-]/g, letter => [...Buffer.from(letter)].map(byte => `=${byte.toString(16).padStart(2, '0')}`).join(''))

/** `dag/run/task/fence`; a mapped instance has its index behind the task. */
export function logPath(dag: string, run: string, task: string, mapIndex: number, fence: number): string {
  return [dag, run, mapIndex < 0 ? task : `${task}[${mapIndex}]`, String(fence)].map(plain).join('/')
}
