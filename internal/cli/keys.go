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
	Stopped  bool `help:"确认所有节点都已停止（使用 PostgreSQL 时必须写明）"`
	Settings `embed:""`
}

// ErrKeysRunning refuses to change keys under a running server.
var ErrKeysRunning = errs.New(errs.Conflict, "cli.keys_running", "服务正在运行，密钥没有更换。请先停止服务，再运行这个命令。")

// Run rotates and says what has to be done with the new key file.
func (c *KeysRotateCmd) Run(g *Globals) (err error) {
	several := store.IsPostgres(string(g.Config.Database))
	if several && !c.Stopped {
		return ErrKeysRunning.Say("更换密钥前须停止所有节点：运行中的节点读不出新密钥加密的数据。全部停止后，加上 --stopped 再运行一次。密钥没有更换。")
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
	if several {
		fmt.Fprintln(g.Out, "其他节点：启动前把这个文件复制过去，替换原来的；用旧文件的节点不能启动。")
	}
	return nil
}
