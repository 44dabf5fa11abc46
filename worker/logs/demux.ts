/** A piece of one frame of Docker's multiplexed stream. */
export interface DemuxPiece {
  readonly stream: 'stdout' | 'stderr'
  readonly bytes: Buffer
  /** First and last piece of its frame. */
  readonly first: boolean
  readonly last: boolean
}

const HEADER_BYTES = 8
/** Docker splits lines at 16 KiB and puts a timestamp before each part: a frame from json-file logs is never cut in pieces. */
export const MAX_PIECE_BYTES = 16 * 1024 + 128

/**
 * Takes Docker's multiplexed stream apart: frames of `{stream, 0, 0, 0, length: uint32 BE}` and so many bytes. Pieces do not
 * depend on how the stream was cut into chunks. Our own, because docker-modem's demuxStream recurses once per frame,
 * ignores backpressure and copies the rest of the buffer for every frame.
 */
export class Demuxer {
  readonly #header = Buffer.alloc(HEADER_BYTES)
  #headerBytes = 0
  #stream: 'stdout' | 'stderr' = 'stdout'
  #frameLeft = 0
  #first = true
  #piece: Buffer[] = []
  #pieceBytes = 0

  /** The pieces that are complete with this chunk. They may share its memory. */
  push(chunk: Buffer): DemuxPiece[] {
    const pieces: DemuxPiece[] = []
    let at = 0
    while (at < chunk.length) {
      if (this.#headerBytes < HEADER_BYTES) {
        const taken = chunk.copy(this.#header, this.#headerBytes, at, at + HEADER_BYTES - this.#headerBytes)
        this.#headerBytes += taken
        at += taken
        if (this.#headerBytes === HEADER_BYTES) this.#beginFrame(pieces)
        continue
      }
      const take = Math.min(this.#frameLeft, MAX_PIECE_BYTES - this.#pieceBytes, chunk.length - at)
      this.#piece.push(chunk.subarray(at, at + take))
      this.#pieceBytes += take
      this.#frameLeft -= take
      at += take
      if (this.#frameLeft === 0 || this.#pieceBytes === MAX_PIECE_BYTES) pieces.push(this.#endPiece())
    }
    return pieces
  }

  #beginFrame(pieces: DemuxPiece[]): void {
    // 0 is stdin, which containers of ours do not have; Docker's own client writes it to standard output.
    this.#stream = this.#header[0] === 2 ? 'stderr' : 'stdout'
    this.#frameLeft = this.#header.readUInt32BE(4)
    this.#first = true
    if (this.#frameLeft === 0) pieces.push(this.#endPiece())
  }

  #endPiece(): DemuxPiece {
    const bytes = this.#piece.length === 1 ? this.#piece[0] as Buffer : Buffer.concat(this.#piece)
    const piece = { stream: this.#stream, bytes, first: this.#first, last: this.#frameLeft === 0 }
    this.#piece = []
    this.#pieceBytes = 0
    this.#first = false
    if (this.#frameLeft === 0) this.#headerBytes = 0
    return piece
  }
}
