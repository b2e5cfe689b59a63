package main

import (
	"github.com/spf13/cobra"
)

func isaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "isa",
		Short: "Hold the instruction set against other tools",
		Long: `isa compares the encoder, the decoder and the reference machine with tools that
share no code with them.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(matrixCommand(), exhaustCommand(), versusQemuCommand())
	return cmd
}
