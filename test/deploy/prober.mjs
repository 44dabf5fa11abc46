// Asks the web process again and again, each time over a connection of its own, and writes down how that went. `prober.mjs FILE TOKEN URL…`
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'

const [file, token, ...urls] = process.argv.slice(2)
const seen = { answered: 0, failed: [] }
let goesOn = true
process.on('SIGTERM', () => { goesOn = false })

const ask = url => new Promise(resolve => {
  const failed = what => { seen.failed.push(`${new Date().toISOString()} ${url}: ${what}`); resolve() }
  const call = request(url, { agent: false, timeout: 60_000, headers: { authorization: `Bearer ${token}` } }, response => {
    if (response.statusCode !== 200) return response.resume().on('end', () => failed(`status ${response.statusCode}`))
    response.resume().on('error', error => failed(`cut off: ${error.message}`)).on('end', () => { seen.answered += 1; resolve() })
  })
  call.on('timeout', () => call.destroy(new Error('no answer within a minute')))
  call.on('error', error => failed(error.code ?? error.message))
  call.end()
})

for (let turn = 0; goesOn; turn += 1) {
  await ask(urls[turn % urls.length])
  await new Promise(resolve => setTimeout(resolve, 40))
}
writeFileSync(file, JSON.stringify(seen))
