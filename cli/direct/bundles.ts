import { folderEvaluator } from '../../scheduler/dag-processor/evaluate-folder.js'
import type { Bundle } from '../../shared/bundles/bundle.js'
import { activateBundle, deployBundle, readBundles, type Deployed } from '../../shared/operations/bundles.js'
import { viewBundle, type BundleView } from '../../shared/views/bundle-view.js'
import type { Bundles } from '../ports/bundles.js'
import type { Act, Direct } from './direct.js'

/** Nobody else waits for it: only what hangs ends it. */
const EVALUATE_MS = 600_000

export class DirectBundles implements Bundles {
  constructor(private readonly direct: Direct) {}

  async list(): Promise<readonly BundleView[]> {
    return (await readBundles(this.direct.database)).map(viewBundle)
  }

  deploy(bundle: Bundle, dryRun: boolean): Promise<Deployed> {
    const { config, database } = this.direct
    return this.#act({ action: 'bundle.deploy', target: { hash: bundle.hash } }, dryRun, () => deployBundle(database, bundle, folderEvaluator(config, EVALUATE_MS), this.#change(dryRun)))
  }

  activate(wanted: string, dryRun: boolean): Promise<Deployed> {
    return this.#act({ action: 'bundle.activate', target: { bundle: wanted } }, dryRun, () => activateBundle(this.direct.database, wanted, this.#change(dryRun)))
  }

  /** Who reaches the database may do everything. */
  #change(dryRun: boolean) {
    return { authorize: () => {}, by: this.direct.user, dryRun }
  }

  /** Looking at what it would do is no act. */
  #act(act: Act, dryRun: boolean, work: () => Promise<Deployed>): Promise<Deployed> {
    return dryRun ? work() : this.direct.operate(act, work)
  }
}
