import { existsSync } from 'node:fs'
import { EXIT_SKIP, readJson, task } from '../lib/task.mjs'
import { checksum, publishedFile } from './prices.mjs'

/** changed.mjs AGAIN: is skipped, and with it the whole run, when the prices are those that were published last. */
await task(([again]) => {
  const now = checksum()
  if (again !== 'true' && existsSync(publishedFile()) && readJson(publishedFile()).prices === now) {
    console.log('the prices are those that were published last: nothing to do')
    return EXIT_SKIP
  }
  console.log(`the prices to load have the checksum ${now}`)
})
