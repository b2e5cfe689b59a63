package main

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func manCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "man [flags] DIR",
		Short:   "Write the manual pages of all commands",
		Long:    `man writes a manual page for each command to a folder, made of the texts that --help prints.`,
		Example: `  rvfuzz man man1 && man ./man1/rvfuzz-run.1`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return failed(err)
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true // a page does not depend on the day on which it is made
			date := buildTime()
			return failed(doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: root.Version, Date: &date}, args[0]))
		},
	}
}
