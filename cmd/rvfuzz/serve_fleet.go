package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/fleet"
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
)

const fleetHelp = `With --fleet, serve conducts a campaign whose cases are checked by workers, "rvfuzz work --join ADDRESS", on any number of
machines. It prints their command line. WORKDIR is like that of run: triage, explain and test work on it. Divergences are
made small here.

A NATS server with JetStream is part of this program and keeps its data in WORKDIR/fleet, unless --nats has the address of
one that runs elsewhere. It listens on the loopback interface, or on --fleet-listen; beyond loopback a token is needed, in
RVFUZZ_TOKEN or --fleet-token, and connections are encrypted, with --fleet-cert and --fleet-key or with a certificate
made for WORKDIR, whose fingerprint is part of the address for workers.

The campaign ends after --duration or --cases, or else when it is interrupted; with --resume it then continues. Nothing
is lost if this program or a worker is killed, and no case counts twice.`

// tokenVariable is the environment variable that has the token of a fleet.
const tokenVariable = "RVFUZZ_TOKEN"

// fleetFlags are the flags of serve that are about a fleet.
type fleetFlags struct {
	runFlags
	on          bool
	nats        string
	creds, ca   string
	server      fleet.ServerConfig
	coordinator fleet.Config
}

func (flags *fleetFlags) add(f *pflag.FlagSet) {
	f.BoolVar(&flags.on, "fleet", false, "conduct a campaign of workers that join")
	f.StringVar(&flags.nats, "nats", "", "address nats://HOST:PORT/NAME of a NATS server that is there, in place of one in this program")
	f.StringVar(&flags.creds, "nats-creds", "", "file of NATS credentials for --nats")
	f.StringVar(&flags.ca, "nats-ca", "", "file of the certificates that sign that of --nats")
	f.IntVar(&flags.coordinator.Replicas, "nats-replicas", 1, "how many servers of a cluster keep the data, with --nats")
	f.StringVar(&flags.server.Listen, "fleet-listen", "127.0.0.1:4222", "HOST:PORT for workers")
	f.StringVar(&flags.server.Name, "fleet-name", fleet.DefaultName, "name of the fleet, without --nats")
	f.StringVar(&flags.server.Token, "fleet-token", "", "what workers must know (default $"+tokenVariable+")")
	f.StringVar(&flags.server.Cert, "fleet-cert", "", "file of the server's certificate")
	f.StringVar(&flags.server.Key, "fleet-key", "", "file of the key of that")
	f.DurationVar(&flags.coordinator.Lease, "lease", 30*time.Second, "how long a worker may be silent before another one gets its cases")
	f.Uint64Var(&flags.config.Block, "shard-cases", 4096, "cases that a worker takes at once")
	f.DurationVar(&flags.config.Duration, "duration", 0, "stop after this time")
	campaignFlags(f, &flags.runFlags)
}

// fleetAbout is what workers need to know of a campaign.
type fleetAbout struct {
	Campaign json.RawMessage
	Limits   isolate.Limits
}

// runFleet conducts the campaign of a folder.
func runFleet(cmd *cobra.Command, flags *fleetFlags, dir string) error {
	flags.config.Dir = dir
	config, err := configure(cmd, &flags.runFlags)
	if err != nil {
		return err
	}
	if err := flags.check(cmd); err != nil {
		return err
	}
	if config.Cases == 0 && config.Duration == 0 {
		config.Duration = 1 << 62
	}
	terms, err := fleetTerms(&config, flags.limits)
	if err != nil {
		return err
	}
	if flags.nats == "" {
		flags.server.Dir = filepath.Join(dir, "fleet")
		server, err := fleet.Serve(flags.server)
		if err != nil {
			return failed(err)
		}
		defer server.Close()
		flags.coordinator.Server = server
		fmt.Fprintf(cmd.ErrOrStderr(), "workers join with: %srvfuzz work --join '%s'\n", tokenHint(flags.server.Token), server.Join())
	}
	flags.coordinator.Log = func(text string) { fmt.Fprintln(cmd.ErrOrStderr(), text) }
	c, err := fleet.Open(cmd.Context(), flags.coordinator, terms)
	if err != nil {
		return failed(err)
	}
	defer c.Close()
	config.Remote = c
	summary, err := campaign.Run(cmd.Context(), config)
	if err == nil && summary.Trouble == "" && cmd.Context().Err() == nil {
		err = endFleet(c)
		if flags.coordinator.Server != nil {
			flags.coordinator.Server.Leave(leaveTime)
		}
	}
	return conclude(cmd, &flags.runFlags, summary, err)
}

// leaveTime is how long the server in this program waits for workers to learn that the campaign has ended.
const leaveTime = 10 * time.Second

func endFleet(c *fleet.Coordinator) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := c.End(ctx); err != nil {
		return failed(fmt.Errorf("the campaign is done, but its workers could not be told: %w", err))
	}
	return nil
}

// check refuses flags that do not go together, and completes the others.
func (flags *fleetFlags) check(cmd *cobra.Command) (err error) {
	given := cmd.Flags().Changed
	switch {
	case flags.nats != "" && (given("fleet-listen") || given("fleet-cert") || given("fleet-key") || given("fleet-name")):
		return errors.New("--fleet-listen, --fleet-name, --fleet-cert and --fleet-key are of the server in this program, which --nats replaces")
	case flags.nats == "" && (given("nats-creds") || given("nats-ca") || given("nats-replicas")):
		return errors.New("--nats-creds, --nats-ca and --nats-replicas are of --nats")
	case (flags.server.Cert == "") != (flags.server.Key == ""):
		return errors.New("--fleet-cert and --fleet-key go together")
	case flags.coordinator.Lease < time.Second:
		return fmt.Errorf("--lease %s: at least 1s is needed", flags.coordinator.Lease)
	case flags.config.Block < 1 || flags.config.Block > 1<<24:
		return fmt.Errorf("--shard-cases %d: 1 to %d", flags.config.Block, 1<<24)
	case flags.coordinator.Replicas < 1 || flags.coordinator.Replicas > 5:
		return fmt.Errorf("--nats-replicas %d: 1 to 5", flags.coordinator.Replicas)
	}
	if flags.server.Token == "" {
		flags.server.Token = os.Getenv(tokenVariable)
	}
	if flags.nats != "" {
		flags.coordinator.Address, err = fleetAddress(flags.nats, flags.server.Token, flags.creds, flags.ca)
	}
	if _, taken := campaign.Load(flags.config.Dir); err == nil && taken == nil && !flags.config.Resume {
		err = fmt.Errorf("%s holds a campaign: choose another folder, or continue that one (--resume)", flags.config.Dir)
	}
	return err
}

// fleetAddress returns the address of a fleet with what is needed to connect.
func fleetAddress(text, token, creds, ca string) (fleet.Address, error) {
	a, err := fleet.ParseAddress(text)
	a.Token, a.Creds, a.CA = token, creds, ca
	return a, err
}

func tokenHint(token string) string {
	if token == "" {
		return ""
	}
	return tokenVariable + "=... "
}

// fleetTerms returns the terms of a campaign, whose identity is a file of its folder.
func fleetTerms(config *campaign.Config, limits isolate.Limits) (terms fleet.Terms, err error) {
	if terms.Campaign, err = fleetIdentity(filepath.Join(config.Dir, "fleet")); err != nil {
		return terms, failed(err)
	}
	about := fleetAbout{Limits: limits}
	if about.Campaign, err = campaign.Terms(*config); err != nil {
		return terms, err
	}
	if terms.About, err = json.Marshal(&about); err != nil {
		return terms, err
	}
	terms.Version, err = fleetVersion()
	return terms, err
}

// fleetIdentity returns what the file "campaign" of a folder says, which is made with a random text if it is not there.
func fleetIdentity(dir string) (string, error) {
	path := filepath.Join(dir, "campaign")
	data, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(data)), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	id := rand.Text()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	return id, corpus.WriteFile(path, []byte(id+"\n"))
}

// fleetVersion names this build so that builds which make other cases have other names: by its version, or by its
// content if that is no version of clean source.
func fleetVersion() (string, error) {
	if info, ok := debug.ReadBuildInfo(); ok {
		if v := info.Main.Version; v != "" && v != "(devel)" && !strings.Contains(v, "+dirty") {
			return v, nil
		}
	}
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return "program " + hex.EncodeToString(sum.Sum(nil)), nil
}
