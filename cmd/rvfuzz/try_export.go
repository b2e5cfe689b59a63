package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
	"github.com/rvfuzz/rvfuzz/fuzz/subject"
)

func tryExportCommand() *cobra.Command {
	language := "llvm"
	cmd := &cobra.Command{
		Use:   "export [flags] FILE",
		Short: "Print a program in another language",
		Long: `export prints an entry, or a file of AIR text, in another language, with its runs. What depends on values that are undefined
in these runs is said without the flags that would make more than undefined of it.

Exit status: 2 if the program is not valid, has illegal behaviour, or has no form in the language.`,
		Example: `  rvfuzz try export --to llvm corpus/regress/select-scalar-4efb6151.txtar`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return exportFile(cmd, args[0], language) },
	}
	cmd.Flags().StringVar(&language, "to", language, "the language: "+languageNames())
	return cmd
}

func exportFile(cmd *cobra.Command, name, language string) error {
	batch, err := subject.NewBatch(language)
	if err != nil {
		return err
	}
	p, err := readProgram(cmd, name, nil)
	if err != nil {
		return err
	}
	prepared, err := prepareEntry(p.Entry)
	if err == nil {
		err = batch.Add(prepared.Case)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", displayName(name), err)
	}
	fmt.Fprint(cmd.OutOrStdout(), batch.Text())
	return nil
}

// prepareEntry evaluates the program of an entry.
func prepareEntry(e *corpus.Entry) (*subject.Case, error) {
	c, err := replay.Case(e)
	if err != nil {
		return nil, err
	}
	return subject.Prepare(e.Name, c.Module, c.Runs)
}
