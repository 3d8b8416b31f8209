package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// CalendarSession is an open database as the calendar commands need it: the module with every follower registered, so
// that a publication from the command line moves open limits too, and a context whose actor is of the centre.
type CalendarSession struct {
	Context context.Context
	Module  *calendar.Module
	Close   func() error
}

// OpenCalendar opens the database at url for a centre, named by its code; "" is the only centre of the installation.
// The root command binds one.
type OpenCalendar func(url, centre string) (CalendarSession, error)

// CalendarCmd is the command calendar (工作日历).
type CalendarCmd struct {
	Due    CalendarDueCmd    `cmd:"" help:"计算到期时间，并逐日列出怎样算出来的。"`
	Import CalendarImportCmd `cmd:"" help:"导入放假安排（holiday-cn 的 JSON，或 日期,类型,名称,依据文件 的 CSV）。"`
}

// CalendarDueCmd prints the end of a limit and the days that were counted.
type CalendarDueCmd struct {
	At       string `required:"" help:"起算时间，例如 2026-05-08T16:30。" placeholder:"时间"`
	Limit    string `required:"" help:"时限：5wd（工作日）、240wm（工作分钟）、15m（分钟）、3d（自然日）。" placeholder:"时限"`
	Area     string `help:"行政区划代码。不写为中心所在地；没有数据库时为 622901。" placeholder:"代码"`
	Unit     string `help:"按哪个单位的办公时间计算（单位编号）。" placeholder:"编号"`
	Database string `help:"数据库文件或地址。不写就用程序自带的日历。" placeholder:"地址"`
	Centre   string `help:"中心代码，只有一个中心时可以不写。" placeholder:"代码"`
	JSON     bool   `name:"json" help:"输出 JSON。"`
}

// defaultArea is 临夏市, the area of the embedded calendar where none is named.
const defaultArea = "622901"

// dueOutput is what --json prints.
type dueOutput struct {
	calendar.Due
	Text     string          `json:"text"`
	Area     string          `json:"area"`
	Revision int64           `json:"revision"`
	Steps    []calendar.Step `json:"steps"`
}

// Run computes and prints.
func (cmd *CalendarDueCmd) Run(k *kong.Kong, open OpenCalendar) error {
	from, err := clock.ParseInstant(cmd.At)
	if err != nil {
		return errs.New(errs.Invalid, "cli.time", "").Say("起算时间“%s”不对，请写成 2026-05-08T16:30。", cmd.At).Wrap(err)
	}
	limit, err := calendar.ParseLimit(cmd.Limit)
	if err != nil {
		return err
	}
	if cmd.Area != "" && !calendar.ValidArea(cmd.Area) {
		return errs.New(errs.Invalid, "cli.area", "").Say("行政区划代码“%s”不对，应为 2、4 或 6 位数字（乡镇、村为 9、12 位），例如 622901。", cmd.Area)
	}
	c, err := cmd.calendar(open)
	if err != nil {
		return err
	}
	due := c.Due(limit, from, cmd.Unit)
	out := dueOutput{Due: due, Text: due.String(), Area: c.Area(), Revision: c.Revision(), Steps: c.Steps(due, cmd.Unit)}
	if cmd.JSON {
		e := json.NewEncoder(k.Stdout)
		e.SetIndent("", "  ")
		return e.Encode(out)
	}
	return out.print(k.Stdout)
}

func (cmd *CalendarDueCmd) calendar(open OpenCalendar) (*calendar.Calendar, error) {
	if cmd.Database == "" {
		area := cmd.Area
		if area == "" {
			area = defaultArea
		}
		return calendar.Embedded(area), nil
	}
	s, err := open(cmd.Database, cmd.Centre)
	if err != nil {
		return nil, err
	}
	c, err := s.Module.Calendar(s.Context, cmd.Area)
	return c, errors.Join(err, s.Close())
}

func (o dueOutput) print(w io.Writer) error {
	var b strings.Builder
	line := func(label, text string) { fmt.Fprintf(&b, "%s  %s\n", label, text) }
	line("到期时间", o.Text)
	line("时    限", o.Limit.Label())
	line("起    算", calendar.FormatDue(o.From))
	line("地    区", o.Area)
	if o.Revision == 0 {
		line("日    历", "程序自带")
	} else {
		line("日    历", fmt.Sprintf("第 %d 版", o.Revision))
	}
	if o.Provisional {
		line("暂    定", fmt.Sprintf("%s年的放假安排尚未发布或导入，暂按周末双休计算", years(o.Missing)))
	}
	if len(o.Steps) > 0 {
		b.WriteString("\n")
	}
	for _, s := range o.Steps {
		fmt.Fprintf(&b, "  %s %s  %s\n", s.Date, s.Date.WeekdayName(), s.Text())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func years(list []int) string {
	parts := make([]string, len(list))
	for i, y := range list {
		parts[i] = fmt.Sprint(y)
	}
	return strings.Join(parts, "、")
}

// CalendarImportCmd publishes a file of days.
type CalendarImportCmd struct {
	File     string `arg:"" help:"要导入的文件。" placeholder:"文件"`
	Database string `required:"" help:"数据库文件或地址。" placeholder:"地址" env:"YICHUANG_DATABASE"`
	Centre   string `help:"中心代码，只有一个中心时可以不写。" placeholder:"代码"`
	Area     string `help:"行政区划代码：不写为全国，4 位为州（市），6 位为县（市、区）。" placeholder:"代码"`
	Document string `required:"" help:"依据文件的名称。" placeholder:"名称"`
	Number   string `help:"文号。" placeholder:"文号"`
	URL      string `name:"url" help:"依据文件的网址。" placeholder:"网址"`
	Merge    bool   `help:"补充到当年已有的安排，不写为整年替换。"`
	DryRun   bool   `help:"只看会改变什么，不发布。"`
}

// layer follows from the length of the area's code.
func (cmd *CalendarImportCmd) layer() calendar.Layer {
	switch {
	case cmd.Area == "":
		return calendar.National
	case len(cmd.Area) < 6:
		return calendar.Prefecture
	}
	return calendar.County
}

// Run shows what the file changes and, unless --dry-run is set, publishes it.
func (cmd *CalendarImportCmd) Run(g *Globals, k *kong.Kong, open OpenCalendar) (err error) {
	data, err := g.readFile(cmd.File)
	if err != nil {
		return errs.New(errs.Invalid, "cli.file", "").Say("读不到文件 %s，没有导入。请检查文件名和权限。", cmd.File).Wrap(err)
	}
	days, err := calendar.ReadDays(data)
	if err != nil {
		return err
	}
	p := calendar.Publication{Layer: cmd.layer(), Area: cmd.Area, Years: days, Document: calendar.Document{Title: cmd.Document, Number: cmd.Number, URL: cmd.URL}}
	if cmd.Merge {
		p.Mode = calendar.Merge
	}
	s, err := open(cmd.Database, cmd.Centre)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	view, err := s.Module.Preview(s.Context, p)
	if err != nil {
		return err
	}
	printPreview(k.Stdout, view)
	if cmd.DryRun {
		fmt.Fprintln(k.Stdout, "只是预览，没有发布。")
		return nil
	}
	p.Seen = view.Revision
	change, err := s.Module.Publish(s.Context, p)
	if err != nil {
		return err
	}
	fmt.Fprintf(k.Stdout, "已发布：日历第 %d 版。未办结事项的时限将自动重新计算。\n", change.Revision)
	return nil
}

func printPreview(w io.Writer, p calendar.Preview) {
	fmt.Fprintf(w, "%s %s 年：文件列出 %d 天，其中 %d 天与现在不同。\n", p.Layer.Label(), years(p.Years), p.Listed, len(p.Days))
	for _, d := range p.Days {
		fmt.Fprintf(w, "  %s %s  %s → %s\n", d.After.Date, d.After.Date.WeekdayName(), d.Before.Why(), d.After.Why())
	}
}
