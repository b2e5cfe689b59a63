// Package gdb serves the GDB remote serial protocol for a program on the reference machine: a debugger looks at registers
// and memory, steps, and stops at breakpoints, which change no memory of the program.
//
//	session, err := linux.NewSession(elf, linux.Config{Stdout: os.Stdout})
//	err = gdb.Serve(ctx, connection, session)
//
// The protocol is that of the GDB manual, "GDB Remote Serial Protocol". Packets that are not sound are answered with an
// error; those that are not known with an empty packet.
package gdb
