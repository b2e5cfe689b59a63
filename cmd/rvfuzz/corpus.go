package main

import "github.com/spf13/cobra"

func corpusCommand() *cobra.Command {
	return group("corpus", "Merge, thin out and convert folders of entries",
		`corpus works on folders of corpus entries, such as the seeds of campaigns.`, corpusMergeCommand(), corpusMinimizeCommand(), corpusImportGoCommand(), corpusExportGoCommand())
}
