package store

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"yichuang/internal/errs"
)

// translate turns what a driver says into the errors of this package; the statement goes into the cause, its arguments
// never do.
func translate(err error, sql string) error {
	var known *errs.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	cause := wrapSQL(err, sql)
	var se *sqlite.Error
	if errors.As(err, &se) {
		return translateSQLite(se.Code(), cause)
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return translatePostgres(pe.Code, cause)
	}
	if isLost(err) {
		return ErrUnreachable.Wrap(cause)
	}
	return cause
}

// isLost reports errors of the connection to a server, as opposed to what the server answers.
func isLost(err error) bool {
	var ce *pgconn.ConnectError
	var ne *net.OpError
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		switch pe.Code {
		case "57P01", "57P02", "57P03", "08006", "08003": // the server is going down or coming up
			return true
		}
		return false
	}
	return errors.As(err, &ce) || pgconn.SafeToRetry(err) || errors.As(err, &ne) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

func translateSQLite(code int, cause error) error {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return ErrUnique.Wrap(cause)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return ErrReference.Wrap(cause)
	}
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return ErrFull.Wrap(cause)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		return ErrReadOnly.Wrap(cause)
	case sqlite3.SQLITE_IOERR:
		return ErrDisk.Wrap(cause)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ErrBusy.Wrap(cause)
	}
	return cause
}

func translatePostgres(code string, cause error) error {
	switch code {
	case "23505":
		return ErrUnique.Wrap(cause)
	case "23503":
		return ErrReference.Wrap(cause)
	case "22021", "22P05":
		return ErrText.Wrap(cause)
	case "53100":
		return ErrFull.Wrap(cause)
	case "25006":
		return ErrReadOnly.Wrap(cause)
	}
	if isLost(cause) {
		return ErrUnreachable.Wrap(cause)
	}
	return cause
}

// isFatal reports errors after which SQLite may have rolled back the whole transaction by itself.
func isFatal(err error) bool {
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return false
	}
	switch se.Code() & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_INTERRUPT:
		return true
	}
	return false
}

func openError(err error, path string) error {
	var se *sqlite.Error
	if errors.As(err, &se) {
		switch se.Code() & 0xff {
		case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
			return errs.New(errs.Unavailable, "store.corrupt", "").Say("%s 不是本程序的数据文件，或已损坏。请检查 database 设置，或从备份恢复。", path).Wrap(err)
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
			return ErrReadOnly.Say("不能写入数据文件 %s：文件或文件夹是只读的。请检查权限。", path).Wrap(err)
		case sqlite3.SQLITE_FULL:
			return ErrFull.Say("数据文件 %s 所在的磁盘已满，程序没有启动，已有数据没有改变。请清理磁盘后再启动。", path).Wrap(err)
		}
	}
	return translate(err, "open")
}
