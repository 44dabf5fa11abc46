import type { Bundle } from '../../shared/bundles/bundle.js'
import type { Deployed } from '../../shared/operations/bundles.js'
import type { BundleView } from '../../shared/views/bundle-view.js'

export interface Bundles {
  list(): Promise<readonly BundleView[]>
  deploy(bundle: Bundle, dryRun: boolean): Promise<Deployed>
  /** A hash or the beginning of one, `previous` or `folder`. */
  activate(wanted: string, dryRun: boolean): Promise<Deployed>
}
