import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Smaller files fit into a packet or two anyway. */
const COMPRESS_FROM = 1_024

/** Writes each file compressed beside itself, once and as small as it gets; web/static.ts sends what a browser takes. */
const compressed = (folder: string): Plugin => ({
  name: 'compressed',
  apply: 'build',
  closeBundle() {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const path = join(folder, name)
      if (!/\.(?:js|css|html|svg)$/.test(name) || statSync(path).size < COMPRESS_FROM) continue
      const content = readFileSync(path)
      writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT } }))
      writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
    }
  },
})

/** `npx vite web/ui` serves the pages while they are worked on, with the API of a Longshore on port 8080. */
export default defineConfig(({ command }) => {
  // Vite keeps what it finds there, and under a test runner that would build the slow React of developers.
  if (command === 'build') process.env['NODE_ENV'] = 'production'
  const outDir = join(import.meta.dirname, '../../dist/ui')
  return {
    root: import.meta.dirname,
    plugins: [react(), compressed(outDir)],
    // Pages have addresses too, and one of them is /assets.
    build: { assetsDir: 'static', outDir, emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 700, reportCompressedSize: false },
    server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
  }
})
