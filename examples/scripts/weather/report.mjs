import { DataError, ofRun, task, writeWhole } from '../lib/task.mjs'

/** report.mjs LINE…: the lines, filled from the results of the tasks before, as a text for people. */
await task(lines => {
  if (lines.length === 0) throw new DataError('there is nothing to report')
  const text = `${['Weather of Seattle and New York', '===============================', ...lines].join('\n')}\n`
  writeWhole(ofRun('report.txt'), text)
  process.stdout.write(text)
})
