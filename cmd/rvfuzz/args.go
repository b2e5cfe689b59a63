package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// group returns a command that only holds others. Alone it prints its help.
func group(name, short, long string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: name, Short: short, Long: long}
	cmd.AddCommand(commands...)
	return cmd
}

// strict makes every group below cmd refuse an argument that names none of its commands, and the help command a topic
// that is no command.
func strict(cmd *cobra.Command) {
	switch {
	case cmd.HasSubCommands():
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return unknown(cmd, args[0])
		}
		cmd.Run = func(cmd *cobra.Command, _ []string) { _ = cmd.Help() }
	case cmd.Name() == "help" && cmd.Parent() == cmd.Root():
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err == nil && len(rest) > 0 {
				err = unknown(found, rest[0])
			}
			return err
		}
	}
	for _, below := range cmd.Commands() {
		strict(below)
	}
}

// unknown returns the error for an argument that names no command of a group, with the names that it may be meant for.
func unknown(cmd *cobra.Command, name string) error {
	if !cmd.HasSubCommands() {
		return fmt.Errorf("%.60q: %s has no further commands", name, cmd.CommandPath())
	}
	cmd.SuggestionsMinimumDistance = 2
	hint := fmt.Sprintf("see %s --help", cmd.CommandPath())
	if similar := cmd.SuggestionsFor(name); len(similar) > 0 {
		hint = "did you mean " + strings.Join(similar, " or ") + "?"
	}
	return fmt.Errorf("unknown command %.60q of %s: %s", name, cmd.CommandPath(), hint)
}

// noArgs refuses arguments, for commands that take none.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("%s takes no arguments: %.60q", strings.TrimPrefix(cmd.CommandPath(), "rvfuzz "), args[0])
}
