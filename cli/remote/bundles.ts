import type { Bundle } from '../../shared/bundles/bundle.js'
import type { Deployed } from '../../shared/operations/bundles.js'
import type { BundleView } from '../../shared/views/bundle-view.js'
import type { Bundles } from '../ports/bundles.js'
import { bodyOf, type Api } from './api.js'

export class RemoteBundles implements Bundles {
  constructor(private readonly api: Api) {}

  async list(): Promise<readonly BundleView[]> {
    return (await bodyOf(this.api.GET('/api/v1/bundles'))).items
  }

  deploy({ hash, files }: Bundle, dryRun: boolean): Promise<Deployed> {
    return bodyOf(this.api.POST('/api/v1/bundles', { body: { hash, dryRun, files: files.map(({ path, content }) => ({ path, content: content.toString('base64') })) } }))
  }

  activate(bundle: string, dryRun: boolean): Promise<Deployed> {
    return bodyOf(this.api.POST('/api/v1/bundles/{bundle}/activate', { params: { path: { bundle }, query: { dryRun: String(dryRun) } } }))
  }
}
