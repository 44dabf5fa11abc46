// Asks the web process again and again, each time over a connection of its own, and writes down after each how that goes. `prober.mjs URL FILE`
import { renameSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'

const [url, file] = process.argv.slice(2)
const seen = { answered: 0, failed: [] }
let goesOn = true
process.on('SIGTERM', () => { goesOn = false })

const ask = () => new Promise(resolve => {
  const call = request(url, { agent: false, timeout: 60_000 }, response => {
    if (response.statusCode === 200) seen.answered += 1
    else seen.failed.push(`status ${response.statusCode}`)
    response.resume().on('end', resolve).on('error', error => { seen.failed.push(`cut: ${error.message}`); resolve() })
  })
  call.on('timeout', () => call.destroy(new Error('no answer')))
  call.on('error', error => { seen.failed.push(error.code ?? error.message); resolve() })
  call.end()
})

while (goesOn) {
  await ask()
  writeFileSync(`${file}.draft`, JSON.stringify(seen))
  renameSync(`${file}.draft`, file)
  await new Promise(resolve => setTimeout(resolve, 5))
}
