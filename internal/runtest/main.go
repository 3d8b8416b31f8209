// Command runtest is the second half of `make test`: it runs go test with its arguments and prints the packages that took
// longest. What the tests share it makes once: a PostgreSQL server, so that not every package starts its own, and a folder
// for their files, in memory where there is room, because a test asks whether a write is made and not how fast the disk is.
package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"yichuang/internal/store/pgserver"
)

// Settings of the server: nothing needs to outlive the run.
var postgres = []string{"fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0", "max_wal_size=512MB",
	"autovacuum_naptime=1min", "shared_buffers=256MB", "max_connections=300"}

// needed is the free memory from which on the files of the tests may lie in memory.
const needed = 8 << 30

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "runtest:", err)
		code = 1
	}
	os.Exit(code)
}

func run(args []string) (int, error) {
	dir, err := folder()
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	env := append(os.Environ(), "GOTMPDIR="+os.TempDir(), "TMPDIR="+dir)
	if os.Getenv("GOGC") == "" {
		env = append(env, "GOGC=300") // what a server chooses for itself
	}
	if os.Getenv("YICHUANG_TEST_POSTGRES") == "" {
		server, err := pgserver.New(filepath.Join(dir, "postgres"), postgres...)
		switch {
		case errors.Is(err, pgserver.ErrNoBinaries):
			fmt.Fprintln(os.Stderr, "no PostgreSQL on this machine: its tests are skipped, or fail with CI=true")
		case err != nil:
			return 1, err
		default:
			defer server.Kill() //nolint:errcheck // its folder goes as well
			env = append(env, "YICHUANG_TEST_POSTGRES="+server.URL)
		}
	}
	return goTest(args, env)
}

// goTest passes the output on and tells at the end what took longest.
func goTest(args, env []string) (int, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) // whoever interrupts leaves nothing in memory
	defer stop()
	cmd := exec.CommandContext(ctx, "go", append([]string{"test"}, args...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Env, cmd.Stderr = env, os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 1, err
	}
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	took := watch(out, os.Stdout)
	err = cmd.Wait()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		return 1, err
	}
	fmt.Print(slowest(took, 10))
	return cmd.ProcessState.ExitCode(), nil
}

type pkg struct {
	name    string
	seconds float64
}

var outcome = regexp.MustCompile(`^(?:ok|FAIL)\s+yichuang/(\S+)\s+([0-9.]+)s`)

// watch copies the lines of go test and gives the time of each package that ran.
func watch(in io.Reader, out io.Writer) []pkg {
	var took []pkg
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		io.WriteString(out, line) //nolint:errcheck // a terminal that went away
		if m := outcome.FindStringSubmatch(line); m != nil {
			s, _ := strconv.ParseFloat(m[2], 64)
			took = append(took, pkg{m[1], s})
		}
		if err != nil {
			return took
		}
	}
}

// slowest lists the n packages that took longest.
func slowest(took []pkg, n int) string {
	slices.SortFunc(took, func(a, b pkg) int { return cmp.Compare(b.seconds, a.seconds) })
	var b strings.Builder
	for i, p := range took[:min(n, len(took))] {
		if i == 0 {
			b.WriteString("slowest packages:\n")
		}
		fmt.Fprintf(&b, "%8.1f s  %s\n", p.seconds, p.name)
	}
	return b.String()
}

// folder makes the folder of the run, which the user of the server may pass through as well.
func folder() (string, error) {
	parent := os.TempDir()
	if os.Getenv("TMPDIR") == "" && roomy("/dev/shm") {
		parent = "/dev/shm"
	}
	dir, err := os.MkdirTemp(parent, "yichuang-test-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o711)
}

// roomy reports whether a folder in memory has room, the machine has the memory, and programs may be started there.
func roomy(dir string) bool {
	const noexec = 8 // ST_NOEXEC
	var fs syscall.Statfs_t
	if syscall.Statfs(dir, &fs) != nil || fs.Flags&noexec != 0 || fs.Bavail*uint64(fs.Bsize) < needed || syscall.Access(dir, 2) != nil {
		return false
	}
	info, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return false
	}
	m := regexp.MustCompile(`MemAvailable:\s+(\d+) kB`).FindSubmatch(info)
	if m == nil {
		return false
	}
	kb, _ := strconv.ParseUint(string(m[1]), 10, 64)
	return kb<<10 >= needed
}
