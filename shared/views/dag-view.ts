import type { FoundDag } from '../operations/find.js'
import { iso } from '../time/iso.js'
import { scheduleText } from './schedule-text.js'

/** A DAG in its canonical form, as `--json` and the API show it. Documented in docs/cli.md: fields are added, never changed. */
export const viewDag = ({ row, spec, version, hash }: FoundDag) => ({
  dag: spec.dag, version, hash, file: row.file, active: row.is_active !== 0, paused: row.is_paused !== 0,
  schedule: scheduleText(spec.schedule), nextRun: row.is_paused !== 0 ? null : iso(row.next_due_at), spec,
})
export type DagView = ReturnType<typeof viewDag>
