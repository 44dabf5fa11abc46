import { defaultDocker } from './lib/docker.mjs'
import { ensureNode } from './lib/ensure-node.mjs'
import { ensurePackages } from './lib/ensure-packages.mjs'
import { ensureSystemImage, SYSTEM_IMAGE } from './lib/node-image.mjs'
import { main, Refusal, say } from './lib/say.mjs'

/** `npm run node-image`: the image of the nodes of terraform/environments/local, on the Docker that answers here. */
await main(async () => {
  ensureNode()
  if (process.getuid?.() !== 0) throw new Refusal('Making the image of a whole system takes root.')
  const docker = await defaultDocker()
  await ensurePackages(['client', 'debootstrap', 'systemd', ...(docker.ok ? [] : ['docker'])])
  if (!docker.ok) throw new Refusal(`Docker does not answer on ${docker.host} (${docker.reason}). Start it, on Debian with \`systemctl start docker\`, or set DOCKER_HOST.`)
  await ensureSystemImage(docker.socketPath)
  say(`${docker.host} has the image ${SYSTEM_IMAGE}.`)
})
