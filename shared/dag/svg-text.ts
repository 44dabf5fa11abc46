/** Width of a character of a monospaced face, as a part of its size; a little more than any common face needs. */
const ADVANCE = 0.62
const LONGEST_LINE = 40

export const widthOf = (text: string, size: number): number => [...text].length * size * ADVANCE

/** The middle goes: names that loops make differ at their ends. */
export function shorten(text: string, longest = LONGEST_LINE): string {
  const characters = [...text.replace(/\s+/g, ' ')]
  if (characters.length <= longest) return characters.join('')
  const head = Math.ceil((longest - 1) / 2)
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (longest - 1 - head)).join('')}`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Ids are harmless, but images, assets and descriptions hold what their author likes; some characters cannot be in XML at all. */
export const escape = (text: string): string => text.toWellFormed()
  .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd').replace(/[&<>"']/g, character => ENTITIES[character] as string)
