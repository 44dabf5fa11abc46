import { flightsDag } from '../lib/flights.js'
import { inContainers } from '../lib/place.js'

const AIRPORTS = ['ATL', 'DFW', 'LAX', 'ORD']

/** One DAG for each airport: a file may export as many as it likes, made by ordinary code. */
export const flights = AIRPORTS.map(airport => flightsDag(airport, inContainers()))
