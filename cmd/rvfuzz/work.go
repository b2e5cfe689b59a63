package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/fleet"
)

type workFlags struct {
	config           fleet.WorkConfig
	join             string
	token, creds, ca string
}

func workCommand() *cobra.Command {
	var flags workFlags
	cmd := &cobra.Command{
		Use:   "work --join ADDRESS [flags]",
		Short: "Check cases for a campaign that another machine conducts",
		Long: `work joins the fleet of "rvfuzz serve --fleet", which prints the ADDRESS, takes cases from it, checks them in worker
processes as run does, and sends back what it counts and finds, after it is written to --workdir. Several may run on a
machine, each with a folder of its own. It waits for a server that cannot be reached; one that is another build than the
coordinator refuses to work, since it would make other cases.

It ends when the campaign does, or when the server is out of reach for the time of --patience; with --stay only when it is
interrupted. What was written and not sent, because this
program was killed, is sent when it starts again.

Exit status: 0 the campaign has ended, 2 bad flags, 3 the fleet refuses, or this machine cannot check cases, 130
interrupted.`,
		Example: `  rvfuzz work --join nats://127.0.0.1:4222
  RVFUZZ_TOKEN=... rvfuzz work --join 'tls://fuzz.example:4222/night?pin=...' --jobs 8 --stay`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runWork(cmd, &flags) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.join, "join", "", "address of the fleet, as serve --fleet prints it")
	f.StringVar(&flags.token, "token", "", "the token of the fleet (default $"+tokenVariable+")")
	f.StringVar(&flags.creds, "nats-creds", "", "file of NATS credentials")
	f.StringVar(&flags.ca, "nats-ca", "", "file of the certificates that sign the server's")
	f.StringVar(&flags.config.Dir, "workdir", "worker", "folder for results that are not sent yet")
	f.IntVar(&flags.config.Jobs, "jobs", 0, "cases to work on at once (0: one for each processor)")
	f.BoolVar(&flags.config.Stay, "stay", false, "wait for the next campaign when one has ended")
	f.DurationVar(&flags.config.Patience, "patience", 10*time.Minute, "how long the server may be out of reach before the worker gives up, without --stay (0: without end)")
	return cmd
}

func runWork(cmd *cobra.Command, flags *workFlags) (err error) {
	c := &flags.config
	switch {
	case flags.join == "":
		return errors.New("--join ADDRESS is needed")
	case c.Jobs < 0 || c.Jobs > maxJobs:
		return fmt.Errorf("--jobs %d: 1 to %d, or 0 for one for each processor", c.Jobs, maxJobs)
	case c.Patience < 0:
		return fmt.Errorf("--patience %s: no negative value", c.Patience)
	case c.Dir == "":
		return errors.New("--workdir \"\": a folder is needed")
	}
	if c.Jobs == 0 {
		c.Jobs = runtime.GOMAXPROCS(0)
	}
	if flags.token == "" {
		flags.token = os.Getenv(tokenVariable)
	}
	if c.Address, err = fleetAddress(flags.join, flags.token, flags.creds, flags.ca); err != nil {
		return err
	}
	if c.Version, err = fleetVersion(); err != nil {
		return failed(err)
	}
	c.Log = func(text string) { fmt.Fprintf(cmd.ErrOrStderr(), "%s %s\n", time.Now().Format(time.TimeOnly), text) }
	c.Perform = perform
	if err := fleet.Work(cmd.Context(), *c); err != nil && cmd.Context().Err() == nil {
		return failed(err)
	}
	return cmd.Context().Err()
}

// perform returns what does the units of a campaign in worker processes of this program.
func perform(about []byte) (fleet.Performer, error) {
	var a fleetAbout
	if err := json.Unmarshal(about, &a); err != nil {
		return nil, err
	}
	return campaign.NewPerformer(a.Campaign, workerProcess(a.Limits, "campaign"))
}
