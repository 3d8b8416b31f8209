package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"yichuang/internal/document/pdf"
	"yichuang/internal/errs"
	"yichuang/internal/finance/check"
	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/reader"
)

// AccountsCmd is the command accounts: published final accounts.
type AccountsCmd struct {
	Check    AccountsCheckCmd    `cmd:"" help:"审核已公开的部门决算：一个文件，或一个文件夹里的全部文件"`
	Template AccountsTemplateCmd `cmd:"" help:"决算表的版式和说明文本：检查、保存、列出、输出"`
	Subjects AccountsSubjectsCmd `cmd:"" help:"导入一年的功能分类或经济分类"`
}

// AccountsCheckCmd audits a document, or all documents of a folder. It needs no database.
type AccountsCheckCmd struct {
	Path   string `arg:"" name:"file" help:"部门决算文件（PDF、DOCX、XLSX、HTML、文本），或文件夹" placeholder:"文件"`
	JSON   bool   `name:"json" help:"输出 JSON"`
	Jobs   int    `help:"文件夹：同时审核几个文件；0 为处理器个数" default:"0" placeholder:"个数"`
	Out    string `help:"文件夹：把汇总写成 XLSX" placeholder:"文件"`
	Fresh  bool   `help:"文件夹：不用上次中断前的结果，全部重新审核"`
	Strict bool   `help:"有错误级的问题时，以非零退出码结束"`
	Policy string `help:"绩效评分办法的代号，如 national-default；不写按文件所在地区" placeholder:"代号"`
}

// Refusals of the audit.
var (
	ErrAccountsFile   = errs.New(errs.NotFound, "cli.accounts_file", "文件打不开。请检查路径和权限。")
	ErrAccountsPolicy = errs.New(errs.Invalid, "cli.accounts_policy", "没有这个评分办法。")
	ErrAccountsFaults = errs.New(errs.Conflict, "cli.accounts_faults", "审核发现错误级的问题，见上。")
)

// auditor is what every file of one command needs.
type auditor struct {
	rules  *check.Rules
	dict   *fiscal.Dictionary
	pdf    *pdf.Reader
	policy *check.Policy // nil for that of the document's region
}

// choose takes the policy of a name; "" leaves it to the document.
func (a *auditor) choose(id string) error {
	list, err := check.Policies()
	if err != nil || id == "" {
		return err
	}
	var known []string
	for _, p := range list {
		if p.ID == id {
			a.policy = p
			return nil
		}
		known = append(known, p.ID+"（"+p.Name+"）")
	}
	return ErrAccountsPolicy.Say("没有评分办法 %s。可用的有：%s。", id, strings.Join(known, "、"))
}

func newAuditor() (*auditor, error) {
	rules, err := check.BuiltIn()
	if err != nil {
		return nil, err
	}
	subjects, err := fiscal.BuiltIn()
	if err != nil {
		return nil, err
	}
	return &auditor{rules: rules, dict: fiscal.NewDictionary(fiscal.BuiltInYear, fiscal.BuiltInYear, subjects), pdf: pdf.NewReader("", pdf.Limits{})}, nil
}

// audit reads and audits one document.
func (a *auditor) audit(ctx context.Context, in io.Reader, name string) (*check.Report, error) {
	d, err := reader.Read(ctx, in, reader.Options{Dictionary: a.dict, PDF: a.pdf})
	if err != nil {
		return nil, err
	}
	r := a.rules.Run(d, check.Options{Dictionary: a.dict, Policy: a.policy})
	r.Document.Name = name
	return r, nil
}

// auditGC lets waste grow to some ten megabytes before it is collected: an audit keeps two and makes many.
const auditGC = 400

// Run audits.
func (c *AccountsCheckCmd) Run(g *Globals) error {
	defer debug.SetGCPercent(debug.SetGCPercent(auditGC))
	a, err := newAuditor()
	if err != nil {
		return err
	}
	defer a.pdf.Close()
	if err := a.choose(c.Policy); err != nil {
		return err
	}
	if info, err := os.Stat(c.Path); err == nil && info.IsDir() && g.files == nil {
		return c.folder(g, a)
	}
	f, err := g.openFile(c.Path)
	if err != nil {
		return ErrAccountsFile.Say("文件 %s 打不开。请检查路径和权限。", c.Path).Wrap(err)
	}
	defer f.Close()
	r, err := a.audit(g.Ctx, f, c.Path)
	if err != nil {
		return err
	}
	if c.JSON {
		e := json.NewEncoder(g.Out)
		e.SetIndent("", "  ")
		err = e.Encode(r)
	} else {
		printReport(g.Out, r)
	}
	if err == nil && c.Strict && r.Summary.Errors > 0 {
		return ErrAccountsFaults
	}
	return err
}

// severityNames are how a report calls the severities.
var severityNames = map[check.Severity]string{check.Error: "错误", check.Warn: "警告", check.Info: "提示"}

// printReport prints a report for people.
func printReport(w io.Writer, r *check.Report) {
	d, s := r.Document, r.Summary
	fmt.Fprintf(w, "文件：%s\n类别：%s　年度：%s　单位：%s　金额单位：%s\n表：%d 张\n", d.Name, d.Kind, yearText(d.Year), orDash(d.Org), orDash(d.Unit), len(d.Tables))
	fmt.Fprintf(w, "规则 %d 条：通过 %d 处，四舍五入可解释 %d 处，不通过 %d 处，不适用 %d 处，未能判断 %d 处。\n", s.Rules, s.Passed, s.Rounding, s.Failed, s.NotApplicable, s.NotEvaluated)
	fmt.Fprintf(w, "发现：错误 %d，警告 %d，提示 %d。\n", s.Errors, s.Warnings, s.Infos)
	last := check.Severity("")
	for _, f := range r.Findings {
		if f.Severity != last {
			fmt.Fprintf(w, "\n【%s】\n", severityNames[f.Severity])
			last = f.Severity
		}
		printFinding(w, f)
	}
	if len(r.NotEvaluated) > 0 {
		fmt.Fprint(w, "\n【未能判断】\n")
	}
	for _, n := range r.NotEvaluated {
		fmt.Fprintf(w, "- %s：%s（%d 处）\n", n.Rule, n.Reason, n.Count)
	}
}

func printFinding(w io.Writer, f check.Finding) {
	mark := ""
	if f.Heuristic {
		mark = "［需人工判断］"
	}
	fmt.Fprintf(w, "- %s%s %s\n", f.Rule, mark, f.Message)
	var places []string
	for i, p := range f.Places {
		if i == 5 {
			places = append(places, fmt.Sprintf("等 %d 处", len(f.Places)))
			break
		}
		places = append(places, placeText(p))
	}
	fmt.Fprintf(w, "    位置：%s\n", strings.Join(places, "；"))
	if f.Stated != "" || f.Computed != "" {
		fmt.Fprintf(w, "    列示：%s　应为：%s\n", orDash(f.Stated), orDash(f.Computed))
	}
	if f.Basis != "" {
		fmt.Fprintf(w, "    依据：%s\n", f.Basis)
	}
	if f.Suggest != "" {
		fmt.Fprintf(w, "    建议：%s\n", f.Suggest)
	}
}

func placeText(p disclosed.Place) string {
	s := p.At
	if p.Page > 1 {
		s += fmt.Sprintf("（第 %d 页）", p.Page)
	} else if p.Line > 0 {
		s += fmt.Sprintf("（第 %d 行）", p.Line)
	}
	return s
}

func yearText(y int) string {
	if y == 0 {
		return "—"
	}
	return fmt.Sprint(y)
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}
