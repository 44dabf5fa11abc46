import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../harness/temp-dir.js'
import { ROOT } from './terraform.js'

const MONITORING = join(ROOT, '../monitoring')
/** They write down what they are asked, and do nothing. */
const COMMANDS = ['apt-get', 'dpkg-query', 'systemctl', 'promtool', 'curl', 'gpg', 'longshore', 'aws', 'jq']

/** provision.sh on a machine that is a folder. That nodes so made run tasks is the deployment proof's affair. */
class Machine {
  readonly root = tempDir('machine')

  constructor() {
    this.write('bin/asked', '#!/bin/sh\necho "$(basename "$0") $*" >> "$MACHINE/asked"\n')
    for (const name of COMMANDS) this.write(`bin/${name}`, readFileSync(join(this.root, 'bin/asked'), 'utf8'))
    mkdirSync(join(this.root, 'var/tmp'), { recursive: true })
    this.write('usr/share/keyrings/grafana.gpg', '')
    this.write('usr/share/doc/longshore/monitoring/grafana-dashboards.yaml', readFileSync(join(MONITORING, 'grafana-dashboards.yaml'), 'utf8'))
    this.write('root/longshore.deb', 'a package')
    this.write('root/prometheus.yml', 'global: {}\n')
  }

  /** What was asked, in its order. */
  provision(settings: Readonly<Record<string, string>>): readonly string[] {
    const all = { NODE_PACKAGE: join(this.root, 'root/longshore.deb'), NODE_SHA256: createHash('sha256').update('a package').digest('hex'), ...settings }
    this.write('root/node.settings', Object.entries(all).map(([name, value]) => `${name}="${value}"\n`).join(''))
    this.write('root/provision.sh', readFileSync(join(ROOT, 'provision/provision.sh'), 'utf8').replaceAll(/(?<=[\s=])\/(?=(?:etc|usr|var)\/)/g, `${this.root}/`))
    execFileSync('bash', [join(this.root, 'root/provision.sh'), join(this.root, 'root/node.settings')], { env: { PATH: `${join(this.root, 'bin')}:${process.env['PATH'] ?? ''}`, MACHINE: this.root }, stdio: 'pipe' })
    return readFileSync(join(this.root, 'asked'), 'utf8').trim().split('\n')
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path))
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8')
  }

  private write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true })
    writeFileSync(join(this.root, path), text)
    chmodSync(join(this.root, path), 0o755)
  }
}

test('who watches has the rules and dashboards of the package, a push gateway, and no service of Longshore', () => {
  const machine = new Machine()
  const asked = machine.provision({ NODE_ROLES: 'monitoring grafana', NODE_PROMETHEUS: join(machine.root, 'root/prometheus.yml') })
  const when = (what: RegExp): number => asked.findIndex(line => what.test(line))
  expect(asked.find(line => /^apt-get install .* prometheus /.test(line))).toMatch(/ prometheus prometheus-alertmanager prometheus-pushgateway$/)
  // Prometheus starts with rules, and with a configuration that it understands.
  expect(when(/^apt-get install .*longshore\.deb$/)).toBeGreaterThan(-1)
  expect(when(/^apt-get install .*longshore\.deb$/)).toBeLessThan(when(/^promtool check config .*\/etc\/prometheus\/prometheus\.yml$/))
  expect(when(/^promtool /)).toBeLessThan(when(/^systemctl restart prometheus prometheus-alertmanager prometheus-pushgateway$/))
  expect(machine.read('etc/prometheus/prometheus.yml')).toBe('global: {}\n')
  expect(machine.read('etc/grafana/provisioning/dashboards/longshore.yaml')).toBe(readFileSync(join(MONITORING, 'grafana-dashboards.yaml'), 'utf8'))
  expect(when(/^systemctl restart grafana-server$/)).toBe(asked.lastIndexOf('systemctl restart grafana-server'))
  expect(asked.filter(line => /^systemctl .*longshore/.test(line))).toEqual([])
  expect(machine.has('etc/longshore/node.env')).toBe(false)
})

test('who serves has its settings and secrets, looks for new versions, and has no Prometheus', () => {
  const machine = new Machine()
  const asked = machine.provision({ NODE_ROLES: 'scheduler', NODE_SECRET_REDIS_URL: 'redis://:word@redis', LONGSHORE_PARALLELISM: '7' })
  expect(asked).toContain('systemctl restart longshore-scheduler.service longshore-lifecycle.service longshore-update.timer')
  expect(machine.read('etc/longshore/node.env')).toBe('LONGSHORE_PARALLELISM="7"\n')
  expect(machine.read('etc/longshore/credentials/redis-url')).toBe('redis://:word@redis\n')
  expect(asked.filter(line => /prometheus(?!-node-exporter)/.test(line))).toEqual([])
})

test('a package with another checksum is not installed', () => {
  const machine = new Machine()
  expect(() => machine.provision({ NODE_ROLES: 'scheduler', NODE_SHA256: 'f'.repeat(64) })).toThrow(/checksum did NOT match/)
  expect(machine.read('asked')).not.toContain('longshore.deb')
})
