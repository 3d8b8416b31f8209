package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"yichuang/internal/app"
)

// door is the server's side of the local door.
type door struct {
	app      *app.App
	listener *net.UnixListener
	calls    sync.WaitGroup
}

// openDoor listens beside the database of a. On PostgreSQL there is no door: commands open the database themselves. Where
// the socket cannot be made the server works without one, and says so in the log.
func openDoor(a *app.App) *door {
	path := string(a.Config.Database)
	l, err := listenDoor(path)
	if err != nil {
		a.Log.Warn("the local door for the command line could not be opened", "module", "cli", "error", err.Error())
		return nil
	}
	return &door{app: a, listener: l}
}

// listenDoor makes the socket in a folder that nobody but the server's user may enter. The caller has the lock of the
// database, so a socket that is there already is one that a killed server left.
func listenDoor(database string) (*net.UnixListener, error) {
	folder, path := doorFolder(database), doorPath(database)
	if len(path) > maxSocketPath {
		return nil, fmt.Errorf("the path of the database is too long for a socket: %d characters", len(path))
	}
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if err := os.Chmod(folder, 0o700); err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// serve answers commands until the door is closed.
func (d *door) serve(ctx context.Context) {
	for {
		conn, err := d.listener.AcceptUnix()
		if err != nil {
			return
		}
		d.calls.Add(1)
		go func() {
			defer d.calls.Done()
			defer conn.Close()
			if uid, err := callerOf(conn); err != nil || uid != os.Geteuid() && uid != 0 {
				d.app.Log.Warn("a caller at the local door was refused", "module", "cli", "uid", uid)
				return
			}
			d.answer(ctx, conn)
		}()
	}
}

// close shuts the door and waits for the commands under way.
func (d *door) close() {
	d.listener.Close() // removes the socket
	d.calls.Wait()
	os.Remove(doorFolder(string(d.app.Config.Database))) //nolint:errcheck // an empty folder harms nobody
}

// errInterrupted ends a command whose caller has hung up.
var errInterrupted = errors.New("the caller has gone")

// visit is one command at the door.
type visit struct {
	conn  *net.UnixConn
	mu    sync.Mutex
	lines *json.Encoder
	files chan *os.File // what the caller hands over; nil for a file that cannot be read
}

const callWait = 10 * time.Second // how long a caller may take to say what it wants

// answer carries out one command. It ends early where the caller hangs up.
func (d *door) answer(ctx context.Context, conn *net.UnixConn) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	conn.SetReadDeadline(d.app.Clock.Now().Time().Add(callWait)) //nolint:errcheck // a socket that takes none fails when read
	first, err := bufio.NewReaderSize(conn, 1<<20).ReadBytes('\n')
	var call doorCall
	if err != nil || json.Unmarshal(first, &call) != nil {
		return
	}
	conn.SetReadDeadline(time.Time{}) //nolint:errcheck // as above
	v := &visit{conn: conn, lines: json.NewEncoder(conn), files: make(chan *os.File)}
	go v.listen(ctx, cancel)
	g := &Globals{Ctx: ctx, Config: d.app.Config, Clock: d.app.Clock, live: d.app.Lend(), Out: v.printer(false), Err: v.printer(true), files: v.open(ctx)}
	code := perform(g, call.Args)
	v.send(doorAnswer{End: true, Code: code})
}

// listen takes what the caller sends while the command runs: files, and the end of the connection.
func (v *visit) listen(ctx context.Context, cancel context.CancelCauseFunc) {
	word, rights := make([]byte, 1), make([]byte, syscall.CmsgSpace(4))
	for {
		n, r, _, _, err := v.conn.ReadMsgUnix(word, rights)
		if err != nil || n == 0 {
			cancel(errInterrupted)
			return
		}
		select {
		case v.files <- received(rights[:r]):
		case <-ctx.Done():
			return
		}
	}
}

// received makes the file of a message's rights; nil where it has none.
func received(rights []byte) *os.File {
	list, err := syscall.ParseSocketControlMessage(rights)
	if err != nil || len(list) == 0 {
		return nil
	}
	fds, err := syscall.ParseUnixRights(&list[0])
	if err != nil || len(fds) == 0 {
		return nil
	}
	syscall.CloseOnExec(fds[0])
	return os.NewFile(uintptr(fds[0]), "handed over")
}

// open asks the caller for a file.
func (v *visit) open(ctx context.Context) func(path string) (*os.File, error) {
	return func(path string) (*os.File, error) {
		v.send(doorAnswer{Open: path})
		select {
		case f := <-v.files:
			if f == nil {
				return nil, ErrDoorFile.Say("读不到文件 %s，操作没有进行。请检查文件名和权限。", path)
			}
			return f, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (v *visit) send(a doorAnswer) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.lines.Encode(a) //nolint:errcheck // a caller that has gone is seen by listen
}

// printer sends what a command prints.
func (v *visit) printer(toErr bool) printer {
	return func(text string) {
		if toErr {
			v.send(doorAnswer{Err: text})
		} else {
			v.send(doorAnswer{Out: text})
		}
	}
}

// printer is a writer that sends text.
type printer func(text string)

// Write sends.
func (p printer) Write(b []byte) (int, error) {
	p(string(b))
	return len(b), nil
}
