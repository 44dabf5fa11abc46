import { fail, ok, type Check } from './check.js'

const OLDEST = [20, 19] as const

export const checkNode: Check = async () => {
  const { node } = process.versions
  const [major = 0, minor = 0] = node.split('.').map(Number)
  const isOldEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
  if (isOldEnough) return [ok('node', node)]
  return [fail('node', `${node} is older than ${OLDEST.join('.')}`, 'Install the current LTS of Node.js.')]
}
