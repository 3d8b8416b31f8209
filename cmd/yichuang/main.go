// Command yichuang is the whole program: server and command line.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"yichuang/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Environment(ctx)
	stop()
	os.Exit(code)
}
