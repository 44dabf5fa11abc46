import { asProcesses } from '../lib/place.js'
import { stockReportDag, stocksDag } from '../lib/stocks.js'

export const stocks = stocksDag(asProcesses())
export const report = stockReportDag(asProcesses())
