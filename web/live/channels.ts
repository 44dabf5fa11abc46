import { Topic, type ChangedRun, type Changes } from '../../shared/live/changes.js'
import { EVERYWHERE, namespaceOf } from '../identity/access.js'

/** What a reader of one channel is told. */
export interface Told {
  readonly topic: string
  /** Left out when the topic changed without a list. */
  readonly runs?: readonly ChangedRun[]
}

/** Where those listen who may see the DAGs of one namespace only; with {@link EVERYWHERE}, all of those who are so limited. */
export const dagsOf = (namespace: string): string => `${Topic.dags}@${namespace}`

/** The channels that carry a topic to somebody who may read these namespaces; null for all. */
export function channelsFor(topic: string, namespaces: readonly string[] | null): readonly string[] {
  return topic === Topic.dags && namespaces !== null ? [...namespaces, EVERYWHERE].map(dagsOf) : [topic]
}

/** What goes where. Only what somebody listens to is put together. */
export function tellings({ runs, topics }: Changes, isHeard: (channel: string) => boolean): Map<string, Told> {
  const byChannel = new Map<string, { readonly topic: string; readonly runs: ChangedRun[] }>()
  const add = (channel: string, topic: string, run: ChangedRun): void => {
    if (!isHeard(channel)) return
    const told = byChannel.get(channel)
    if (told === undefined) byChannel.set(channel, { topic, runs: [run] })
    else told.runs.push(run)
  }
  for (const run of runs) {
    for (const topic of [Topic.run(run.dag, run.run), Topic.dag(run.dag)]) add(topic, topic, run)
    // A list of DAGs shows runs, not their tasks.
    if (run.state !== null || run.much) for (const channel of [Topic.dags, dagsOf(namespaceOf(run.dag))]) add(channel, Topic.dags, { ...run, tasks: [] })
  }
  const told = new Map<string, Told>(byChannel)
  for (const topic of topics) if (isHeard(topic)) told.set(topic, { topic })
  if (topics.includes(Topic.dags)) for (const channel of namespacesIn(topics).map(dagsOf)) if (isHeard(channel)) told.set(channel, { topic: Topic.dags })
  return told
}

/** Whose DAGs these topics name; where they name none it may be anybody's. */
function namespacesIn(topics: readonly string[]): readonly string[] {
  const dags = topics.filter(topic => topic.startsWith(Topic.dag('')))
  return dags.length === 0 ? [EVERYWHERE] : dags.map(topic => namespaceOf(topic.slice(Topic.dag('').length)))
}
