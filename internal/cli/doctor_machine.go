package cli

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"yichuang/internal/app"
	"yichuang/internal/store"
	"yichuang/internal/web/assets"
)

// Free space below which the examination warns, and below which it is an error.
const (
	littleSpace = 2 << 30
	noSpace     = 200 << 20
)

// machine looks at what the program stands on: settings, assets, folders, space, port.
func (x *examination) machine() {
	cfg := x.g.Config
	x.add(levelGood, "程序", "一窗 %s，数据库结构版本 %d", app.Version, app.NewestMigration())
	if err := cfg.Validate(); err != nil {
		x.fail("设置", err)
	} else {
		x.add(levelGood, "设置", "有效")
	}
	if assets.Built() {
		x.add(levelGood, "页面资源", "已内置")
	} else {
		x.add(levelNote, "页面资源", "程序没有内置样式和脚本，页面能用但不美观。请用 make build 重新编译。")
	}
	x.folder("附件文件夹", cfg.BlobFolder())
	if !store.IsPostgres(string(cfg.Database)) {
		x.folder("数据文件夹", filepath.Dir(string(cfg.Database)))
	}
	x.port(cfg.Listen)
}

func (x *examination) folder(name, dir string) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		x.add(levelGood, name, "%s 还没有，首次使用时建立", dir)
		return
	}
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		x.add(levelBad, name, "%s 不能写入：文件夹是只读的、磁盘已满或没有权限。请检查。", dir)
		return
	}
	f.Close()
	os.Remove(f.Name())
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		x.add(levelNote, name, "%s 可写；剩余空间读不出来", dir)
		return
	}
	free := int64(s.Bavail) * int64(s.Bsize)
	switch {
	case free < noSpace:
		x.add(levelBad, name, "%s 所在磁盘只剩 %s，很快会写不下。请立即清理。", dir, sizeText(free))
	case free < littleSpace:
		x.add(levelNote, name, "%s 所在磁盘只剩 %s，请尽快清理或扩容。", dir, sizeText(free))
	default:
		x.add(levelGood, name, "%s 可写，剩余空间 %s", dir, sizeText(free))
	}
}

func (x *examination) port(addr string) {
	l, err := net.Listen("tcp", addr)
	if err == nil {
		l.Close()
		x.add(levelGood, "监听地址", "%s 空闲", addr)
		return
	}
	if store.InUse(string(x.g.Config.Database)) {
		x.add(levelGood, "监听地址", "%s 已在使用（程序正在运行）", addr)
		return
	}
	level := levelBad
	if store.IsPostgres(string(x.g.Config.Database)) {
		level = levelNote // a node of this program may be running; nothing here tells
	}
	x.add(level, "监听地址", "%s 被占用或没有权限。如不是本程序在运行，请停止占用它的程序，或用 --listen 换一个端口。", addr)
}
