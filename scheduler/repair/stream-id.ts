/** Orders Redis stream ids, `<milliseconds>-<sequence>`; their text does not sort. */
export function compareStreamIds(a: string, b: string): number {
  const [aTime = 0, aSequence = 0] = a.split('-').map(Number)
  const [bTime = 0, bSequence = 0] = b.split('-').map(Number)
  return aTime - bTime || aSequence - bSequence
}
