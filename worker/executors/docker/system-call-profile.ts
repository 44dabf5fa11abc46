/**
 * What programs in a container may ask of the kernel: what Docker's own profile allows to containers of these capabilities, through
 * the processor's native system calls alone, as `SystemCallArchitectures=native` of systemd has it. Docker allows those of 32-bit
 * programs besides, a third way into the kernel for programs that images hardly have any more, and compiles its filter three times
 * for it: a sixth of the CPU that a container costs.
 *
 * What the kernel has and is not here is refused with EPERM, what is newer than all of it with ENOSYS by runc, so that programs fall back.
 * Kept out on purpose: kernel modules, kexec, swap, mounts, namespaces, keyrings, bpf, perf, userfaultfd, io_uring, setting the
 * clock, NUMA policy. Format and errno: https://docs.docker.com/engine/security/seccomp/
 */
const ALLOWED = {
  files: [
    'open openat openat2 creat close close_range read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek dup dup2 dup3 fcntl flock ioctl',
    'fsync fdatasync sync syncfs sync_file_range truncate ftruncate fallocate fadvise64 readahead cachestat copy_file_range sendfile splice tee vmsplice pipe pipe2',
    'io_setup io_destroy io_submit io_cancel io_getevents io_pgetevents memfd_create memfd_secret',
  ],
  names: [
    'stat fstat lstat newfstatat statx statfs fstatfs access faccessat faccessat2 getdents getdents64 getcwd chdir fchdir mkdir mkdirat rmdir link linkat symlink symlinkat',
    'readlink readlinkat name_to_handle_at unlink unlinkat rename renameat renameat2 mknod mknodat chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat umask utime utimes futimesat utimensat',
    'getxattr lgetxattr fgetxattr getxattrat setxattr lsetxattr fsetxattr setxattrat listxattr llistxattr flistxattr listxattrat removexattr lremovexattr fremovexattr removexattrat',
  ],
  waiting: [
    'poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2 signalfd signalfd4',
    'timerfd_create timerfd_settime timerfd_gettime inotify_init inotify_init1 inotify_add_watch inotify_rm_watch fanotify_mark',
    'futex futex_wait futex_wake futex_waitv futex_requeue set_robust_list get_robust_list rseq membarrier restart_syscall',
  ],
  memory: [
    'brk mmap munmap mremap mprotect madvise msync mincore mlock mlock2 mlockall munlock munlockall remap_file_pages mseal map_shadow_stack pkey_alloc pkey_free pkey_mprotect',
  ],
  processes: [
    'fork vfork execve execveat exit exit_group wait4 waitid getpid getppid gettid getpgid setpgid getpgrp getsid setsid set_tid_address prctl arch_prctl modify_ldt',
    'set_thread_area get_thread_area pidfd_open pidfd_send_signal process_mrelease ptrace process_vm_readv process_vm_writev seccomp',
    'landlock_create_ruleset landlock_add_rule landlock_restrict_self',
    'kill tkill tgkill pause rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait rt_sigqueueinfo rt_tgsigqueueinfo sigaltstack',
    'getuid geteuid getgid getegid getresuid getresgid getgroups setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capget capset',
    'getpriority setpriority ioprio_get ioprio_set getcpu getrlimit setrlimit prlimit64 getrusage times sched_yield sched_getaffinity sched_setaffinity sched_getattr sched_setattr',
    'sched_getparam sched_setparam sched_getscheduler sched_setscheduler sched_get_priority_max sched_get_priority_min sched_rr_get_interval',
  ],
  time: [
    'time gettimeofday clock_gettime clock_getres clock_nanosleep nanosleep alarm getitimer setitimer timer_create timer_settime timer_gettime timer_getoverrun timer_delete',
    'adjtimex clock_adjtime',
  ],
  talking: [
    'socketpair bind listen accept accept4 connect shutdown getsockname getpeername getsockopt setsockopt sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg',
    'shmget shmat shmctl shmdt semget semop semctl semtimedop msgget msgsnd msgrcv msgctl mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr',
  ],
  system: ['uname sysinfo getrandom'],
} as const

/** CLONE_NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET and NEWNS (sched.h). */
const NAMESPACES = 0x7e02_0000
/** The kernel's cryptography, a way to root for everyone until 2026 (CVE-2026-31431); and sockets to the machine's hypervisor, past all network namespaces. */
const [AF_ALG, AF_VSOCK] = [38, 40]
/** PER_LINUX, PER_LINUX32, both with UNAME26, and the question which one it is (sys/personality.h). */
const PERSONALITIES = [0x0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff]
/** From errno.h; EPERM would not make a C library try the older call. */
const ENOSYS = 38

const allow = (names: readonly string[], ...args: readonly object[]): object => ({ names, action: 'SCMP_ACT_ALLOW', args })

/** As `SecurityOpt: ['seccomp=…']` takes it. For x86-64 and 64-bit ARM. */
export const NATIVE_PROFILE = JSON.stringify({
  defaultAction: 'SCMP_ACT_ERRNO',
  archMap: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'].map(architecture => ({ architecture, subArchitectures: [] })),
  syscalls: [
    allow(Object.values(ALLOWED).flat().flatMap(names => names.split(' '))),
    // Threads and processes, but no namespaces.
    allow(['clone'], { index: 0, value: NAMESPACES, op: 'SCMP_CMP_MASKED_EQ' }),
    // Its flags are in memory, where no filter sees them.
    { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
    // Two families that are refused take three that are allowed: of two conditions on one argument libseccomp knows nothing.
    ...[{ op: 'SCMP_CMP_LT', value: AF_ALG }, { op: 'SCMP_CMP_EQ', value: AF_ALG + 1 }, { op: 'SCMP_CMP_GT', value: AF_VSOCK }].map(family => allow(['socket'], { index: 0, ...family })),
    ...PERSONALITIES.map(value => allow(['personality'], { index: 0, value, op: 'SCMP_CMP_EQ' })),
  ],
})
