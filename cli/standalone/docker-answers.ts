import { DockerApi } from '../../worker/executors/docker/docker-api.js'

const PATIENCE_MS = 2_000

/** Whether a Docker answers there; empty means the usual place. */
export async function dockerAnswers(dockerHost: string): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<false>(resolve => { timer = setTimeout(() => resolve(false), PATIENCE_MS) })
  const answer = new DockerApi(dockerHost).calls.ping().then(() => true, () => false)
  return Promise.race([answer, limit]).finally(() => clearTimeout(timer))
}
