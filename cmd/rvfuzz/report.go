package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/page"
	"github.com/rvfuzz/rvfuzz/fuzz/report"
)

type reportFlags struct{ since, format, output string }

// reportForms are the forms of a report, with the endings of the names of files that mean them.
var reportForms = []struct {
	name    string
	endings []string
}{
	{report.Text, []string{".txt"}},
	{page.HTML, []string{".html"}},
	{report.JUnit, []string{".junit.xml", ".xml"}},
	{report.SARIF, []string{".sarif", ".sarif.json"}},
	{report.GitHub, []string{".md"}},
	{report.Prometheus, []string{".prom"}},
}

func reportCommand() *cobra.Command {
	var flags reportFlags
	var names []string
	for _, f := range reportForms {
		names = append(names, f.name)
	}
	cmd := &cobra.Command{
		Use:   "report [flags] WORKDIR",
		Short: "Write what a campaign found, for people and for other programs",
		Long: `report writes what the campaign of a folder did and found, as its event log has it. The forms are

  text        a mail
  html        one file with the views of "serve", which needs nothing else
  junit       JUnit XML: a test for the campaign and each of its gates, and one for each bucket, which fails while it is
              new or flaky, is skipped while it is known, and passes once it is gone
  sarif       SARIF 2.1.0: a result for each bucket, at the line of the code generator that emitted the wrong code
  github      a step summary of a GitHub workflow (Markdown): append it to $GITHUB_STEP_SUMMARY
  prometheus  metrics in Prometheus's text format, such as for the textfile collector

Buckets are fresh if they are new since the night before, that is found within 24 hours of the last event of the log. With
--since they are those that an older campaign did not have, and the ones are named that only the older one had.

--format is text by default, or what the name of the --output file ends in.`,
		Example: `  rvfuzz report work
  rvfuzz report work --since work-of-last-night --format github >> "$GITHUB_STEP_SUMMARY"
  rvfuzz report work -o findings.sarif
  rvfuzz report work -o findings.html`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return writeReport(cmd, flags, args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.since, "since", "", "folder of an older campaign to compare with")
	f.StringVar(&flags.format, "format", "", strings.Join(names, ", "))
	f.StringVarP(&flags.output, "output", "o", "", "file to write, instead of standard output")
	return cmd
}

// form returns the form to write in.
func (flags *reportFlags) form() (string, error) {
	var names []string
	for _, f := range reportForms {
		if f.name == flags.format {
			return f.name, nil
		}
		names = append(names, f.name)
	}
	if flags.format != "" {
		return "", fmt.Errorf("--format %.60q: one of %s", flags.format, strings.Join(names, ", "))
	}
	if flags.output == "" {
		return report.Text, nil
	}
	for _, f := range reportForms {
		if slices.ContainsFunc(f.endings, func(end string) bool { return strings.HasSuffix(flags.output, end) }) {
			return f.name, nil
		}
	}
	return "", fmt.Errorf("--output %.60q: its name does not tell the form, --format is needed", filepath.Base(flags.output))
}

func writeReport(cmd *cobra.Command, flags reportFlags, dir string) error {
	form, err := flags.form()
	if err != nil {
		return err
	}
	view, err := report.Open(dir).View()
	if err != nil {
		return err
	}
	var since *report.View
	if flags.since != "" {
		if since, err = report.Open(flags.since).View(); err != nil {
			return err
		}
	}
	var text bytes.Buffer
	if err := page.Write(&text, form, report.New(view, since, buildVersion())); err != nil {
		return failed(err)
	}
	if flags.output != "" {
		return failed(corpus.WriteFile(flags.output, text.Bytes()))
	}
	_, err = cmd.OutOrStdout().Write(text.Bytes())
	return err
}
