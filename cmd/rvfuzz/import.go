package main

import "github.com/spf13/cobra"

func importCommand() *cobra.Command {
	return group("import", "Turn third-party programs into corpus entries",
		"import makes corpus entries of the programs that other projects test their compilers with.", importZigCommand())
}
