// Command powercut pulls the plug: it runs the program, or PostgreSQL under it, on a disk of its own that forgets what was
// not synced when the power goes, cuts the power again and again while clients write, and then checks that everything that
// was acknowledged is there once (see bench.Crash for what is checked).
//
// The disk is a file system in user space: it needs Linux, /dev/fuse and root. It is a program of its own because the
// product needs none of that.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"yichuang/internal/bench"
	"yichuang/internal/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == diskCommand {
		return serve(args[1:], os.Stdin, os.Stdout)
	}
	set := flag.NewFlagSet("powercut", flag.ContinueOnError)
	program := set.String("program", "bin/yichuang", "the program whose machine loses its power")
	engine := set.String("db", "sqlite", "sqlite or postgres")
	cuts := set.Int("cuts", 50, "how often")
	seed := set.Int64("seed", 1, "of moments, contents and of what a cut takes back")
	lies := set.Bool("lies", false, "a disk that answers a sync before anything is safe: the run must fail")
	if err := set.Parse(args); err != nil {
		return err
	}
	if err := os.Setenv("YICHUANG_TEST_AID", "yes"); err != nil {
		return err
	}
	p := &plug{seed: *seed, lies: *lies}
	b := bench.Crash{Engine: store.Engine(*engine), Kills: *cuts, Writers: 8, Rate: 7200, Seed: *seed, Progress: os.Stderr, Program: *program, Mount: p.insert}
	r, err := b.Run(ctx)
	if err != nil {
		return err
	}
	counted, err := p.end()
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	if err := out.Encode(struct {
		bench.CrashResult
		answer
	}{r, counted}); err != nil {
		return err
	}
	if !r.OK {
		return fmt.Errorf("what was acknowledged is not all there")
	}
	return nil
}
