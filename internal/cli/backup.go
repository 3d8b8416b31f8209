package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"yichuang/internal/app"
	"yichuang/internal/audit"
	"yichuang/internal/backup"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Passphrase is the option that names a file with a passphrase.
type Passphrase struct {
	File string `name:"passphrase-file" help:"口令文件：备份中的密钥文件用它的第一行加密" placeholder:"FILE"`
}

// ErrPassphrase refuses a passphrase file.
var ErrPassphrase = errs.New(errs.Invalid, "cli.passphrase", "口令文件读不出来或口令太短。")

// minPassphrase is the shortest passphrase in bytes.
const minPassphrase = 12

func (p Passphrase) read() (string, error) {
	if p.File == "" {
		return "", nil
	}
	b, err := os.ReadFile(p.File)
	if err != nil {
		return "", ErrPassphrase.Say("口令文件 %s 读不出来。请检查文件名和权限。", p.File).Wrap(err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	if line = strings.TrimRight(line, "\r"); len(line) < minPassphrase {
		return "", ErrPassphrase.Say("口令文件 %s 的第一行不足 %d 个字符，请换一个更长的口令。", p.File, minPassphrase)
	}
	return line, nil
}

// BackupCmd copies the database, the key file and the attachments into one file, also while the server runs.
type BackupCmd struct {
	File       string `arg:"" help:"备份文件，例如 yichuang-20260508.zip" type:"path"`
	NoKey      bool   `help:"不备份密钥文件（另行保管）"`
	Passphrase `embed:""`
	Settings   `embed:""`
}

// Run packs.
func (c *BackupCmd) Run(g *Globals) error {
	passphrase, err := c.Passphrase.read()
	if err != nil {
		return err
	}
	db, err := store.Open(g.Ctx, store.Options{URL: string(g.Config.Database), Clock: g.Clock, ReadOnly: true})
	if err != nil {
		return err
	}
	schema, err := db.Schema(g.Ctx, app.Migrations()...) // an older one too: one backs up before an upgrade
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	m, err := backup.Write(g.Ctx, backup.Source{Database: string(g.Config.Database), KeyFile: g.Config.Keys(), Blobs: g.Config.BlobFolder(), NoKey: c.NoKey, Passphrase: passphrase,
		Program: app.Version, Schema: schema.Have, Clock: g.Clock}, c.File)
	if err != nil {
		return err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	fmt.Fprintf(g.Out, "备份完成：%s（%s），数据库截至 %s，附件 %d 个。\n", c.File, sizeText(info.Size()), m.At, m.Blobs())
	switch m.Key() {
	case "plain":
		fmt.Fprintln(g.Out, "警告：备份里有没有加密的密钥文件。得到这个文件的人可以解密姓名、电话和证件号。\n请像保管密钥一样保管它，或改用 --passphrase-file 加密，或用 --no-key 不带密钥。")
	case "none":
		fmt.Fprintf(g.Out, "备份里没有密钥文件。请另行保管 %s：没有它，恢复后无法解密姓名、电话和证件号。\n", g.Config.Keys())
	}
	return nil
}

// RestoreCmd unpacks a backup into an empty place.
type RestoreCmd struct {
	File       string `arg:"" help:"备份文件" type:"path"`
	Passphrase `embed:""`
	Settings   `embed:""`
}

// Run checks and unpacks.
func (c *RestoreCmd) Run(g *Globals) error {
	passphrase, err := c.Passphrase.read()
	if err != nil {
		return err
	}
	var lines int64
	m, err := backup.Restore(g.Ctx, c.File, backup.Target{Database: string(g.Config.Database), KeyFile: g.Config.Keys(), Blobs: g.Config.BlobFolder(), Passphrase: passphrase,
		Schema: app.NewestMigration(), Verify: func(ctx context.Context, database string) (err error) {
			lines, err = verifyChains(ctx, database)
			return err
		}})
	if err != nil {
		return err
	}
	fmt.Fprintf(g.Out, "恢复完成：数据库截至 %s，附件 %d 个，审计日志 %d 条，校验无误。\n", m.At, m.Blobs(), lines)
	if m.Key() == "none" {
		fmt.Fprintf(g.Out, "备份里没有密钥文件。请把原来的密钥文件放到 %s，再启动程序。\n", g.Config.Keys())
	}
	return nil
}

// ErrChains refuses a database whose audit log was changed.
var ErrChains = errs.New(errs.Unavailable, "cli.chains", "审计日志的校验链不完整：有记录被改动、删除或添加。")

// verifyChains walks the audit log of every centre of a database that nobody uses.
func verifyChains(ctx context.Context, database string) (lines int64, err error) {
	db, err := store.Open(ctx, store.Options{URL: database, ReadOnly: true})
	if err != nil {
		return 0, err
	}
	defer db.Close()
	centres, err := audit.Centres(ctx, db)
	if err != nil {
		return 0, err
	}
	for _, c := range centres {
		r, err := audit.Verify(ctx, db, c, nil)
		if err != nil {
			return lines, err
		}
		lines += r.Lines
		if len(r.Faults) > 0 {
			f := r.Faults[0]
			return lines, ErrChains.Say("备份中的审计日志校验不符（第 %d 链第 %d 条：%s），没有恢复。请改用另一份备份。", f.Stream, f.Seq, f.Public)
		}
	}
	return lines, nil
}

// sizeText writes a number of bytes for people.
func sizeText(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KB", (n+1023)/1024)
}
