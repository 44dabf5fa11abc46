/** One of a few, or any of them. */
export function Select<T extends string>({ label, value, options, onChange }: { readonly label: string; readonly value: T | undefined; readonly options: readonly T[]; readonly onChange: (value: T | undefined) => void }) {
  return (
    <select className="input select" aria-label={label} value={value ?? ''} onChange={({ target }) => onChange(options.find(option => option === target.value))}>
      <option value="">{label}: any</option>
      {options.map(option => <option key={option} value={option}>{option.replaceAll('_', ' ')}</option>)}
    </select>
  )
}
