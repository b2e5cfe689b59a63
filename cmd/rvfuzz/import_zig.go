package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/corpus/zigair"
)

func importZigCommand() *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:   "zig [flags] FILE.jsonl.gz",
		Short: "Import a dump of Zig's analysed IR, one entry per test",
		Long: `zig reads a dump (format ` + zigair.Format + `) of one of Zig's own test files and makes a corpus entry of each test, with
all functions and globals that the test reaches. With -o the entries are added to a folder; without, they are printed.`,
		Example: `  rvfuzz import zig bool.jsonl.gz -o bool && rvfuzz test bool`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return importZig(cmd, args[0], folder) },
	}
	cmd.Flags().StringVarP(&folder, "output", "o", "", "folder to write the entries to")
	return cmd
}

func importZig(cmd *cobra.Command, name, folder string) error {
	data, err := readInput(cmd, name)
	if err != nil {
		return err
	}
	s, err := zigair.Read(bytes.NewReader(data), displayName(name))
	if err != nil {
		return err
	}
	for i := range s.Tests {
		e := s.Entry(&s.Tests[i])
		if folder == "" {
			fmt.Fprintf(cmd.OutOrStdout(), "%s", corpus.Format(e))
			continue
		}
		path, _, err := corpus.Write(folder, e)
		if err != nil {
			return failed(err)
		}
		fmt.Fprintln(cmd.OutOrStdout(), path)
	}
	return nil
}
