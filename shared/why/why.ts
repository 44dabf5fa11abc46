import type { Config } from '../config/schema.js'
import { now, type Database } from '../database/database.js'
import type { ReadVersion } from '../operations/find.js'
import { answerOf } from './answer.js'
import { Explainer } from './explain.js'
import type { Reason } from './reason.js'
import { mustFindSubject, type Subject } from './subject.js'
import { instanceName } from './words.js'

/** Why a task instance is in its state and what it waits for. */
export interface Why {
  readonly dag: string
  readonly run: string
  readonly task: string
  /** -1 for a task that is not mapped, or not expanded yet. */
  readonly mapIndex: number
  /** Of the task; null while its run has not started. */
  readonly state: string | null
  readonly runState: string
  /** By the database's clock. */
  readonly at: string
  /** Everything in one sentence. */
  readonly answer: string
  readonly reasons: readonly Reason[]
}

interface WhyOptions {
  /** Of the DAGs that the reader may not know of, no names are told. */
  readonly sees?: (dag: string) => boolean
  /** Of a process that keeps versions; else they are read. */
  readonly read?: ReadVersion
}

/**
 * Explains `task`, or `task[3]`, by the code that decides about it. Asks Redis where Redis knows more, and says so when it
 * does not answer. The global limit is that of this process' settings; it must be the schedulers'.
 *
 * @throws LongshoreError LS_DAG_NOT_FOUND, LS_RUN_NOT_FOUND, LS_TASK_NOT_FOUND
 */
export async function why(database: Database, config: Config, dag: string, run: string, task: string, { sees = () => true, read }: WhyOptions = {}): Promise<Why> {
  const { subject, reasons } = await explainStill(new Explainer(database, config, sees), () => mustFindSubject(database, dag, run, task, read))
  const { instance, taskId } = subject
  const name = instance === null ? taskId : instanceName(instance)
  return {
    dag, run, task: taskId, mapIndex: instance?.map_index ?? -1, state: instance?.state ?? null, runState: subject.run.state,
    at: new Date(await now(database)).toISOString(), answer: answerOf(name, instance?.state ?? 'not started', reasons), reasons,
  }
}

interface Explained {
  readonly subject: Subject
  readonly reasons: readonly Reason[]
}

const MOST_LOOKS = 4

/** What was read bit by bit is told only if nothing moved meanwhile, so that no answer mixes two states. */
async function explainStill(explainer: Explainer, find: () => Promise<Subject>): Promise<Explained> {
  let subject = await find()
  for (let look = 1; ; look += 1) {
    const reasons = await explainer.explain(subject)
    const after = await find()
    if (isSame(subject, after) || look === MOST_LOOKS) return { subject, reasons }
    subject = after
  }
}

const isSame = (a: Subject, b: Subject): boolean =>
  a.run.state === b.run.state && a.instance?.state === b.instance?.state && a.instance?.fence === b.instance?.fence && a.instance?.try_number === b.instance?.try_number

/** The answer alone. */
export async function whyShort(database: Database, config: Config, dag: string, run: string, task: string): Promise<string> {
  return (await why(database, config, dag, run, task)).answer
}
