import { taskEnvironment } from '../dag/environment.js'
import type { DagSpec, TaskSpec } from '../dag/model.js'
import { renderTask } from '../dag/templates.js'
import type { TaskInstanceRow } from '../database/tables/task-instances.js'
import { attemptId } from '../protocol/attempt-id.js'
import type { JobPayload } from '../protocol/job.js'
import { taskContext, type RunOfTask, type Surroundings } from './task-context.js'

/** The job of one attempt. Depends on nothing that can change, so a job that Redis lost is built again byte for byte. */
export function buildPayload(spec: DagSpec, task: TaskSpec, run: RunOfTask, instance: Pick<TaskInstanceRow, 'ti_id' | 'map_index' | 'try_number'>, fence: number, around: Surroundings, pushgatewayUrl: string): JobPayload {
  const context = taskContext(spec, task, run, instance, fence, around)
  const rendered = renderTask(task, context)
  return {
    v: 1, attempt: attemptId({ taskInstance: instance.ti_id, fence }), queue: task.queue, dag: spec.dag, task: task.id, run: run.run_id, mapIndex: instance.map_index, tryNumber: instance.try_number,
    kind: task.kind === 'process' ? 'process' : 'container', image: rendered.image,
    entrypoint: rendered.entrypoint === null ? null : [...rendered.entrypoint],
    command: rendered.command === null ? null : [...rendered.command],
    env: { ...rendered.env, ...taskEnvironment(context), ...(pushgatewayUrl !== '' && { PUSHGATEWAY_URL: pushgatewayUrl }) },
    mounts: rendered.mounts.map(mount => ({ ...mount })),
    network: task.network, user: task.user, workdir: rendered.workdir, cpus: task.cpus, memory: task.memory, shm: task.shm, gpus: task.gpus, pull: task.pull,
    // Only where asked for: a worker of the version before refuses what it does not know.
    ...(task.readOnly && { readOnly: true }), ...(task.capAdd.length > 0 && { capAdd: [...task.capAdd] }),
    ...(Object.keys(task.secrets).length > 0 && { secrets: { ...task.secrets } }),
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
