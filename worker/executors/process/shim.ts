/**
 * The process between worker and command. It outlives the worker, so that the command's exit code is not lost with it.
 *
 * It notes itself (pid, boot, start time) before it runs the command, so that a pid used again is never taken for it; when it cannot,
 * nothing runs that nobody could find again.
 * `mkdir` is the lock that makes a start happen once: a worker that died between spawning and noting it spawns again, and
 * the second shim ends before it does anything. The trap is a handler and not an ignore, because an ignored signal stays
 * ignored in the command, which could then not be asked to stop.
 *
 * $1 is the attempt's directory, the rest is the command.
 */
export const SHIM = `
directory=$1
shift
mkdir "$directory/once" 2>/dev/null || exit 0
{ echo $$; cat /proc/sys/kernel/random/boot_id /proc/$$/stat 2>/dev/null || ps -o state=,lstart= -p $$; } > "$directory/pid.tmp" && mv "$directory/pid.tmp" "$directory/pid" || exit 1
trap : TERM INT HUP QUIT
"$@"
code=$?
{ times; while read -r line; do echo "$line"; done < /proc/$$/io; } > "$directory/usage" 2>/dev/null
echo $code > "$directory/exit.tmp" && mv "$directory/exit.tmp" "$directory/exit"
`

/** Names within the attempt's directory. */
export const ProcessFile = {
  /** Directory made by the shim that runs. */
  once: 'once',
  /** The shim's pid, and what tells it from a later process with that pid. */
  pid: 'pid',
  exit: 'exit',
  /** What the command used, written when it has ended. */
  usage: 'usage',
  stdout: 'stdout',
  stderr: 'stderr',
} as const
