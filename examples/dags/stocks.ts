import { inContainers } from '../lib/place.js'
import { stockReportDag, stocksDag } from '../lib/stocks.js'

export const stocks = stocksDag(inContainers())
export const report = stockReportDag(inContainers())
