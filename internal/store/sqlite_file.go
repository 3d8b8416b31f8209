package store

import (
	"errors"
	"io/fs"
	"os"
)

// makePrivate makes the empty file of a new database, which holds personal data, for the program's own user alone. The
// log and the shared memory that SQLite puts beside it take its mode. A file that exists keeps the mode that it has.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return ErrReadOnly.Say("不能建立数据文件 %s：文件夹是只读的或磁盘已满。请检查权限和磁盘空间。", path).Wrap(err)
	}
	return f.Close()
}
