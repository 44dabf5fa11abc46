import { graphOf } from '../../shared/dag/graph.js'
import type { Config } from '../../shared/config/schema.js'
import type { Session } from '../../shared/database/database.js'
import { itemKey, readMapItems } from '../../shared/database/tables/map-items.js'
import { buildPayload } from '../../shared/rendering/payload.js'
import { SurroundingsReader } from '../../shared/rendering/surroundings.js'
import { Problem } from '../http/problem.js'
import type { InstanceFound } from './finder.js'

/**
 * The job of an instance, rendered as for its newest dispatch. A job depends on nothing that can change but the results and
 * runs that it names: when one of those was run again since, it is shown with what it would have now.
 * @throws Problem LS_TASK_NOT_FOUND; LongshoreError LS_TEMPLATE
 */
export async function readRendered(session: Session, { pushgatewayUrl }: Pick<Config, 'pushgatewayUrl'>, { run, version, instance }: InstanceFound) {
  const task = graphOf(version.spec).tasks.get(instance.task_id)
  if (task === undefined) throw new Problem('LS_TASK_NOT_FOUND', `version ${version.number} of the DAG has no task '${instance.task_id}' any more`)
  const dispatched = instance.fence > 0
  if (task.kind !== 'container' && task.kind !== 'process') return { fence: instance.fence, dispatched, specification: { task: task.id, kind: task.kind, wait: task.wait, trigger: task.trigger, timeout: task.timeout } }
  const [around, items] = await Promise.all([new SurroundingsReader(session).read(version.spec, task, run), readMapItems(session, [instance])])
  const payload = buildPayload(version.spec, task, run, instance, Math.max(1, instance.fence), { ...around, item: items.get(itemKey(instance)) }, pushgatewayUrl)
  return { fence: instance.fence, dispatched, specification: { ...payload } }
}
