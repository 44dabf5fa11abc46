import { Empty } from '../kit/waiting.js'
import { Page } from '../shell/page.js'
import { BackfillTable } from './backfill-table.js'

export function BackfillsPage() {
  return (
    <Page crumbs={[{ text: 'Backfills' }]}>
      <header><h1>Backfills</h1></header>
      <BackfillTable dag={null} empty={<Empty title="No backfills">Start one on the page of a DAG, under Backfills.</Empty>} />
    </Page>
  )
}
