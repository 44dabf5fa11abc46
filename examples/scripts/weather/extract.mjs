import { readText, source, task } from '../lib/task.mjs'
import { keepRawTable } from './raw-table.mjs'

/** extract.mjs TABLE: takes a raw table from the data folder. */
await task(([name]) => keepRawTable(name, readText(source(name))))
