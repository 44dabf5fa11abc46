import type { BundlePlan } from '../../../shared/bundles/manifest.js'
import type { Deployed } from '../../../shared/operations/bundles.js'
import { note, print } from '../../output/print.js'
import { renderTable } from '../../output/table.js'

/** As much of a hash as tells bundles apart. */
export const shortHash = (hash: string): string => hash.slice(0, 12)

const nameOf = (bundle: string | null): string => (bundle === null ? 'the DAG folders of the schedulers' : `bundle ${shortHash(bundle)}`)

export function printDeployed({ outcome, bundle, before, plan }: Deployed): void {
  if (outcome === 'unchanged') return print(`Nothing to do: ${nameOf(bundle)} ${bundle === null ? 'are' : 'is'} in force already.`)
  if (plan !== null) printPlan(plan)
  else note('What is in the folders, only the schedulers can see.')
  if (outcome === 'planned') print(`Nothing was changed: ${nameOf(bundle)} would take the place of ${nameOf(before)}.`)
  else print(`${bundle === null ? 'The DAG folders of the schedulers are' : `Bundle ${shortHash(bundle)} is`} in force, in the place of ${nameOf(before)}. Schedulers take it over within seconds; runs in flight stay on their versions.`)
}

function printPlan({ added, changed, removed, unchanged }: BundlePlan): void {
  const lines = ([['added', 'green', added], ['changed', 'yellow', changed], ['removed', 'red', removed]] as const)
    .flatMap(([what, colour, dags]) => dags.map(({ dag, file }) => ({ what, colour, dag, file })))
  if (lines.length > 0) {
    print(renderTable<(typeof lines)[number]>([
      { title: 'PLAN', value: ({ what }) => what, colour: ({ colour }) => colour },
      { title: 'DAG', value: ({ dag }) => dag },
      { title: 'FILE', value: ({ file }) => file },
    ], lines))
  }
  if (unchanged > 0) note(`${unchanged === 1 ? 'One DAG is' : `${unchanged} DAGs are`} the same as before.`)
}
