package main

import (
	"errors"

	"github.com/spf13/cobra"
)

func serveCommand() *cobra.Command {
	var fleet fleetFlags
	cmd := &cobra.Command{
		Use:   "serve [flags] WORKDIR",
		Short: "Conduct a campaign whose cases workers on other machines check",
		Long:  fleetHelp,
		Example: `  rvfuzz serve --fleet work
  rvfuzz serve --fleet --fleet-listen 0.0.0.0:4222 --resume work
  rvfuzz serve --fleet --nats nats://nats.example:4222/night --duration 8h work`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !fleet.on {
				return errors.New("--fleet is needed")
			}
			return runFleet(cmd, &fleet, args[0])
		},
	}
	fleet.add(cmd.Flags())
	return cmd
}
