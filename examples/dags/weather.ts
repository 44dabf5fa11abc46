import { inContainers } from '../lib/place.js'
import { weatherDag } from '../lib/weather.js'

export default weatherDag(inContainers())
