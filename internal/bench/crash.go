package bench

import (
	"context"
	"fmt"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"sync"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/store"
	"yichuang/internal/store/pgserver"
)

// Crash breaks the running program again and again while clients write, and proves afterwards that nothing that was
// acknowledged is gone and nothing happened twice. On SQLite the program itself is killed (SIGKILL) and started again;
// on PostgreSQL the database server is ended without a checkpoint (SIGQUIT) and started again, while the program stays
// up and must find its way back by itself. Time runs Rate times as fast, so that deadlines pass during the run.
//
// By itself it shows what a crash of a process does: the machine's own buffers survive. On a Disk whose power can be cut it
// shows a loss of power.
type Crash struct {
	Engine  store.Engine
	Kills   int
	Writers int
	Rate    int64
	Seed    int64
	// Progress receives a line now and then; nil is silent.
	Progress io.Writer
	// Program is the path of the program; "" is the one that runs.
	Program string
	// Mount puts a folder, with the database in it, on a disk whose power is cut with every kill; nil leaves it where it is.
	Mount func(folder string) (*Disk, error)
}

// Disk is a disk whose power can be cut.
type Disk struct {
	Folder string       // where its files are seen
	Settle func() error // everything written so far is safe
	Cut    func() error // what was not safe is gone; the power is back
	Eject  func() error // the end, in order
}

// CrashResult is printed as JSON. A run is good where OK is true; Faults tell what was not.
type CrashResult struct {
	OK              bool     `json:"ok"`
	DB              string   `json:"db"`
	Kills           int      `json:"kills"`
	KillsAtStart    int      `json:"kills_during_start"`
	Writers         int      `json:"writers"`
	Seed            int64    `json:"seed"`
	Acknowledged    int      `json:"acknowledged"`
	Retried         int64    `json:"retried"`  // calls sent again after no answer or a 503
	Replayed        int64    `json:"replayed"` // acknowledged calls sent once more on purpose
	Tickets         int      `json:"tickets"`
	Missing         int      `json:"missing"`
	Doubled         int      `json:"doubled"`
	ChainOK         bool     `json:"chain_ok"`
	CountsOK        bool     `json:"counts_ok"`
	AuditLines      int64    `json:"audit_lines"`
	JobsLost        int      `json:"jobs_lost"`
	JobsRunning     int64    `json:"jobs_left_running"`
	JobsDead        int64    `json:"jobs_dead"`
	Notices         int64    `json:"notices"`
	NoticesMissing  int      `json:"notices_missing"`
	NoticesDoubled  int64    `json:"duplicates_of_notices"`
	VirtualHours    float64  `json:"virtual_hours"`
	RestartP50      float64  `json:"restart_p50_seconds"`
	RestartMax      float64  `json:"restart_max_seconds"`
	Seconds         float64  `json:"seconds"`
	Faults          []string `json:"faults"`
	InternalAnswers int64    `json:"answers_500"`
}

// crashRun is one run under way.
type crashRun struct {
	Crash
	dir     string
	url     string
	addr    string
	clock   clock.Fast
	centre  *centre
	rnd     *rand.Rand
	ledger  ledger
	program *program
	disk    *Disk
	served  string // the database as the program sees it: url, on the disk if there is one
	pg      *pgserver.Server
	took    []float64
	result  CrashResult
}

// Run breaks and checks.
func (b Crash) Run(ctx context.Context) (CrashResult, error) {
	watch := startWatch()
	r := &crashRun{Crash: b, rnd: rand.New(rand.NewSource(b.Seed)), result: CrashResult{DB: string(b.Engine), Writers: b.Writers, Seed: b.Seed}}
	done, err := r.prepare(ctx)
	if err != nil {
		return r.result, err
	}
	defer done()
	if err := r.crash(ctx); err != nil {
		return r.result, err
	}
	if err := r.check(ctx); err != nil {
		return r.result, fmt.Errorf("check: %w", err)
	}
	r.result.RestartP50, r.result.RestartMax = quantile(r.took, 0.5), quantile(r.took, 1)
	r.result.Seconds = round(watch().Seconds())
	return r.result, nil
}

func (r *crashRun) prepare(ctx context.Context) (func(), error) {
	dir, remove, err := Lifecycle{}.folder()
	if err != nil {
		return nil, err
	}
	r.dir = dir
	if err = r.database(ctx); err == nil {
		r.centre, err = prepare(ctx, r.url, dir, 0, nil)
	}
	if err == nil && r.disk != nil {
		err = r.disk.Settle()
	}
	if err == nil {
		r.addr, err = freeAddress()
	}
	done := func() { r.stopDatabase(); remove() }
	if err != nil {
		done()
		return nil, err
	}
	r.centre.base = "http://" + r.addr
	r.clock = clock.Fast{From: clock.System{}.Now(), Rate: r.Rate}
	return done, nil
}

// database makes the place of the database, on the disk if there is one. A file is prepared and checked beside the disk, by
// this process; only the program goes through it.
func (r *crashRun) database(ctx context.Context) (err error) {
	folder := filepath.Join(r.dir, "data")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	seen := folder
	if r.Mount != nil {
		if r.disk, err = r.Mount(folder); err != nil {
			return err
		}
		seen = r.disk.Folder
	}
	r.url, r.served = filepath.Join(folder, "yichuang.db"), filepath.Join(seen, "yichuang.db")
	if r.Engine != store.Postgres {
		return nil
	}
	if r.pg, err = pgserver.New(filepath.Join(seen, "pg"), "fsync=on", "synchronous_commit=on", "shared_buffers=128MB", "max_connections=60"); err != nil {
		return err
	}
	r.url, err = postgresDatabase(ctx, r.pg.URL, "bench")
	r.served = r.url
	return err
}

func (r *crashRun) stopDatabase() {
	if r.pg != nil {
		_ = r.pg.Stop()
	}
	if r.disk != nil {
		_ = r.disk.Eject()
	}
}

// cut takes the power from the disk, if there is one.
func (r *crashRun) cut() error {
	if r.disk == nil {
		return nil
	}
	return r.disk.Cut()
}

func (r *crashRun) launch(ctx context.Context) (err error) {
	r.program, err = launch(ctx, r.Program, r.served, r.dir, r.addr, "--test-clock", fmt.Sprintf("%dx%d", r.clock.From, r.clock.Rate))
	return err
}

// crash runs the writers and the kills, and stops everything in order at the end.
func (r *crashRun) crash(ctx context.Context) error {
	if err := r.launch(ctx); err != nil {
		return err
	}
	if err := r.program.waitReady(time.Minute); err != nil {
		return err
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for i := range r.Writers {
		wg.Go(func() { r.writer(i).work(ctx, stop) })
	}
	err := r.kills(ctx)
	if err == nil {
		time.Sleep(time.Second)
	} else {
		cancel()
	}
	close(stop)
	wg.Wait()
	if err != nil {
		return err
	}
	time.Sleep(2 * time.Second) // what is due is told before the end
	if err := r.program.end(); err != nil {
		r.fault("程序没有正常结束：%v", err)
	}
	return nil
}

func (r *crashRun) kills(ctx context.Context) error {
	kill := r.killProgram
	if r.Engine == store.Postgres {
		kill = r.killServer
	}
	for r.result.Kills < r.Kills && ctx.Err() == nil {
		time.Sleep(80*time.Millisecond + time.Duration(r.rnd.Int63n(int64(1200*time.Millisecond))))
		if err := kill(ctx); err != nil {
			return err
		}
		if r.Progress != nil && r.result.Kills%5 == 0 {
			fmt.Fprintf(r.Progress, "已中断 %d 次，已确认 %d 次操作\n", r.result.Kills, r.ledger.size())
		}
	}
	return ctx.Err()
}

// killProgram ends the program and starts it again; now and then it is ended once more while it starts.
func (r *crashRun) killProgram(ctx context.Context) error {
	r.program.kill()
	r.result.Kills++
	if err := r.cut(); err != nil {
		return err
	}
	if r.rnd.Intn(6) == 0 && r.result.Kills < r.Kills {
		if err := r.launch(ctx); err != nil {
			return err
		}
		time.Sleep(time.Duration(r.rnd.Int63n(int64(150 * time.Millisecond))))
		r.program.kill()
		r.result.Kills++
		r.result.KillsAtStart++
		if err := r.cut(); err != nil {
			return err
		}
	}
	if err := r.launch(ctx); err != nil {
		return err
	}
	err := r.program.waitReady(time.Minute)
	r.took = append(r.took, r.program.took.Seconds())
	return err
}

// killServer ends the database server under the program, leaves it down for a moment, and starts it again.
func (r *crashRun) killServer(context.Context) error {
	if err := r.pg.Kill(); err != nil {
		return err
	}
	r.result.Kills++
	if err := r.cut(); err != nil {
		return err
	}
	time.Sleep(time.Duration(r.rnd.Int63n(int64(1500 * time.Millisecond))))
	if err := r.pg.Start(); err != nil {
		return err
	}
	r.program.watch = startWatch()
	err := r.program.waitReady(time.Minute)
	r.took = append(r.took, r.program.took.Seconds())
	return err
}

func (r *crashRun) fault(format string, args ...any) {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	if len(r.result.Faults) < 50 {
		r.result.Faults = append(r.result.Faults, fmt.Sprintf(format, args...))
	}
}
