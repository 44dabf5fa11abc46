import type { Command } from 'commander'

/** A file under commands/. `define` adds options and the action to a command that has its name and description already. */
export interface CommandModule {
  readonly define: (command: Command) => void
}

export interface Leaf {
  readonly name: string
  readonly summary: string
  /** It concerns the machine on which it is run, and goes nowhere else. */
  readonly isOnHost?: true
  /** What its group does when none of its commands is named. */
  readonly isDefault?: true
  readonly load: () => Promise<CommandModule>
}

export interface Group {
  readonly name: string
  readonly summary: string
  readonly commands: readonly Entry[]
}

export type Entry = Leaf | Group

export const COMMANDS: readonly Entry[] = [
  { name: 'standalone', summary: 'run everything on this machine: scheduler, worker, database, Redis', isOnHost: true, load: () => import('./commands/standalone.js') },
  { name: 'scheduler', summary: 'run a scheduler', isOnHost: true, load: () => import('./commands/scheduler.js') },
  { name: 'worker', summary: 'run a worker', isOnHost: true, load: () => import('./commands/worker.js') },
  { name: 'web', summary: 'serve the pages and the API', isOnHost: true, load: () => import('./commands/web.js') },
  { name: 'run', summary: 'run one command on a queue, without a DAG', load: () => import('./commands/run.js') },
  {
    name: 'dags', summary: 'list, check, run and pause DAGs', commands: [
      { name: 'list', summary: 'list the DAGs, or the errors in DAG files', load: () => import('./commands/dags/list.js') },
      { name: 'show', summary: 'show the tasks, schedule and params of a DAG', load: () => import('./commands/dags/show.js') },
      { name: 'validate', summary: 'check DAG files without running anything', isOnHost: true, load: () => import('./commands/dags/validate.js') },
      { name: 'test', summary: 'run one DAG of a file to its end, here and now', isOnHost: true, load: () => import('./commands/dags/test.js') },
      { name: 'next', summary: 'show the next runs of a DAG', load: () => import('./commands/dags/next.js') },
      { name: 'spread', summary: 'show how evenly task starts are spread over a day', load: () => import('./commands/dags/spread.js') },
      { name: 'trigger', summary: 'start a run of a DAG now', load: () => import('./commands/dags/trigger.js') },
      { name: 'backfill', summary: 'run a DAG for dates of the past', load: () => import('./commands/dags/backfill.js') },
      { name: 'pause', summary: 'start no more runs of a DAG; what runs goes on', load: () => import('./commands/dags/pause.js') },
      { name: 'unpause', summary: 'let a paused DAG run again', load: () => import('./commands/dags/unpause.js') },
    ],
  },
  {
    name: 'deploy', summary: 'bring DAG files to all schedulers, and back', commands: [
      { name: 'push', summary: 'deploy a folder of DAG files: `longshore deploy DIR`', isDefault: true, load: () => import('./commands/deploy/push.js') },
      { name: 'rollback', summary: 'go back to the bundle before, or to another one', load: () => import('./commands/deploy/rollback.js') },
      { name: 'list', summary: 'list the bundles that were deployed and which is in force', load: () => import('./commands/deploy/list.js') },
    ],
  },
  {
    name: 'backfills', summary: 'watch, pause and cancel backfills', commands: [
      { name: 'list', summary: 'list the newest backfills', load: () => import('./commands/backfills/list.js') },
      { name: 'show', summary: 'show a backfill and how far it is', load: () => import('./commands/backfills/show.js') },
      { name: 'pause', summary: 'start no more runs of a backfill', load: () => import('./commands/backfills/pause.js') },
      { name: 'resume', summary: 'let a paused backfill go on', load: () => import('./commands/backfills/resume.js') },
      { name: 'cancel', summary: 'cancel a backfill for good', load: () => import('./commands/backfills/cancel.js') },
    ],
  },
  {
    name: 'runs', summary: 'look at runs of DAGs', commands: [
      { name: 'list', summary: 'list the newest runs', load: () => import('./commands/runs/list.js') },
      { name: 'show', summary: 'show a run and its tasks', load: () => import('./commands/runs/show.js') },
      { name: 'clear', summary: 'run runs again, whole or what failed of them', load: () => import('./commands/runs/clear.js') },
      { name: 'cancel', summary: 'cancel runs that have not ended', load: () => import('./commands/runs/cancel.js') },
    ],
  },
  {
    name: 'tasks', summary: 'look at the tasks of a run', commands: [
      { name: 'list', summary: 'list the tasks of a run', load: () => import('./commands/tasks/list.js') },
      { name: 'clear', summary: 'run tasks again', load: () => import('./commands/tasks/clear.js') },
      { name: 'mark', summary: 'have tasks count as succeeded or failed', load: () => import('./commands/tasks/mark.js') },
      { name: 'cancel', summary: 'cancel tasks that have not ended', load: () => import('./commands/tasks/cancel.js') },
      { name: 'logs', summary: 'print what a task printed', load: () => import('./commands/tasks/logs.js') },
      { name: 'why', summary: 'say why a task is in its state, and what it waits for', load: () => import('./commands/tasks/why.js') },
    ],
  },
  {
    name: 'events', summary: 'post what tasks wait for, approvals for instance', commands: [
      { name: 'post', summary: 'post an event for tasks that wait for it', load: () => import('./commands/events/post.js') },
      { name: 'list', summary: 'list the newest events', load: () => import('./commands/events/list.js') },
    ],
  },
  {
    name: 'pools', summary: 'share slots between DAGs', commands: [
      { name: 'list', summary: 'list the pools and how much of them is taken', load: () => import('./commands/pools/list.js') },
      { name: 'show', summary: 'show who holds the slots of a pool and who waits for them', load: () => import('./commands/pools/show.js') },
      { name: 'set', summary: 'make a pool, or change the number of its slots', load: () => import('./commands/pools/set.js') },
      { name: 'delete', summary: 'delete a pool', load: () => import('./commands/pools/delete.js') },
    ],
  },
  {
    name: 'queues', summary: 'look at queues and limit them', commands: [
      { name: 'list', summary: 'list the queues, what waits on them and what is active', load: () => import('./commands/queues/list.js') },
      { name: 'limit', summary: 'limit how many tasks of a queue are active at once', load: () => import('./commands/queues/limit.js') },
      { name: 'pause', summary: 'have no worker take anything from a queue', load: () => import('./commands/queues/pause.js') },
      { name: 'resume', summary: 'have workers take work from a paused queue again', load: () => import('./commands/queues/resume.js') },
    ],
  },
  {
    name: 'assets', summary: 'look at assets and tell of updates', commands: [
      { name: 'list', summary: 'list the assets, their last update and who waits for them', load: () => import('./commands/assets/list.js') },
      { name: 'update', summary: 'tell that an asset was updated by something that is no task', load: () => import('./commands/assets/update.js') },
    ],
  },
  {
    name: 'workers', summary: 'look after workers', commands: [
      { name: 'list', summary: 'list the workers, what they serve and how busy they are', load: () => import('./commands/workers/list.js') },
      { name: 'show', summary: 'show all that is known of a worker', load: () => import('./commands/workers/show.js') },
      { name: 'drain', summary: 'have a worker end when its tasks have ended', load: () => import('./commands/workers/drain.js') },
      { name: 'shutdown', summary: 'have a worker end now; its tasks run on', load: () => import('./commands/workers/shutdown.js') },
      { name: 'pause', summary: 'have a worker take nothing, from one queue or from all', load: () => import('./commands/workers/pause.js') },
      { name: 'resume', summary: 'have a paused worker take work again', load: () => import('./commands/workers/resume.js') },
      { name: 'set', summary: 'change how many tasks a worker runs at once, and its queues', load: () => import('./commands/workers/set.js') },
      { name: 'reap', summary: 'remove what workers that are gone have left on this host', isOnHost: true, load: () => import('./commands/workers/reap.js') },
      { name: 'credentials', summary: 'make a Redis user that confines workers to their queues', isOnHost: true, load: () => import('./commands/workers/credentials.js') },
    ],
  },
  {
    name: 'releases', summary: 'roll out versions of Longshore', commands: [
      { name: 'set', summary: 'want a version, and have nodes fetch it one after the other', load: () => import('./commands/releases/set.js') },
      { name: 'show', summary: 'show which version is wanted where, and how far it is', load: () => import('./commands/releases/show.js') },
      { name: 'halt', summary: 'have no further node begin', load: () => import('./commands/releases/halt.js') },
      { name: 'resume', summary: 'let a roll-out that is halted go on', load: () => import('./commands/releases/resume.js') },
    ],
  },
  {
    name: 'node', summary: 'look after the machine that services run on', commands: [
      { name: 'update', summary: 'bring this machine to the version that is wanted of it', isOnHost: true, load: () => import('./commands/node/update.js') },
      { name: 'lifecycle', summary: 'listen for word that this machine is to go, and drain its workers in time', isOnHost: true, load: () => import('./commands/node/lifecycle.js') },
      { name: 'autoscale', summary: 'have a pool of machines follow its backlog', isOnHost: true, load: () => import('./commands/node/autoscale.js') },
    ],
  },
  {
    name: 'secrets', summary: 'look after the secrets of tasks', commands: [
      { name: 'check', summary: 'say which secrets a worker here would find, and where', isOnHost: true, load: () => import('./commands/secrets/check.js') },
    ],
  },
  {
    name: 'keys', summary: 'look after the keys that jobs are signed with', commands: [
      { name: 'list', summary: 'list the keys, what they are for and how many jobs they have signed', isOnHost: true, load: () => import('./commands/keys/list.js') },
      { name: 'generate', summary: 'make a key', isOnHost: true, load: () => import('./commands/keys/generate.js') },
      { name: 'trust', summary: 'let workers here run what a key has signed', isOnHost: true, load: () => import('./commands/keys/trust.js') },
      { name: 'rotate', summary: 'sign with the next key from now on', isOnHost: true, load: () => import('./commands/keys/rotate.js') },
      { name: 'revoke', summary: 'trust a key no more', isOnHost: true, load: () => import('./commands/keys/revoke.js') },
    ],
  },
  {
    name: 'users', summary: 'look after who may use the pages and the API', commands: [
      { name: 'create', summary: 'make a user', load: () => import('./commands/users/create.js') },
      { name: 'list', summary: 'list the users and their roles', load: () => import('./commands/users/list.js') },
      { name: 'grant', summary: 'give a user a role', load: () => import('./commands/users/grant.js') },
      { name: 'revoke', summary: 'take the role of a user', load: () => import('./commands/users/revoke.js') },
      { name: 'password', summary: 'set the password of a user, or make a one-time login', load: () => import('./commands/users/password.js') },
      { name: 'delete', summary: 'delete a user with their sessions and tokens', load: () => import('./commands/users/delete.js') },
    ],
  },
  {
    name: 'tokens', summary: 'look after tokens for programs that use the API', commands: [
      { name: 'create', summary: 'make a token', load: () => import('./commands/tokens/create.js') },
      { name: 'list', summary: 'list tokens, without their secrets', load: () => import('./commands/tokens/list.js') },
      { name: 'revoke', summary: 'revoke a token', load: () => import('./commands/tokens/revoke.js') },
    ],
  },
  {
    name: 'db', summary: 'look after the schema of the database', commands: [
      { name: 'migrate', summary: 'bring the schema up to date', isOnHost: true, load: () => import('./commands/db/migrate.js') },
      { name: 'check', summary: 'say whether the schema fits this version', isOnHost: true, load: () => import('./commands/db/check.js') },
      { name: 'rollback', summary: 'take back the newest migration', isOnHost: true, load: () => import('./commands/db/rollback.js') },
    ],
  },
  { name: 'config', summary: 'show every setting and where it comes from', isOnHost: true, load: () => import('./commands/config.js') },
  { name: 'doctor', summary: 'check this machine and what it is connected to', isOnHost: true, load: () => import('./commands/doctor.js') },
  { name: 'completion', summary: 'print the script that has a shell complete commands', isOnHost: true, load: async () => (await import('./commands/completion.js')).completionOf(COMMANDS) },
  { name: 'manual', summary: 'print the manual page', isOnHost: true, load: async () => (await import('./commands/manual.js')).manualOf(COMMANDS) },
]
