import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useDag } from '../../api/dags.js'
import { useMay } from '../../api/may.js'
import { Icon } from '../../kit/icon.js'
import { Empty } from '../../kit/waiting.js'
import { BackfillTable } from '../backfill-table.js'
import { BackfillDialog } from './backfill-dialog.js'

export function DagBackfills() {
  const { dag } = useParams({ from: '/shell/dags/$dag/backfills' })
  const [isOpen, open] = useState(false)
  const mayStart = useMay().inDag('author', dag)
  const zone = useDag(dag).data?.timezone ?? 'UTC'
  return (
    <>
      {mayStart && <div className="toolbar"><button type="button" className="button" onClick={() => open(true)}><Icon name="plus" size={14} />New backfill</button></div>}
      <BackfillTable dag={dag} empty={<Empty title="No backfills">A backfill runs the DAG for dates of the past.</Empty>} />
      {isOpen && <BackfillDialog dag={dag} zone={zone} onClose={() => open(false)} />}
    </>
  )
}
