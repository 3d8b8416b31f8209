package cli

import (
	"io"
	"net"
	"os"
	"path/filepath"

	"yichuang/internal/document/table"
	"yichuang/internal/errs"
)

// The local door (本机管理通道) lets the command line work beside a running server on SQLite, whose file only one process
// may write: the server listens on a socket beside the database, the command sends its words there, and the server
// carries it out with the same use cases and answers what is to be printed. Only the operating system's user that the
// server runs as, and root, come in: the socket lies in a folder of that user, and the server asks the kernel who calls.
// See ADR 0033.

// doorCommand is a command that the server may carry out for the command line. database names the database that the
// command is about.
type doorCommand interface {
	database(g *Globals) string
}

func (o *InCentre) database(g *Globals) string          { return string(g.Config.Database) }
func (c *OrgInitCmd) database(g *Globals) string        { return string(g.Config.Database) }
func (c *JobsRetryCmd) database(g *Globals) string      { return string(g.Config.Database) }
func (c *KeysRotateCmd) database(g *Globals) string     { return string(g.Config.Database) }
func (cmd *CalendarImportCmd) database(*Globals) string { return cmd.Database }

// doorFolder is the folder of the socket of a database, and doorPath the socket in it.
func doorFolder(database string) string { return database + ".door" }

func doorPath(database string) string { return filepath.Join(doorFolder(database), "socket") }

// maxSocketPath is the longest address that every system takes.
const maxSocketPath = 100

// Refusals of the door.
var (
	ErrDoorShut    = errs.New(errs.Unavailable, "cli.door_shut", "服务正在运行，但它的本机管理通道打不开，操作没有进行。请用运行服务的系统用户（或 root）执行这个命令；仍不行请停止服务后再执行。")
	ErrDoorBroken  = errs.New(errs.Unavailable, "cli.door_broken", "和服务的连接中断，不清楚操作有没有完成。请查看审计日志，或查到结果后再决定是否重做。")
	ErrDoorCommand = errs.New(errs.Invalid, "cli.door_command", "这个命令不能在服务运行时执行。请先停止服务。")
	ErrDoorFile    = errs.New(errs.Invalid, "cli.door_file", "读不到文件，操作没有进行。请检查文件名和权限。")
)

// doorCall is the first line that a command sends.
type doorCall struct {
	Args []string `json:"args"`
}

// doorAnswer is a line that the server sends: something to print, a file to be opened, or the end.
type doorAnswer struct {
	Out  string `json:"out,omitempty"`
	Err  string `json:"err,omitempty"`
	Open string `json:"open,omitempty"`
	End  bool   `json:"end,omitempty"`
	Code int    `json:"code,omitempty"`
}

// dialDoor opens the door of a database.
func dialDoor(database string) (*net.UnixConn, error) {
	conn, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: doorPath(database), Net: "unix"})
	if err != nil {
		return nil, ErrDoorShut.Wrap(err)
	}
	return conn, nil
}

// openTable opens a table that a command names, as openFile does.
func (g *Globals) openTable(path string, opt table.Options) (*table.Reader, error) {
	if g.files == nil {
		return table.OpenFile(path, opt)
	}
	f, err := g.files(path)
	if err != nil {
		return nil, err
	}
	return table.TakeFile(path, f, opt)
}

// readFile reads a file that a command names whole, as openFile does.
func (g *Globals) readFile(path string) ([]byte, error) {
	f, err := g.openFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// openFile opens a file that a command names: of the caller's, where the command came through the door.
func (g *Globals) openFile(path string) (*os.File, error) {
	if g.files != nil {
		return g.files(path)
	}
	return os.Open(path)
}
