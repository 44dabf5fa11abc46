import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `npx vite web/ui` serves the pages while they are worked on, with the API of a Longshore on port 8080. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // Pages have addresses too, and one of them is /assets.
  build: { assetsDir: 'static', outDir: '../../dist/ui', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 700, reportCompressedSize: false },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
