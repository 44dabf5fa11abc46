// A worker as a process of its own, for tests that kill it. Configured by LONGSHORE_* variables alone.
import { loadConfig } from '../../dist/shared/config/load.js'
import { createLog } from '../../dist/shared/log.js'
import { Worker } from '../../dist/worker/worker.js'

const { config } = loadConfig({ file: 'longshore.yaml', fileRequired: false, environment: process.env, flags: {} })
const worker = new Worker({ config, log: createLog(config.logLevel, 'worker') })
let stopping = false
const stop = () => {
  if (stopping) return
  stopping = true
  worker.stop().then(() => process.exit(0), () => process.exit(1))
}
process.on('SIGTERM', stop)
process.on('SIGUSR2', () => worker.drain({ deadline: null, then: 'detach' }))
process.on('SIGPWR', () => worker.drain({ deadline: 0, then: 'stop' }))
void worker.ended.then(stop)
try {
  await worker.start()
} catch (error) {
  console.error(JSON.stringify({ level: 60, code: error.code, msg: error.message }))
  process.exit(1)
}
