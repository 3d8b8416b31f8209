package store

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	driver "modernc.org/sqlite"
	"zombiezen.com/go/sqlite"

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
	if code := sqliteCode(err); code != sqlite.ResultError {
		return translateSQLite(code, cause)
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

// sqliteCode is SQLite's extended result code in err; [sqlite.ResultError] where it has none.
func sqliteCode(err error) sqlite.ResultCode {
	var migrating *driver.Error
	if errors.As(err, &migrating) {
		return sqlite.ResultCode(migrating.Code())
	}
	return sqlite.ErrCode(err)
}

func translateSQLite(code sqlite.ResultCode, cause error) error {
	switch code {
	case sqlite.ResultConstraintUnique, sqlite.ResultConstraintPrimaryKey, sqlite.ResultConstraintRowID:
		return ErrUnique.Wrap(cause)
	case sqlite.ResultConstraintForeignKey:
		return ErrReference.Wrap(cause)
	}
	switch code.ToPrimary() {
	case sqlite.ResultFull:
		return ErrFull.Wrap(cause)
	case sqlite.ResultReadOnly, sqlite.ResultCantOpen:
		return ErrReadOnly.Wrap(cause)
	case sqlite.ResultIOErr:
		return ErrDisk.Wrap(cause)
	case sqlite.ResultBusy, sqlite.ResultLocked:
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
	switch sqliteCode(err).ToPrimary() {
	case sqlite.ResultFull, sqlite.ResultIOErr, sqlite.ResultNoMem, sqlite.ResultCorrupt, sqlite.ResultInterrupt:
		return true
	}
	return false
}

func openError(err error, path string) error {
	switch sqliteCode(err).ToPrimary() {
	case sqlite.ResultNotADB, sqlite.ResultCorrupt:
		return errs.New(errs.Unavailable, "store.corrupt", "").Say("%s 不是本程序的数据文件，或已损坏。请检查 database 设置，或从备份恢复。", path).Wrap(err)
	case sqlite.ResultReadOnly, sqlite.ResultCantOpen:
		return ErrReadOnly.Say("不能写入数据文件 %s：文件或文件夹是只读的。请检查权限。", path).Wrap(err)
	case sqlite.ResultFull:
		return ErrFull.Say("数据文件 %s 所在的磁盘已满，程序没有启动，已有数据没有改变。请清理磁盘后再启动。", path).Wrap(err)
	}
	return translate(err, "open")
}
