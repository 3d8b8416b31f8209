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
	"path/filepath"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"

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
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	if err := out.Encode(struct {
		bench.CrashResult
		Sectors int64 `json:"sectors_lost"`
		Names   int64 `json:"names_undone"`
		Changes int64 `json:"changes"`
	}{r, p.disk.lost, p.disk.undone, p.disk.changes}); err != nil {
		return err
	}
	if !r.OK {
		return fmt.Errorf("what was acknowledged is not all there")
	}
	return nil
}

// plug is the disk of a run with its power.
type plug struct {
	seed   int64
	lies   bool
	folder string
	point  string
	disk   *disk
	server *fuse.Server
}

// insert mounts the disk that keeps its files in folder.
func (p *plug) insert(folder string) (*bench.Disk, error) {
	p.folder, p.point = folder, folder+".mounted"
	var err error
	if p.disk, err = newDisk(filepath.Join(filepath.Dir(folder), "attic"), p.seed); err != nil {
		return nil, err
	}
	p.disk.lies = p.lies
	if p.server, err = mount(p.disk, p.folder, p.point); err != nil {
		return nil, err
	}
	return &bench.Disk{Folder: p.point, Settle: p.disk.settle, Cut: p.cut, Eject: p.eject}, nil
}

// cut ends the mount, so that no cache of the system outlives the power, takes back what was not safe, and mounts again.
func (p *plug) cut() (err error) {
	if err := p.eject(); err != nil {
		return err
	}
	if err := p.disk.cut(); err != nil {
		return err
	}
	p.server, err = mount(p.disk, p.folder, p.point)
	return err
}

// eject ends the mount; processes that were just killed may still hold files for a moment.
func (p *plug) eject() (err error) {
	for range 200 {
		if err = p.server.Unmount(); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}
