package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
)

// throughDoor sends a command to the running server, prints what comes back, and gives the exit code.
func (g *Globals) throughDoor(database string, args []string) (int, error) {
	conn, err := dialDoor(database)
	if err != nil {
		return exitFault, err
	}
	defer conn.Close()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-g.Ctx.Done():
			conn.Close() // the server sees it and ends the command
		case <-stop:
		}
	}()
	if err := json.NewEncoder(conn).Encode(doorCall{Args: withoutSettingsFile(args)}); err != nil {
		return exitFault, ErrDoorShut.Wrap(err) // hung up before a word was said
	}
	lines := json.NewDecoder(bufio.NewReader(conn))
	for answered := false; ; answered = true {
		var a doorAnswer
		if err := lines.Decode(&a); err != nil {
			if !answered && g.Ctx.Err() == nil {
				return exitFault, ErrDoorShut.Wrap(err) // the server has looked who calls, and hung up
			}
			if g.Ctx.Err() != nil {
				err = errors.Join(g.Ctx.Err(), err)
			}
			return exitFault, ErrDoorBroken.Wrap(err)
		}
		if a.End {
			return a.Code, nil
		}
		io.WriteString(g.Out, a.Out) //nolint:errcheck // as printing is everywhere
		io.WriteString(g.Err, a.Err) //nolint:errcheck // as above
		if a.Open != "" {
			if err := handOver(conn, a.Open); err != nil {
				return exitFault, ErrDoorBroken.Wrap(err)
			}
		}
	}
}

// handOver opens a file with the rights of whoever called the command, and gives the open file to the server.
func handOver(conn *net.UnixConn, path string) error {
	f, err := os.Open(path)
	if err != nil {
		_, err = conn.Write([]byte{0})
		return err
	}
	defer f.Close()
	_, _, err = conn.WriteMsgUnix([]byte{1}, syscall.UnixRights(int(f.Fd())), nil)
	return err
}

// withoutSettingsFile leaves out the file of settings, which the server has read for itself.
func withoutSettingsFile(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--settings":
			i++
		case strings.HasPrefix(args[i], "--settings="):
		default:
			out = append(out, args[i])
		}
	}
	return out
}

// call runs a command through the door after it has met a database that a server has; ok is false where the command may
// not come in.
func (g *Globals) call(target any, args []string) (code int, ok bool) {
	c, isDoor := target.(doorCommand)
	if !isDoor || g.live != nil {
		return 0, false
	}
	code, err := g.throughDoor(c.database(g), args)
	if err != nil {
		report(g.Err, err)
	}
	return code, true
}
