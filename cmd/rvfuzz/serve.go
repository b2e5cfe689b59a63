package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rvfuzz/rvfuzz/fuzz/fleet"
	"github.com/rvfuzz/rvfuzz/fuzz/page"
	"github.com/rvfuzz/rvfuzz/fuzz/words"
)

const pageHelp = `serve shows campaigns in a browser, running and past ones, until it is interrupted: their buckets ranked, those that are
new since the night before first, and each of them with its entry, what explain reports of it side by side, its history,
and buttons to mark it known (as triage --known does), to check it again and to make it smaller; plots of the campaign over
its time; heat maps of what cases reached and of which oracle confirmed which instruction; and how planted defects fared,
of the files that "mutants --results" wrote. Filters are in the address. Pages need no JavaScript but for plots and live
updates, and load nothing from elsewhere. /metrics has the same numbers for Prometheus, and each campaign has its reports.

The server listens on the loopback interface, or elsewhere with --listen, for which --token, or $` + tokenVariable + `, is needed: it must
be known to whoever asks, in the address ("?token=") or as "Authorization: Bearer". Without --cert and --key others on the
network can read it.
`

// pageFlags are the flags of serve that are about the page.
type pageFlags struct {
	listen, token, cert, key string
	known, matrix            string
	results, hosts           []string
}

func (flags *pageFlags) add(f *pflag.FlagSet) {
	f.StringVar(&flags.listen, "listen", "127.0.0.1:7766", "HOST:PORT of the page")
	f.StringVar(&flags.token, "token", "", "what whoever looks at the page must know (default $"+tokenVariable+" beyond loopback)")
	f.StringVar(&flags.cert, "cert", "", "file of the page's certificate")
	f.StringVar(&flags.key, "key", "", "file of the key of that")
	f.StringArrayVar(&flags.hosts, "host", nil, "name by which the page may be asked for, besides the address it listens on (repeatable)")
	f.StringVar(&flags.known, "known-folder", builtinKnown, "folder to which the page writes known issues")
	f.StringVar(&flags.matrix, "matrix", "", "file that \"isa matrix\" printed (default: made when somebody looks)")
	f.StringArrayVar(&flags.results, "results", nil, "file of measurements of planted defects, the oldest first (repeatable)")
}

func serveCommand() *cobra.Command {
	var fleet fleetFlags
	var flags pageFlags
	cmd := &cobra.Command{
		Use:   "serve [flags] WORKDIR...",
		Short: "Show campaigns in a browser, or conduct one whose cases workers on other machines check",
		Long:  pageHelp + "\n" + fleetHelp + " With --listen the page shows it.",
		Example: `  rvfuzz serve work
  rvfuzz serve --results night-1.jsonl --results night-2.jsonl work past/*
  RVFUZZ_TOKEN=... rvfuzz serve --listen 0.0.0.0:7766 --host fuzz.example work
  rvfuzz serve --fleet work
  rvfuzz serve --fleet --fleet-listen 0.0.0.0:4222 --resume work
  rvfuzz serve --fleet --nats nats://nats.example:4222/night --duration 8h work`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case !fleet.on:
				return servePage(cmd.Context(), cmd, &flags, &fleet.runFlags, args)
			case len(args) > 1:
				return fmt.Errorf("--fleet conducts one campaign, in one folder, not %d", len(args))
			case !cmd.Flags().Changed("listen"):
				return runFleet(cmd, &fleet, args[0])
			}
			return serveBoth(cmd, &flags, &fleet, args[0])
		},
	}
	flags.add(cmd.Flags())
	fleet.add(cmd.Flags())
	return cmd
}

// serveBoth conducts a campaign while the page shows it.
func serveBoth(cmd *cobra.Command, flags *pageFlags, fleet *fleetFlags, dir string) error {
	ctx, stop := context.WithCancel(cmd.Context())
	ended := make(chan error, 1)
	server, listener, err := flags.open(&fleet.runFlags, []string{dir})
	if err != nil {
		stop()
		return err
	}
	go func() { ended <- flags.serve(ctx, cmd, server, listener) }()
	err = runFleet(cmd, fleet, dir)
	stop()
	if again := <-ended; err == nil {
		err = again
	}
	return err
}

func servePage(ctx context.Context, cmd *cobra.Command, flags *pageFlags, run *runFlags, dirs []string) error {
	if err := checkLimits(run.limits); err != nil {
		return err
	}
	for _, dir := range dirs {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return fmt.Errorf("%s is not a folder", dir)
		}
	}
	server, listener, err := flags.open(run, dirs)
	if err != nil {
		return err
	}
	return flags.serve(ctx, cmd, server, listener)
}

// open makes the server and listens.
func (flags *pageFlags) open(run *runFlags, dirs []string) (*page.Server, net.Listener, error) {
	host, port, err := net.SplitHostPort(flags.listen)
	if err != nil {
		return nil, nil, fmt.Errorf("--listen %.60q is not HOST:PORT", flags.listen)
	}
	if (flags.cert == "") != (flags.key == "") {
		return nil, nil, fmt.Errorf("--cert and --key go together")
	}
	hosts := append([]string{host}, flags.hosts...)
	if !fleet.IsLoopback(host) {
		if flags.token == "" {
			flags.token = os.Getenv(tokenVariable)
		}
		if flags.token == "" {
			return nil, nil, fmt.Errorf("--listen %s can be reached from elsewhere: --token, or $%s, is needed", flags.listen, tokenVariable)
		}
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			hosts = append(hosts, "*") // whatever the machine is called: who asks must know the token
		}
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, nil, failed(err)
	}
	server, err := page.New(page.Config{Dirs: dirs, Token: flags.token, Hosts: hosts, Command: workerProcess(run.limits, "campaign"),
		Known: flags.known, Results: flags.results, Matrix: flags.table, Program: buildVersion()})
	if err != nil {
		return nil, nil, failed(err)
	}
	return server, listener, nil
}

// table returns the table of instructions and oracles.
func (flags *pageFlags) table(ctx context.Context) (string, error) {
	if flags.matrix != "" {
		text, err := os.ReadFile(flags.matrix)
		return string(text), err
	}
	installed, _ := words.InstalledTools(ctx)
	const samples = 10
	m, err := words.NewMatrix(ctx, installed, samples)
	if err != nil {
		return "", err
	}
	return m.String(), nil
}

// serve serves the page until the context ends.
func (flags *pageFlags) serve(ctx context.Context, cmd *cobra.Command, server *page.Server, listener net.Listener) error {
	defer server.Close()
	scheme := "http"
	if flags.cert != "" {
		scheme = "https"
	}
	for _, err := range server.Warm() {
		fmt.Fprintln(cmd.ErrOrStderr(), err)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "the page is at %s://%s/\n", scheme, listener.Addr())
	return listenUntil(ctx, listener, server, flags.cert, flags.key)
}

// listenUntil serves HTTP until the context ends, encrypted if there is a certificate.
func listenUntil(ctx context.Context, listener net.Listener, handler http.Handler, cert, key string) error {
	h := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 1 << 16}
	ended := make(chan error, 1)
	go func() {
		if cert != "" {
			ended <- h.ServeTLS(listener, cert, key)
		} else {
			ended <- h.Serve(listener)
		}
	}()
	select {
	case err := <-ended:
		return failed(err)
	case <-ctx.Done():
	}
	return failed(h.Close())
}
