package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/corpus"
)

func corpusMergeCommand() *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:   "merge -o FOLDER DIR...",
		Short: "Copy entries into one folder, each program once",
		Long: `merge copies the entries below each DIR into FOLDER. An entry whose program, runs and options FOLDER has already is left
out.`,
		Example: `  rvfuzz corpus merge -o seeds work-1/findings work-2/findings`,
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return mergeCorpus(cmd, folder, args) },
	}
	cmd.Flags().StringVarP(&folder, "output", "o", "", "folder to copy to (required)")
	_ = cmd.MarkFlagRequired("output")
	return cmd
}

func mergeCorpus(cmd *cobra.Command, folder string, dirs []string) error {
	entries, err := corpus.Load(dirs...)
	if err != nil {
		return err
	}
	copied, err := writeEntries(folder, entries)
	if err != nil {
		return failed(err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d entries, %d copied\n", len(entries), copied)
	return nil
}

// writeEntries writes entries to a folder under the names of their content, and returns how many it did not have.
func writeEntries(folder string, entries []*corpus.Entry) (copied int, err error) {
	for _, e := range entries {
		e.Rename(e.Slug())
		_, written, err := corpus.Write(folder, e)
		if err != nil {
			return copied, err
		}
		if written {
			copied++
		}
	}
	return copied, nil
}
