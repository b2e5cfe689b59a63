package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

func corpusMinimizeCommand() *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:   "minimize [flags] DIR...",
		Short: "Choose few entries that mean as much as all",
		Long: `minimize prints the names of a small set of the entries below each DIR that has the coverage of all of them, or with -o
copies them to a folder. What is covered are pairs of AIR tag and type of the instructions, and for those that the first
run of an entry executes whether the value is zero, all ones, the least or the greatest, or another. Entries are chosen
by how much they add for their size.`,
		Example: `  rvfuzz corpus minimize -o seeds corpus/behavior work/findings`,
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return minimizeCorpus(cmd, folder, args) },
	}
	cmd.Flags().StringVarP(&folder, "output", "o", "", "folder to copy the entries to")
	return cmd
}

func minimizeCorpus(cmd *cobra.Command, folder string, dirs []string) error {
	entries, err := corpus.Load(dirs...)
	if err != nil {
		return err
	}
	chosen, covered := replay.Cover(cmd.Context(), entries)
	if err := cmd.Context().Err(); err != nil {
		return err
	}
	if folder == "" {
		for _, e := range chosen {
			fmt.Fprintln(cmd.OutOrStdout(), e.Name)
		}
	} else if _, err := writeEntries(folder, chosen); err != nil {
		return failed(err)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%d of %d entries cover all %d things that they have\n", len(chosen), len(entries), covered)
	return nil
}
