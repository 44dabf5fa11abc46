import { existsSync } from 'node:fs'
import { readJson, shared, task, writeWhole } from '../lib/task.mjs'

/** report.mjs RANKINGS: one line for each, and what is new since the report before. */
await task(([text]) => {
  const rankings = JSON.parse(text)
  for (const { measure, years, ranking } of rankings) {
    console.log(`${measure} over ${years} ${years === 1 ? 'year' : 'years'}: ${ranking.map(({ symbol, percent }) => `${symbol} ${percent} %`).join(', ')}`)
  }
  const symbols = [...new Set(rankings.flatMap(({ ranking }) => ranking.map(({ symbol }) => symbol)))].sort()
  const file = shared('stock-report.json')
  const before = existsSync(file) ? readJson(file).symbols : []
  const added = symbols.filter(symbol => !before.includes(symbol))
  console.log(added.length === 0 ? 'No stock is new.' : `New since the last report: ${added.join(', ')}`)
  writeWhole(file, `${JSON.stringify({ symbols, rankings })}\n`)
})
