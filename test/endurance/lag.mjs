// Loaded into a worker before it starts: says once a second how late its event loop was, and what memory it has.
import { monitorEventLoopDelay } from 'node:perf_hooks'

const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()
setInterval(() => {
  console.error(JSON.stringify({ msg: 'lag', p99: delay.percentile(99) / 1e6, max: delay.max / 1e6, rss: process.memoryUsage.rss() }))
}, 1_000).unref()
