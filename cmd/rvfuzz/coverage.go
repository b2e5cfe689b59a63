package main

import (
	"bytes"
	"errors"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/page"
	"github.com/rvfuzz/rvfuzz/fuzz/report"
)

func coverageCommand() *cobra.Command {
	var html string
	cmd := &cobra.Command{
		Use:   "coverage [flags] [WORKDIR]",
		Short: "Print what a campaign reached of what is compiled",
		Long: `coverage prints how many of the pairs of tag and type class that are compiled the campaign of a folder reached, "work" by
default, as its event log has it: a line for each tag, with the type classes that no case reached. Type classes are the
integers by signedness and width up to 64, and the other kinds of type; an instruction counts by the type of its result, a
test by the type of what it tests. A campaign that still runs is shown as it is now.

--html writes the same as a heat map instead, in one file that needs nothing else.`,
		Example: `  rvfuzz coverage work
  rvfuzz coverage --html coverage.html work`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "work"
			if len(args) > 0 {
				dir = args[0]
			}
			if html == "" && cmd.Flags().Changed("html") {
				return errors.New(`--html "": a file is needed`)
			}
			return writeCoverage(cmd, dir, html)
		},
	}
	cmd.Flags().StringVar(&html, "html", "", "file to write the heat map to, instead of printing text")
	return cmd
}

func writeCoverage(cmd *cobra.Command, dir, html string) error {
	view, err := report.Open(dir).View()
	if err != nil {
		return err
	}
	if html == "" {
		return report.NewGrid([]*report.View{view}).WriteText(cmd.OutOrStdout())
	}
	var text bytes.Buffer
	if err := page.WriteCoverage(&text, view, buildVersion()); err != nil {
		return failed(err)
	}
	return failed(corpus.WriteFile(html, text.Bytes()))
}
