package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/backend"
)

func showCommand() *cobra.Command {
	var stage string
	var lowered bool
	stages := backend.StageNames()
	cmd := &cobra.Command{
		Use:   "show [flags] FILE",
		Short: "Show a program at a stage of the pipeline",
		Long: `show compiles the program of a corpus entry or a file of AIR text up to a stage and prints the output of that stage.
An entry is compiled with its own options. FILE may be - for standard input.`,
		Example: `  rvfuzz show --stage mir prog.air
  rvfuzz show --stage asm --options compress prog.air
  rvfuzz show --stage live - < entry.txtar`,
		Args: func(cmd *cobra.Command, args []string) error {
			if lowered {
				return cobra.NoArgs(cmd, args)
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if lowered {
				_, err := fmt.Fprint(cmd.OutOrStdout(), backend.Lowered())
				return err
			}
			return show(cmd, args[0], stage)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&lowered, "lowered", false, "print which tags are compiled for which classes of types instead")
	f.StringVar(&stage, "stage", string(backend.StageAIR), strings.Join(stages, ", "))
	f.String("options", "", "code generation options instead of the entry's, such as \"registers=8 compress\"")
	return cmd
}

func show(cmd *cobra.Command, name, stage string) error {
	e, err := readProgram(cmd, name, givenOptions(cmd))
	if err != nil {
		return err
	}
	options, err := backend.ParseOptions(e.Options)
	if err != nil {
		return fmt.Errorf("%s: %w", e.Name, err)
	}
	options.Verify = true
	text, err := backend.Text(e.Module, backend.Stage(stage), options)
	if err != nil {
		return err
	}
	fmt.Fprint(cmd.OutOrStdout(), text)
	return nil
}
