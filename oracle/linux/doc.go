// Package linux runs static riscv64 Linux executables on the reference machine rv64: it loads the ELF file, builds the
// stack of a new process and serves system calls.
//
// The guest may have several processes and threads, signals, timers, pipes and sockets. It is sandboxed and its run is
// reproducible: it sees no network but its own and no file of the host but those below Config.Root, its clock counts
// instructions, its random numbers are the same in every run, and Config.Seed alone decides how its harts interleave. What
// it can make the host remember, and write below the root, is bounded. A system call that this package does not have returns ENOSYS
// and is counted in Exit.Unknown; a program that needs what is missing in a way that no error number tells ends as
// oracle.Unsupported, or is told of in Exit.Notes.
//
//	exit, err := linux.Execute(ctx, file, linux.Config{Args: []string{"program"}, Stdout: os.Stdout})
package linux
