/** A piece of a line that looks the same from its beginning to its end. */
export interface Piece {
  readonly text: string
  /** Names of classes: `a-red`, `a-bold`, … */
  readonly look: string
  /** A colour of the terminal's large palettes. */
  readonly colour: string | null
}

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const
// What a terminal would act upon: SGR is read, everything else (cursor, titles, links) is left out.
 
const ESCAPES = /\u001b(?:\[([0-9;:]*)([ -/]*[@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_]|[ -/]+[0-~])/g
 
const CONTROLS = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f]/g

interface Style {
  colour: string | null
  name: string | null
  back: string | null
  marks: Set<string>
}

/** A line with a terminal's colours, as pieces of plain text. Nothing of it is ever HTML. */
export function ansiPieces(line: string): readonly Piece[] {
  if (!line.includes('\u001b')) return [{ text: clean(line), look: '', colour: null }]
  const pieces: Piece[] = []
  const style: Style = { colour: null, name: null, back: null, marks: new Set() }
  let at = 0
  const add = (text: string): void => {
    if (text !== '') pieces.push({ text, look: [style.name, style.back, ...style.marks].filter(name => name !== null).map(name => `a-${name}`).join(' '), colour: style.colour })
  }
  for (const found of line.matchAll(ESCAPES)) {
    add(clean(line.slice(at, found.index)))
    at = found.index + found[0].length
    if (found[2] === 'm') apply(style, found[1] ?? '')
  }
  add(clean(line.slice(at)))
  return pieces
}

/** The same without its colours. */
export const plainText = (line: string): string => (line.includes('\u001b') ? clean(line.replace(ESCAPES, '')) : clean(line))

/** A progress bar writes its line over and over: what it wrote last stands. */
function clean(text: string): string {
  const whole = text.endsWith('\r') ? text.slice(0, -1) : text
  return whole.slice(whole.lastIndexOf('\r') + 1).replace(CONTROLS, '').replaceAll('\u001b', '')
}

const MARKS: Readonly<Record<number, string>> = { 1: 'bold', 2: 'dim', 3: 'italic', 4: 'underline', 7: 'reverse', 9: 'strike' }
const ENDS: Readonly<Record<number, readonly string[]>> = { 22: ['bold', 'dim'], 23: ['italic'], 24: ['underline'], 27: ['reverse'], 29: ['strike'] }

function apply(style: Style, text: string): void {
  const codes = text.split(/[;:]/).map(Number)
  for (let place = 0; place < codes.length; place += 1) {
    const code = codes[place] ?? 0
    if (code === 0) Object.assign(style, { colour: null, name: null, back: null, marks: new Set<string>() })
    else if (MARKS[code] !== undefined) style.marks.add(MARKS[code])
    else if (ENDS[code] !== undefined) for (const mark of ENDS[code]) style.marks.delete(mark)
    else if (code >= 30 && code <= 37) Object.assign(style, { name: NAMES[code - 30], colour: null })
    else if (code >= 90 && code <= 97) Object.assign(style, { name: NAMES[code - 90], colour: null })
    else if (code >= 40 && code <= 47) style.back = `on-${NAMES[code - 40]}`
    else if (code === 39) Object.assign(style, { name: null, colour: null })
    else if (code === 49) style.back = null
    else if (code === 38 || code === 48) {
      const isPalette = codes[place + 1] === 5
      const colour = isPalette ? paletteColour(codes[place + 2] ?? 0) : `rgb(${codes.slice(place + 2, place + 5).map(value => Math.min(255, value || 0)).join(' ')})`
      if (code === 38) Object.assign(style, typeof colour === 'number' ? { name: NAMES[colour], colour: null } : { name: null, colour })
      place += isPalette ? 2 : 4
    }
  }
}

/** Of the 256 colours the first 16 are those with names. */
function paletteColour(value: number): number | string {
  if (value < 16) return value % 8
  if (value >= 232) return `rgb(${Array.from({ length: 3 }, () => 8 + (value - 232) * 10).join(' ')})`
  const level = (part: number): number => (part === 0 ? 0 : 55 + part * 40)
  return `rgb(${[Math.floor((value - 16) / 36), Math.floor(((value - 16) % 36) / 6), (value - 16) % 6].map(level).join(' ')})`
}
