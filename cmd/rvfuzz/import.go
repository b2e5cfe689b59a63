package main

import (
	"github.com/spf13/cobra"
)

func importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Turn foreign programs into corpus entries",
		Args:  cobra.NoArgs,
	}
	cmd.AddCommand(importZigCommand())
	return cmd
}
