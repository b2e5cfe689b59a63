package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz"
)

func corpusImportGoCommand() *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:   "import-go -o FOLDER DIR...",
		Short: "Turn inputs of Go's fuzzing engine into entries",
		Long: `import-go reads the inputs below each DIR, such as fuzz/testdata/fuzz or the folder fuzz of Go's build cache, and writes
the programs that they describe to FOLDER as corpus entries. The folder of an input names its target: FuzzCodegen,
FuzzCompile, FuzzExecute or FuzzAir of package fuzz; inputs of others are counted.`,
		Example: `  rvfuzz corpus import-go -o seeds fuzz/testdata/fuzz
  rvfuzz corpus import-go -o seeds "$(go env GOCACHE)/fuzz/github.com/rvfuzz/rvfuzz/fuzz"`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return importGo(cmd, folder, args) },
	}
	cmd.Flags().StringVarP(&folder, "output", "o", "", "folder to write to (required)")
	_ = cmd.MarkFlagRequired("output")
	return cmd
}

func importGo(cmd *cobra.Command, folder string, dirs []string) error {
	var entries []*corpus.Entry
	files, left := 0, 0
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			files++
			e, err := readGoInput(path)
			if err != nil {
				left++
				fmt.Fprintf(cmd.ErrOrStderr(), "rvfuzz: %s: left out: %v\n", path, err)
				return nil
			}
			entries = append(entries, e)
			return nil
		})
		if err != nil {
			return err
		}
	}
	written, err := writeEntries(folder, entries)
	if err != nil {
		return failed(err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d inputs, %d left out, %d entries written\n", files, left, written)
	return nil
}

func readGoInput(path string) (*corpus.Entry, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	values, err := fuzz.ReadInput(string(text))
	if err != nil {
		return nil, err
	}
	target := filepath.Base(filepath.Dir(path))
	return fuzz.Entry(target, values, "input="+target+"/"+filepath.Base(path))
}

func corpusExportGoCommand() *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:   "export-go -o FOLDER PATH...",
		Short: "Turn entries into inputs of Go's fuzzing engine",
		Long: `export-go writes each entry as an input of FuzzAir to FOLDER/FuzzAir. In fuzz/testdata/fuzz it is a seed of
go test -fuzz=FuzzAir ./fuzz.`,
		Example: `  rvfuzz corpus export-go -o fuzz/testdata/fuzz work/findings`,
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return exportGo(cmd, folder, args) },
	}
	cmd.Flags().StringVarP(&folder, "output", "o", "", "folder to write to (required)")
	_ = cmd.MarkFlagRequired("output")
	return cmd
}

func exportGo(cmd *cobra.Command, folder string, paths []string) error {
	entries, err := corpus.Load(paths...)
	if err != nil {
		return err
	}
	folder = filepath.Join(folder, "FuzzAir")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return failed(err)
	}
	for _, e := range entries {
		text := fuzz.FormatInput(string(corpus.Format(e)))
		name := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:16] // as Go's engine names them
		if err := corpus.WriteFile(filepath.Join(folder, name), []byte(text)); err != nil {
			return failed(err)
		}
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d entries\n", len(entries))
	return nil
}
