package cli

import (
	"encoding/json"
	"fmt"
	"os"

	"yichuang/internal/archive"
	"yichuang/internal/casework"
	"yichuang/internal/complaint"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
)

// ArchiveCmd checks packages of archived records.
type ArchiveCmd struct {
	Verify ArchiveVerifyCmd `cmd:"" help:"核验归档包：只凭文件本身，不用数据库"`
}

// ArchiveVerifyCmd checks packages from themselves alone.
type ArchiveVerifyCmd struct {
	Files []string `arg:"" name:"file" help:"归档包（ZIP）"`
	SM3   string   `name:"sm3" help:"目录或审计日志中的内容校验值；给出时一并比对，只用于一个文件"`
	JSON  bool     `name:"json" help:"输出 JSON"`
}

// ErrPackages is that at least one package does not hold.
var ErrPackages = errs.New(errs.Conflict, "cli.packages", "有归档包与清单或校验值不符，见上。")

// verified is the outcome of one file.
type verified struct {
	File   string   `json:"file"`
	No     string   `json:"no,omitempty"`
	SM3    string   `json:"content_sm3,omitempty"`
	Files  int      `json:"files"`
	Faults []string `json:"faults"`

	Unproved int `json:"unproved,omitempty"` // events that the package cannot prove (未能验算)
}

// Run checks each file; it fails where one does not hold.
func (c *ArchiveVerifyCmd) Run(g *Globals) error {
	var out []verified
	bad := false
	for _, name := range c.Files {
		v := c.verify(name)
		bad = bad || len(v.Faults) > 0
		out = append(out, v)
	}
	if c.JSON {
		e := json.NewEncoder(g.Out)
		e.SetIndent("", "  ")
		if err := e.Encode(map[string]any{"ok": !bad, "packages": out}); err != nil {
			return err
		}
	} else {
		for _, v := range out {
			v.print(g)
		}
	}
	if bad {
		return ErrPackages
	}
	return nil
}

func (v verified) print(g *Globals) {
	if v.Unproved > 0 {
		defer fmt.Fprintf(g.Out, "  另有 %d 条早期的记录未能验算：被投诉人已换成代号，原文留在系统里\n", v.Unproved)
	}
	if len(v.Faults) == 0 {
		fmt.Fprintf(g.Out, "%s：完好。%s，%d 个文件，内容校验值（SM3）%s\n", v.File, v.No, v.Files, v.SM3)
		return
	}
	fmt.Fprintf(g.Out, "%s：%d 处不符\n", v.File, len(v.Faults))
	for _, f := range v.Faults {
		fmt.Fprintf(g.Out, "  %s\n", f)
	}
}

func (c *ArchiveVerifyCmd) verify(name string) verified {
	v := verified{File: name, Faults: []string{}}
	f, err := os.Open(name)
	if err != nil {
		v.Faults = append(v.Faults, "文件打不开，请检查路径和权限")
		return v
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		v.Faults = append(v.Faults, "文件打不开，请检查路径和权限")
		return v
	}
	r, err := archive.Verify(f, info.Size())
	if err != nil {
		v.Faults = append(v.Faults, errs.As(err).Public)
		return v
	}
	v.No, v.SM3, v.Files = r.Manifest.No, r.Manifest.ContentSM3, r.Files
	v.Faults = append(v.Faults, r.Faults...)
	if r.Manifest.Kind == hotline.ArchiveKind {
		v.Faults = append(v.Faults, hotline.VerifyArchive(r)...)
	}
	if r.Manifest.Kind == casework.ArchiveKind {
		v.Faults = append(v.Faults, casework.VerifyArchive(r)...)
	}
	if r.Manifest.Kind == complaint.ArchiveKind {
		faults, unproved := complaint.VerifyArchive(r)
		v.Faults, v.Unproved = append(v.Faults, faults...), unproved
	}
	if c.SM3 != "" && c.SM3 != v.SM3 {
		v.Faults = append(v.Faults, "内容校验值与给出的不同：不是目录中的那一份，或整包被替换")
	}
	return v
}
