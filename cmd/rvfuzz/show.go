package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/corpus"
)

func showCommand() *cobra.Command {
	var stage string
	stages := backend.StageNames()
	cmd := &cobra.Command{
		Use:   "show [--stage " + strings.Join(stages, "|") + "] ENTRY",
		Short: "Show a corpus entry at a stage of the pipeline",
		Long: `show compiles the program of a corpus entry, with the entry's own options, as far
as the stage asked for, and prints what stands there.`,
		Example: `  rvfuzz show corpus/behavior/FILE.txtar
  rvfuzz show --stage asm - < entry.txtar`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := readEntry(cmd, args[0])
			if err != nil {
				return err
			}
			options, err := entryOptions(e)
			if err != nil {
				return err
			}
			text, err := backend.Text(e.Module, backend.Stage(stage), options)
			if err != nil {
				return err
			}
			fmt.Fprint(cmd.OutOrStdout(), text)
			return nil
		},
	}
	cmd.Flags().StringVar(&stage, "stage", string(backend.StageAIR), strings.Join(stages, ", "))
	return cmd
}

// readEntry reads a corpus entry whose program parses.
func readEntry(cmd *cobra.Command, name string) (*corpus.Entry, error) {
	data, err := readInput(cmd, name)
	if err != nil {
		return nil, err
	}
	e, err := corpus.Parse(displayName(name), data)
	if err != nil {
		return nil, err
	}
	if e.Module == nil {
		return nil, fmt.Errorf("%s: the program does not parse, as the entry expects", displayName(name))
	}
	return e, nil
}

func entryOptions(e *corpus.Entry) (backend.Options, error) {
	o, err := backend.ParseOptions(e.Options)
	if err != nil {
		return o, fmt.Errorf("%s: %w", e.Name, err)
	}
	o.Verify = true
	return o, nil
}
