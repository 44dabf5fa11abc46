import { dag } from 'longshore'

/** A task in a public image, pulled from its registry when the worker does not have it yet. */
export default dag('examples.public_image', {
  description: 'One task in the public image busybox:stable.',
  owner: 'data-platform',
  tags: ['example'],
  defaults: { image: 'busybox:stable', pull: 'missing', network: 'none', timeout: '5m' },
}, d => {
  d.task('hello', {
    shell: 'echo "$(busybox | head -n 1)"; echo "run {{ run_id }} of {{ dag_id }}, try {{ try_number }}"; nproc; head -n 3 /proc/meminfo',
  })
})
