/** Parts of a folder of DAG files that are never looked at. */
export const isHidden = (name: string): boolean => name.startsWith('.') || name === 'node_modules'
