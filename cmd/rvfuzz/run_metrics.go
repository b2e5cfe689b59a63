package main

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/fleet"
	"github.com/rvfuzz/rvfuzz/fuzz/report"
)

// serveMetrics serves the metrics of the campaign of a folder, while it runs, at an address of this machine. The function
// that it returns ends that.
func serveMetrics(cmd *cobra.Command, address, dir string) (end func(), err error) {
	host, _, err := net.SplitHostPort(address)
	switch {
	case err != nil:
		return nil, fmt.Errorf("--metrics %.60q is not HOST:PORT", address)
	case !fleet.IsLoopback(host):
		return nil, fmt.Errorf("--metrics %.60q: only an address of the loopback interface; \"serve\" with --token shows metrics elsewhere", address)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, failed(err)
	}
	set := report.NewSet([]string{dir})
	views := func() []*report.View {
		list, _ := set.Views() // none before the campaign has begun
		return list
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(report.Registry(views), promhttp.HandlerOpts{}))
	ctx, stop := context.WithCancel(context.WithoutCancel(cmd.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = listenUntil(ctx, listener, mux, "", "")
	}()
	fmt.Fprintf(cmd.ErrOrStderr(), "metrics are at http://%s/metrics\n", listener.Addr())
	return func() { stop(); <-done }, nil
}
