package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"yichuang/internal/errs"
)

// DoctorCmd examines the installation and says what to do.
type DoctorCmd struct {
	JSON     bool `name:"json" help:"输出 JSON"`
	Quick    bool `help:"不逐条核对数据（数据很多时更快）"`
	Settings `embed:""`
}

// Levels of a finding.
const (
	levelGood = "正常"
	levelNote = "注意"
	levelBad  = "错误"
)

// finding is one line of the examination: what was looked at, how it is, and what to do.
type finding struct {
	Level string `json:"level"`
	Name  string `json:"name"`
	Text  string `json:"text"`
}

// ErrDoctor says that the examination found an error.
var ErrDoctor = errs.New(errs.Unavailable, "cli.doctor", "体检发现错误，请按上面的说明处理。")

// examination collects the findings.
type examination struct {
	g     *Globals
	quick bool
	list  []finding
}

func (x *examination) add(level, name, format string, args ...any) {
	x.list = append(x.list, finding{level, name, fmt.Sprintf(format, args...)})
}

// fail adds an error with the sentence that its package has for it.
func (x *examination) fail(name string, err error) {
	e := errs.As(err)
	text := e.Public
	if e.Kind == errs.Internal {
		text = err.Error()
	}
	for _, f := range e.Fields {
		text += f.Name + "：" + f.Public
	}
	x.add(levelBad, name, "%s", text)
}

// Run examines and prints; it fails where anything is an error.
func (c *DoctorCmd) Run(g *Globals) error {
	x := &examination{g: g, quick: c.Quick}
	x.machine()
	x.database()
	bad := 0
	for _, f := range x.list {
		if f.Level == levelBad {
			bad++
		}
	}
	if err := c.print(g.Out, x.list, bad == 0); err != nil {
		return err
	}
	if bad > 0 {
		return ErrDoctor
	}
	return nil
}

func (c *DoctorCmd) print(w io.Writer, list []finding, ok bool) error {
	if c.JSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(map[string]any{"ok": ok, "checks": list})
	}
	for _, f := range list {
		if _, err := fmt.Fprintf(w, "%s  %s：%s\n", f.Level, f.Name, f.Text); err != nil {
			return err
		}
	}
	return nil
}
