package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version [flags]",
		Short: "Print the version of this build",
		Long: `version prints the module's version, the commit that the build was made from, "modified" if the source tree held
changes that were not committed, and the version of Go. Unknown parts are left out.`,
		Example: `  rvfuzz version`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), buildVersion())
			return err
		},
	}
}

// buildVersion returns the version of this build on one line.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{GoVersion: runtime.Version()}
	}
	return formatVersion(info)
}

// buildTime returns the time of the commit that the build was made from, or of the epoch if it is unknown.
func buildTime() time.Time {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if t, err := time.Parse(time.RFC3339, s.Value); err == nil && s.Key == "vcs.time" {
				return t
			}
		}
	}
	return time.Unix(0, 0).UTC()
}

// buildCommit returns the commit that the build was made from, with "+" if the source tree held changes, or "" if it is
// unknown.
func buildCommit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	settings := settingsOf(info)
	commit := settings["vcs.revision"]
	if commit != "" && settings["vcs.modified"] == "true" {
		commit += "+"
	}
	return commit
}

func settingsOf(info *debug.BuildInfo) map[string]string {
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	return settings
}

// formatVersion returns build information on one line.
func formatVersion(info *debug.BuildInfo) string {
	settings := settingsOf(info)
	parts := []string{strings.TrimSpace("rvfuzz " + info.Main.Version)}
	if commit := settings["vcs.revision"]; commit != "" {
		if settings["vcs.modified"] == "true" {
			commit += " modified"
		}
		parts = append(parts, "commit "+commit)
	}
	return strings.Join(append(parts, info.GoVersion+" "+runtime.GOOS+"/"+runtime.GOARCH), ", ")
}
