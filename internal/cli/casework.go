package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// CaseworkCmd is the command casework: cases in bulk, and their proof.
type CaseworkCmd struct {
	Check     CaseworkCheckCmd     `cmd:"" help:"核对办件数据：按办理记录重新推算状态，核验校验链、时钟、事项版本和日历版本"`
	Import    CaseworkImportCmd    `cmd:"" help:"导入省平台导出的办件（CSV、XLSX、JSON），可重复执行"`
	Reconcile CaseworkReconcileCmd `cmd:"" help:"与省平台对账"`
	Export    CaseworkExportCmd    `cmd:"" help:"按 GB/T 39046 的字段名和代码导出办件数据（CSV 或 JSONL）"`
}

// CaseworkCheckCmd proves the cases of a centre.
type CaseworkCheckCmd struct {
	JSON     bool `name:"json" help:"输出 JSON"`
	InCentre `embed:""`
}

// ErrCases ends the command where something does not hold.
var ErrCases = errs.New(errs.Conflict, "cli.cases", "办件数据有不符之处，已列出。请保留现场，从备份核对。")

// Run checks and prints what does not hold.
func (c *CaseworkCheckCmd) Run(g *Globals) error {
	a, err := g.Inspect()
	if err != nil {
		return err
	}
	defer a.Close()
	ctx, err := a.SystemContext(g.Ctx, c.Centre)
	if err != nil {
		return err
	}
	r, err := a.Casework.Check(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(g.Out).Encode(r)
	} else {
		fmt.Fprintf(g.Out, "核对办件 %d 件、办理记录 %d 条、时钟 %d 个，不符 %d 处。\n", r.Cases, r.Events, r.Clocks, len(r.Faults))
		for _, f := range r.Faults {
			at := ""
			if f.Seq > 0 {
				at = fmt.Sprintf("第 %d 条：", f.Seq)
			}
			fmt.Fprintf(g.Out, "  %s：%s%s\n", f.No, at, f.Text)
		}
	}
	if err == nil && len(r.Faults) > 0 {
		err = ErrCases
	}
	return err
}

// CaseworkImportCmd takes in a file of the provincial platform.
type CaseworkImportCmd struct {
	File     string `arg:"" help:"要导入的文件" placeholder:"文件"`
	Mapping  string `help:"字段对照（JSON 文件）：source、columns、states" placeholder:"对照"`
	DryRun   bool   `help:"只预览，不导入"`
	JSON     bool   `name:"json" help:"输出 JSON"`
	InCentre `embed:""`
}

// Run reads the file, says what it would do, and takes it in.
func (c *CaseworkImportCmd) Run(g *Globals) (err error) {
	f := casework.PlatformFile{Name: filepath.Base(c.File)}
	if f.Content, err = g.readFile(c.File); err != nil {
		return err
	}
	if c.Mapping != "" {
		if f.Mapping, err = g.readFile(c.Mapping); err != nil {
			return err
		}
	}
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	im, err := a.Casework.StartImport(ctx, f)
	if err != nil {
		return err
	}
	if !c.DryRun {
		bar := progress(g.Err)
		im, err = a.Casework.RunImport(ctx, im.ID, func(done, _ int64) { _ = bar.Set(int(done)) }) // a bar that cannot be drawn stops nothing
		_ = bar.Finish()
		if err != nil {
			return err
		}
	}
	if c.JSON {
		return json.NewEncoder(g.Out).Encode(im)
	}
	c.print(g.Out, &im.Report)
	return nil
}

func (c *CaseworkImportCmd) print(w io.Writer, r *casework.PlatformReport) {
	verb := "已导入"
	if c.DryRun {
		verb = "可以导入"
	}
	fmt.Fprintf(w, "读取 %d 行：%s，新增 %d 件，有变化 %d 件，没有变化 %d 件，不能导入 %d 行；与本中心办件对应 %d 件。\n", r.Read, verb, r.New, r.Changed, r.Same, r.Refused, r.Linked)
	if len(r.Units) > 0 {
		fmt.Fprintf(w, "本中心没有的部门：%s\n", strings.Join(r.Units, "、"))
	}
	if len(r.Items) > 0 {
		fmt.Fprintf(w, "本中心没有的事项：%s\n", strings.Join(r.Items, "、"))
	}
	for i, p := range r.Problems {
		if i == 20 {
			fmt.Fprintf(w, "  ……另有 %d 行。\n", len(r.Problems)-i)
			break
		}
		what := "照收"
		if p.Refused {
			what = "不能导入"
		}
		fmt.Fprintf(w, "  第 %d 行 %s（%s）：%s\n", p.Line, p.No, what, p.Why)
	}
}

// CaseworkReconcileCmd compares the centre's cases with those of the platform.
type CaseworkReconcileCmd struct {
	From     clock.Date `required:"" help:"起期" placeholder:"日期"`
	To       clock.Date `required:"" help:"止期，含当天" placeholder:"日期"`
	JSON     bool       `name:"json" help:"输出 JSON" xor:"form"`
	CSV      bool       `name:"csv" help:"输出对账清单（CSV），每处不一致一行" xor:"form"`
	InCentre `embed:""`
}

// Run prints the sums and the first of each list, or everything as CSV.
func (c *CaseworkReconcileCmd) Run(g *Globals) (err error) {
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if c.CSV {
		return writeCSV(g.Out, casework.CompareColumns(), func(add func([]string) error) error { return a.Casework.ReconcileRows(ctx, c.From, c.To, add) })
	}
	r, err := a.Casework.Reconcile(ctx, c.From, c.To)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(g.Out).Encode(r)
	}
	fmt.Fprintf(g.Out, "%s 至 %s：本中心 %d 件＝一致 %d＋有差异 %d＋平台没有 %d；省平台 %d 件＝一致 %d＋有差异 %d＋本中心没有 %d。\n",
		r.From, r.To, r.Ours, r.Same, r.Differing, r.OursOnly, r.Theirs, r.Same, r.Differing, r.TheirsOnly)
	for _, k := range r.Kinds {
		fmt.Fprintf(g.Out, "  差异种类 %s：%d 件\n", k.Field, k.Pairs)
	}
	for _, d := range r.Differences {
		for _, f := range d.Fields {
			fmt.Fprintf(g.Out, "  差异 %s（%s）%s：本中心 %s，平台 %s\n", d.No, d.ExternalNo, f.Field, f.Ours, f.Theirs)
		}
	}
	for _, x := range r.OnlyOurs {
		fmt.Fprintf(g.Out, "  平台没有 %s %s（%s）\n", x.No, x.Item, x.State)
	}
	for _, x := range r.OnlyTheirs {
		fmt.Fprintf(g.Out, "  本中心没有 %s %s（%s）\n", x.ExternalNo, x.Item, x.State)
	}
	return nil
}

// CaseworkExportCmd writes a data set of the national standard.
type CaseworkExportCmd struct {
	Set      string     `arg:"" enum:"item,item_paper,apply,material,accept,process,procedure,result,rating,consult,complaint,supervision,payment,delivery,catalogue" help:"数据集：item 事项、item_paper 事项材料、apply 申请、material 材料、accept 受理、process 办理过程、procedure 特别程序、result 办结、rating 评价、consult 咨询、complaint 投诉、supervision 电子监察、payment 支付、delivery 物流、catalogue 数据目录" placeholder:"数据集"`
	From     clock.Date `required:"" help:"起期" placeholder:"日期"`
	To       clock.Date `required:"" help:"止期，含当天" placeholder:"日期"`
	Personal bool       `help:"个人信息不脱敏，记入日志"`
	JSON     bool       `name:"json" help:"每行一个 JSON 对象；不选为 CSV"`
	InCentre `embed:""`
}

// Run writes the rows.
func (c *CaseworkExportCmd) Run(g *Globals) (err error) {
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	in := casework.ExportInput{Set: casework.ExportSet(c.Set), From: c.From, To: c.To, Personal: c.Personal}
	columns := casework.ExportColumns(in.Set)
	rows := func(add func([]string) error) error { return a.Casework.Export(ctx, in, add) }
	if !c.JSON {
		return writeCSV(g.Out, columns, rows)
	}
	e := json.NewEncoder(g.Out)
	e.SetEscapeHTML(false)
	return rows(func(cells []string) error { return e.Encode(casework.Record{Names: columns, Cells: cells}) })
}
