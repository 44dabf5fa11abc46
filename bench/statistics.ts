export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] as number
}

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export const spread = (values: readonly number[]): Spread => ({ median: quantile(values, 0.5), min: Math.min(...values), max: Math.max(...values) })

export const show = ({ median, min, max }: Spread, digits = 1): string => `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`
