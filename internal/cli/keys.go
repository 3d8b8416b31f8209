package cli

import (
	"errors"
	"fmt"

	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// KeysCmd is the command keys: the encryption keys of the installation.
type KeysCmd struct {
	Rotate KeysRotateCmd `cmd:"" help:"更换加密密钥：以后的个人信息用新密钥加密，原有的照常可读"`
}

// KeysRotateCmd makes a new current key.
type KeysRotateCmd struct {
	Shared   bool `help:"使用 PostgreSQL 时：确认所有节点用的是同一个密钥文件（只有一个节点，或文件在共享文件夹里），服务可以照常运行"`
	Stopped  bool `help:"使用 PostgreSQL、各节点有自己的密钥文件时：确认所有节点都已停止"`
	Settings `embed:""`
}

// ErrKeysRunning refuses to change keys under a running server.
var ErrKeysRunning = errs.New(errs.Conflict, "cli.keys_running", "服务正在运行，密钥没有更换。请先停止服务，再运行这个命令。")

// Run rotates and says what has to be done with the new key file.
func (c *KeysRotateCmd) Run(g *Globals) (err error) {
	several := store.IsPostgres(string(g.Config.Database))
	if several && !c.Stopped && !c.Shared {
		return ErrKeysRunning.Say("请说明各节点的密钥文件：所有节点用同一个文件（%s）的，加上 --shared，服务可以照常运行；各有自己文件的，先停止所有节点，再加上 --stopped。密钥没有更换。", g.Config.Keys())
	}
	a, err := g.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.RotateKey(g.Ctx); err != nil {
		return err
	}
	path := g.Config.Keys()
	fmt.Fprintf(g.Out, "密钥已更换。新密钥在 %s 中，原有密钥也保留在里面，原有数据照常可读。\n请现在另行备份这个文件：旧的密钥备份打不开以后的数据。\n", path)
	switch {
	case several && c.Shared:
		fmt.Fprintln(g.Out, "运行中的节点在一分钟内换用新密钥，不用重启。")
	case several:
		fmt.Fprintln(g.Out, "其他节点：启动前把这个文件复制过去，替换原来的；用旧文件的节点不能启动。")
	}
	return nil
}
