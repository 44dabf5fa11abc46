import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Demuxer, MAX_PIECE_BYTES, type DemuxPiece } from './demux.js'

interface Frame {
  readonly stream: 1 | 2
  readonly body: Buffer
}

function encode(frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.flatMap(({ stream, body }) => {
    const header = Buffer.alloc(8)
    header[0] = stream
    header.writeUInt32BE(body.length, 4)
    return [header, body]
  }))
}

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map(place => place % (bytes.length + 1)))].toSorted((a, b) => a - b)
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length))
}

function join(pieces: readonly DemuxPiece[]): Frame[] {
  const frames: { stream: 1 | 2; parts: Buffer[] }[] = []
  for (const { stream, bytes, first } of pieces) {
    if (first) frames.push({ stream: stream === 'stderr' ? 2 : 1, parts: [] })
    frames.at(-1)?.parts.push(bytes)
  }
  return frames.map(({ stream, parts }) => ({ stream, body: Buffer.concat(parts) }))
}

const frame = fc.record({ stream: fc.constantFrom(1 as const, 2 as const), body: fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)) })

it('gives back every frame, binary or empty, however the stream was cut', () => {
  fc.assert(fc.property(fc.array(frame, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 60 }), (frames, cuts) => {
    const demuxer = new Demuxer()
    const pieces = cut(encode(frames), cuts).flatMap(chunk => demuxer.push(chunk))
    expect(join(pieces)).toEqual(frames)
  }))
})

it('cuts the same pieces from a frame of any size, wherever chunks end, and keeps no more than one of them', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 5 * MAX_PIECE_BYTES }), fc.array(fc.nat(), { maxLength: 20 }), (size, cuts) => {
    const bytes = encode([{ stream: 1, body: Buffer.alloc(size, 'x') }])
    const [whole, pieces] = [new Demuxer().push(bytes), [] as DemuxPiece[]]
    const demuxer = new Demuxer()
    for (const chunk of cut(bytes, cuts)) pieces.push(...demuxer.push(chunk))
    const shape = (list: readonly DemuxPiece[]): unknown => list.map(piece => [piece.bytes.length, piece.first, piece.last])
    expect(shape(pieces)).toEqual(shape(whole))
    expect(pieces.every(piece => piece.bytes.length <= MAX_PIECE_BYTES)).toBe(true)
  }), { numRuns: 50 })
})
