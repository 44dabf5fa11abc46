import { DataError, readJson, source } from '../lib/task.mjs'

/** The events of the USGS feed (GeoJSON), in order of time. */
export function readFeed() {
  const { features } = readJson(source('earthquakes.json'))
  if (!Array.isArray(features) || features.length === 0) throw new DataError('the feed has no events')
  return features
    .map(({ properties: { mag, place, time, type } }) => ({ magnitude: mag, place, at: new Date(time).toISOString(), type }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
}

/** Quarry blasts and explosions are in the feed too. */
export const readEarthquakes = () => readFeed().filter(({ type, magnitude }) => type === 'earthquake' && typeof magnitude === 'number')
