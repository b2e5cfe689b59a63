package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/oracle/gdb"
	"github.com/rvfuzz/rvfuzz/oracle/linux"
)

// debugProgram runs a program under the control of a debugger that connects to an address of this machine, and to its
// end once the debugger has left.
func debugProgram(cmd *cobra.Command, address string, elf []byte, config linux.Config) (linux.Exit, error) {
	session, err := linux.NewSession(elf, config)
	if err != nil {
		return linux.Exit{}, err
	}
	defer session.Close()
	if err := serveDebugger(cmd, address, session); err != nil {
		return linux.Exit{}, err
	}
	for {
		if exit, ended := session.Ended(); ended {
			return exit, nil
		}
		if err := session.Run(cmd.Context(), 0); err != nil {
			return linux.Exit{}, err
		}
	}
}

func serveDebugger(cmd *cobra.Command, address string, session *linux.Session) error {
	listener, err := listenHere(address)
	if err != nil {
		return err
	}
	defer listener.Close()
	fmt.Fprintf(cmd.ErrOrStderr(), "waiting for a debugger: target remote %s\n", listener.Addr())
	defer context.AfterFunc(cmd.Context(), func() { listener.Close() })()
	connection, err := listener.Accept()
	if err != nil {
		return errors.Join(cmd.Context().Err(), err)
	}
	defer connection.Close()
	listener.Close()
	defer context.AfterFunc(cmd.Context(), func() { connection.Close() })()
	return gdb.Serve(cmd.Context(), connection, session)
}

// listenHere listens on an address that only this machine can reach.
func listenHere(address string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("--gdb %.60q: %w", address, err)
	}
	if host == "" || host == "localhost" {
		host = "127.0.0.1"
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("--gdb %.60q: a debugger may control the program from this machine only", address)
	}
	return net.Listen("tcp", net.JoinHostPort(host, port))
}
