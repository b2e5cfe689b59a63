package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/subject"
)

func tryCommand() *cobra.Command {
	return group("try", "Put other compilers on trial",
		`try compiles AIR programs with other people's compilers, runs the executables on the reference machine and compares
what they do with what the evaluator says. A program that differs is run again alone, on two machines, and as the
compiler's reference configuration compiles it, which says whose defect it is.

A compiler in one of its configurations is named SUBJECT:CONFIGURATION, as "rvfuzz try list" prints them; * stands for
any text in a pattern.`,
		tryBenchCommand(), tryExportCommand(), tryListCommand(), tryMatrixCommand(), tryRunCommand(), tryTestCommand())
}

// trySubjects are the flags that choose subjects.
type trySubjects struct {
	on, language string
	custom       []string
}

func (t *trySubjects) flags(cmd *cobra.Command, standard string) {
	f := cmd.Flags()
	f.StringVar(&t.on, "on", standard, "subjects: SUBJECT or SUBJECT:CONFIGURATION, separated by commas, with * for any text")
	f.StringArrayVar(&t.custom, "subject", nil, "another compiler, NAME=COMMAND with {input} and {output}, an object file (repeatable)")
	f.StringVar(&t.language, "language", "llvm", "the language of --subject: "+languageNames())
}

func languageNames() string { return strings.Join(subject.LanguageNames(), ", ") }

// chosen are the subjects that a command tries, and all that are installed.
type chosen struct {
	on    []subject.Selected
	found []*subject.Subject
}

// selected returns the subjects that are chosen, and prints which are not installed.
func (t *trySubjects) selected(cmd *cobra.Command) (chosen, error) {
	found, missing := subject.Find(cmd.Context())
	for _, err := range missing {
		fmt.Fprintln(cmd.ErrOrStderr(), "missing:", err)
	}
	patterns := t.on
	for _, text := range t.custom {
		s, err := subject.Custom(text, t.language)
		if err != nil {
			return chosen{}, err
		}
		found = append(found, s)
		patterns += "," + s.Name
	}
	on, err := subject.Select(found, strings.TrimPrefix(patterns, ","))
	return chosen{on, found}, err
}

// withBench calls a function with a bench, which it then closes.
func withBench(ctx context.Context, c chosen, do func(*subject.Bench) error) (err error) {
	b, err := subject.NewBench(ctx)
	if err != nil {
		return exit{statusFailed, err}
	}
	b.Witnesses = c.found
	defer func() { err = errors.Join(err, failed(b.Close())) }()
	return do(b)
}

func tryListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Print the subjects that are installed",
		Long: `list prints a line for every configuration of every compiler that is installed: its name, the version, the language that
cases are exported to, the reference configuration. A compiler that is not installed is named on standard error.`,
		Example: `  rvfuzz try list`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, missing := subject.Find(cmd.Context())
			for _, err := range missing {
				fmt.Fprintln(cmd.ErrOrStderr(), "missing:", err)
			}
			printSubjects(cmd.OutOrStdout(), found)
			return nil
		},
	}
}

func printSubjects(w io.Writer, found []*subject.Subject) {
	for _, s := range found {
		for _, c := range s.Configurations {
			fmt.Fprintf(w, "%s:%s\t%s\t%s\t%s\n", s.Name, c.Name, s.Version, s.Language, c.Reference)
		}
	}
}

// printSkips prints why cases have no form in a language, if any has none.
func printSkips(w io.Writer, s subject.Skips) {
	if len(s) > 0 {
		fmt.Fprintf(w, "  without a form in the language: %s\n", s)
	}
}
