import type Docker from 'dockerode'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { until } from '../harness/wait.js'

/** The container of an attempt of this test file's worker; other files may have attempts of the same name. */
export async function containerOf(client: Docker, attempt: AttemptId): Promise<Docker.Container> {
  const info = await until(async () => (await client.listContainers({ all: true, filters: { label: [`longshore.attempt=${attempt}`] } }))[0], { describe: `container of ${attempt}` })
  return client.getContainer(info.Id)
}
