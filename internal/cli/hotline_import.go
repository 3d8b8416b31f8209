package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
)

// HotlineCmd is the command hotline: work orders in bulk.
type HotlineCmd struct {
	Import     HotlineImportCmd     `cmd:"" help:"导入历史工单（CSV、JSONL 或 XLSX），可重复执行"`
	Categories HotlineCategoriesCmd `cmd:"" help:"导入事项分类（XLSX 或 CSV），可重复执行"`
	Check      HotlineCheckCmd      `cmd:"" help:"核对热线数据：校验链、计数，并按办理记录重新推算、与统计所用的数据逐项比较"`
	Reproduce  HotlineReproduceCmd  `cmd:"" help:"重算已发布的考核表，逐项核对是否相同"`
	Train      HotlineTrainCmd      `cmd:"" help:"训练分类模型：从样本文件，或从本中心的办结工单"`
	Classify   HotlineClassifyCmd   `cmd:"" help:"用模型给诉求分类：一行进，一行出（JSONL）"`
	Evaluate   HotlineEvaluateCmd   `cmd:"" help:"检验模型：准确率、宏平均 F1、各类和校准误差"`
}

// HotlineImportCmd makes work orders from a file.
type HotlineImportCmd struct {
	File     string `arg:"" help:"要导入的文件" placeholder:"文件"`
	Map      string `required:"" help:"字段对照：YAML 或 JSON 文件，或程序自带的名称（fuzhou12345、pingshan、taidi2020c）" placeholder:"对照"`
	DryRun   bool   `help:"只检查，不写入"`
	JSON     bool   `name:"json" help:"输出 JSON"`
	Limit    int    `name:"limit-errors" help:"最多列出多少行被拒绝的和有保留的" default:"20" placeholder:"行数"`
	InCentre `embed:""`
}

// Run imports and reports what became of every row; refused rows are in the report, and no error.
func (c *HotlineImportCmd) Run(g *Globals) (err error) {
	mapping, err := c.mapping(g)
	if err != nil {
		return err
	}
	file, err := g.openTable(c.File, table.Options{Expect: mapping.Columns()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	bar := progress(g.Err)
	report, err := a.Hotline.Import(ctx, mapping, file, hotline.ImportOptions{DryRun: c.DryRun, Problems: max(1, c.Limit), Progress: func(r *hotline.ImportReport) {
		_ = bar.Set(r.Read) // a bar that cannot be drawn stops nothing
	}})
	_ = bar.Finish()
	if c.JSON {
		return errors.Join(err, json.NewEncoder(g.Out).Encode(report))
	}
	c.print(g.Out, &report)
	return err
}

// mapping reads the mapping by name, or from a file.
func (c *HotlineImportCmd) mapping(g *Globals) (*hotline.Mapping, error) {
	if !strings.ContainsAny(c.Map, `./\`) {
		m, ok, err := hotline.BuiltinMapping(c.Map)
		if ok || err != nil {
			return m, err
		}
	}
	b, err := g.readFile(c.Map)
	if err != nil {
		return nil, errs.New(errs.Invalid, "cli.mapping", "").Say("读不到字段对照 %s。程序自带的有：%s。", c.Map, strings.Join(hotline.MappingNames(), "、")).Wrap(err)
	}
	return hotline.ReadMapping(b)
}

// progress shows the rows read so far, on a terminal only.
func progress(w io.Writer) *progressbar.ProgressBar {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return progressbar.NewOptions(-1, progressbar.OptionSetVisibility(false))
	}
	return progressbar.NewOptions(-1, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("已读"), progressbar.OptionShowCount(),
		progressbar.OptionShowIts(), progressbar.OptionSetItsString("行"), progressbar.OptionClearOnFinish())
}

func (c *HotlineImportCmd) print(w io.Writer, r *hotline.ImportReport) {
	verb := "导入"
	if r.DryRun {
		verb = "可以导入"
	}
	fmt.Fprintf(w, "读取 %d 行：%s %d 行，已有 %d 行，拒绝 %d 行。\n", r.Read, verb, r.Taken, r.Existing, r.Refused)
	if r.Closed > 0 {
		fmt.Fprintf(w, "%s的工单中已办结 %d 件：按时 %d，超时 %d，没有标记 %d。\n", verb, r.Closed, r.OnTime, r.Late, r.Neither)
	}
	if len(r.Units) > 0 {
		fmt.Fprintf(w, "新建承办单位 %d 个：%s\n", len(r.Units), strings.Join(r.Units, "、"))
	}
	problems(w, "拒绝的行", r.Refused, r.Refusals, c.Limit)
	problems(w, "有保留地导入的行", r.Noted, r.Notes, c.Limit)
}

func problems(w io.Writer, title string, n int, list []hotline.RowProblem, limit int) {
	list = list[:min(len(list), max(0, limit))]
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "%s（%d）：\n", title, n)
	for _, p := range list {
		ref := ""
		if p.Ref != "" {
			ref = "（" + p.Ref + "）"
		}
		fmt.Fprintf(w, "  第 %d 行%s：%s\n", p.Line, ref, p.Why)
	}
	if n > len(list) {
		fmt.Fprintf(w, "  ……另有 %d 行，用 --limit-errors 多列一些。\n", n-len(list))
	}
}
