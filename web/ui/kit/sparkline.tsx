const WIDTH = 120
const HEIGHT = 26

/** The shape of a number over time; the highest it was stands beside it. */
export function Sparkline({ values, label }: { readonly values: readonly number[]; readonly label: string }) {
  if (values.length < 2) return <span className="faint">–</span>
  const most = Math.max(1, ...values)
  const points = values.map((value, place) => `${((place * WIDTH) / (values.length - 1)).toFixed(1)},${(HEIGHT - 1 - ((HEIGHT - 3) * value) / most).toFixed(1)}`)
  return (
    <span className="badge">
      <svg width={WIDTH} height={HEIGHT} role="img" aria-label={`${label}: at most ${most}, now ${values.at(-1)}`}>
        <polygon points={`0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} fill="var(--s-running)" opacity="0.120" />
        <polyline points={points.join(' ')} fill="none" stroke="var(--s-running)" strokeWidth="1.500" strokeLinejoin="round" />
      </svg>
      <span className="number small faint">{most}</span>
    </span>
  )
}
