// Package linux runs static riscv64 Linux executables on the reference machine rv64: it loads the ELF file, builds the
// stack of a new process and serves system calls.
//
// The guest is sandboxed and its run is reproducible. It sees no network and no file of the host but those below
// Config.Root, its clock counts instructions, its random numbers are the same in every run, and it is alone: one
// thread, and no other process. A system call that this package does not have returns ENOSYS and is counted in
// Exit.Unknown; a program that needs what is missing, such as a signal handler, ends as oracle.Unsupported.
//
//	exit, err := linux.Execute(ctx, file, linux.Config{Args: []string{"program"}, Stdout: os.Stdout})
package linux
