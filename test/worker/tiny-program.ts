/** A program for x86 of one system call, given by number and arguments: it exits with the error number, 0 for success with 0, or less than 256 minus the result. */
export function tinyProgram({ bits, call }: { readonly bits: 32 | 64; readonly call: readonly [number: number, ...args: number[]] }): Buffer {
  const code = bits === 64
    // mov eax, edi, esi, edx; syscall; neg eax; mov edi, eax; mov eax, exit; syscall
    ? [...load([0xb8, 0xbf, 0xbe, 0xba], call), 0x0f, 0x05, 0xf7, 0xd8, 0x89, 0xc7, ...load([0xb8], [60]), 0x0f, 0x05]
    // mov eax, ebx, ecx, edx; int 0x80; neg eax; mov ebx, eax; mov eax, exit; int 0x80
    : [...load([0xb8, 0xbb, 0xb9, 0xba], call), 0xcd, 0x80, 0xf7, 0xd8, 0x89, 0xc3, ...load([0xb8], [1]), 0xcd, 0x80]
  const header = bits === 64 ? 64 + 56 : 52 + 32
  const [start, size] = [0x40_0000, header + code.length]
  const file = Buffer.alloc(size)
  file.set([0x7f, 0x45, 0x4c, 0x46, bits / 32, 1, 1])
  file.writeUInt16LE(2, 16)
  file.writeUInt16LE(bits === 64 ? 62 : 3, 18)
  file.writeUInt32LE(1, 20)
  // The fields of addresses are wider, and the flags of a segment are elsewhere.
  if (bits === 64) {
    for (const [at, value] of [[24, start + header], [32, 64], [80, start], [88, start], [96, size], [104, size], [112, 0x1000]] as const) file.writeBigUInt64LE(BigInt(value), at)
    for (const [at, value] of [[52, 64], [54, 56], [56, 1]] as const) file.writeUInt16LE(value, at)
    file.writeUInt32LE(1, 64)
    file.writeUInt32LE(5, 68)
  } else {
    for (const [at, value] of [[24, start + header], [28, 52], [52, 1], [60, start], [64, start], [68, size], [72, size], [76, 5], [80, 0x1000]] as const) file.writeUInt32LE(value, at)
    for (const [at, value] of [[40, 52], [42, 32], [44, 1]] as const) file.writeUInt16LE(value, at)
  }
  file.set(code, header)
  return file
}

function load(registers: readonly number[], values: readonly number[]): number[] {
  return values.flatMap((value, at) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    return [registers[at] ?? 0, ...bytes]
  })
}
