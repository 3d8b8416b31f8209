package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"

	"yichuang/internal/errs"
	"yichuang/internal/finance/reader"
	"yichuang/internal/performance/form"
	"yichuang/internal/performance/score"
)

// PerformanceCmd is the command performance: budget performance.
type PerformanceCmd struct {
	Score PerformanceScoreCmd `cmd:"" help:"按评分办法给绩效自评表评分，并指出与列示不符的每一格"`
}

// PerformanceScoreCmd scores the forms of a file. It needs no database.
type PerformanceScoreCmd struct {
	Path     string   `arg:"" name:"file" help:"绩效自评表：本系统导出的 JSON 或 XLSX，或部门决算公开文件（PDF、DOCX、XLSX、HTML、文本）" placeholder:"文件"`
	Policy   string   `help:"评分办法的编号" default:"national-default" placeholder:"编号"`
	Policies string   `help:"另有评分办法（YAML）的文件夹" placeholder:"文件夹"`
	Compare  []string `help:"同时试算的其他评分办法；all 为全部" placeholder:"编号"`
	JSON     bool     `name:"json" help:"输出 JSON"`
	Strict   bool     `help:"有错误级的问题时，以非零退出码结束"`
}

// Refusals of the scoring.
var (
	ErrPerformanceFile   = errs.New(errs.NotFound, "cli.performance_file", "文件打不开。请检查路径和权限。")
	ErrPerformanceFaults = errs.New(errs.Conflict, "cli.performance_faults", "评分发现错误级的问题，见上。")
)

// scoredForm is one form with what the policy gives it.
type scoredForm struct {
	Name     string          `json:"name"`
	Label    string          `json:"label,omitempty"`
	Kind     score.Kind      `json:"kind"`
	Score    string          `json:"score"`
	Grade    string          `json:"grade"`
	Warning  score.Warning   `json:"warning,omitempty"`
	Funds    []scoredRow     `json:"funds"`
	Rows     []scoredRow     `json:"rows"`
	Faults   []score.Fault   `json:"faults"`
	Findings []score.Finding `json:"findings"`
	Trials   []trial         `json:"trials,omitempty"`
}

// scoredRow is a row as it was published and as the policy scores it.
type scoredRow struct {
	Name             string `json:"name"`
	Target           string `json:"target,omitempty"`
	Actual           string `json:"actual,omitempty"`
	Weight           string `json:"weight"`
	Completion       string `json:"completion"`
	Score            string `json:"score"`
	StatedCompletion string `json:"stated_completion,omitempty"`
	StatedScore      string `json:"stated_score,omitempty"`
	Met              bool   `json:"met"`
	Rule             string `json:"rule"`
}

// trial is what another policy gives.
type trial struct {
	Policy string `json:"policy"`
	Name   string `json:"name"`
	Score  string `json:"score"`
	Grade  string `json:"grade"`
	Scaled string `json:"scaled,omitempty"` // what the points of the indicators were multiplied with
	Note   string `json:"note,omitempty"`   // where the form's points do not fit the policy
}

// scoreReport is everything that the command says.
type scoreReport struct {
	Policy   string          `json:"policy"`
	Version  int             `json:"policy_version"`
	Method   string          `json:"policy_name"`
	Hash     string          `json:"policy_hash"`
	Forms    []scoredForm    `json:"forms"`
	Mean     string          `json:"mean,omitempty"` // of the projects' scores
	Findings []score.Finding `json:"findings"`       // among the forms and the text
}

// Run scores.
func (c *PerformanceScoreCmd) Run(g *Globals) error {
	more, err := c.more(g)
	if err != nil {
		return err
	}
	p, err := score.FindPolicy(c.Policy, more...)
	if err != nil {
		return err
	}
	others, err := c.others(more)
	if err != nil {
		return err
	}
	s, err := c.read(g)
	if err != nil {
		return err
	}
	r := scored(s, p, others)
	if c.JSON {
		e := json.NewEncoder(g.Out)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		err = e.Encode(r)
	} else {
		r.print(g.Out, p)
	}
	if err == nil && c.Strict && r.wrong() {
		return ErrPerformanceFaults
	}
	return err
}

// more reads the policies of a folder.
func (c *PerformanceScoreCmd) more(g *Globals) ([]*score.Policy, error) {
	if c.Policies == "" {
		return nil, nil
	}
	if g.files != nil { // through the door only files are handed over
		return nil, ErrPerformanceFile.Say("文件夹 %s 打不开：服务运行时请不要加 --policies，或者先停止服务。", c.Policies)
	}
	list, err := score.ReadPolicies(os.DirFS(c.Policies), "*.yaml")
	if err == nil && len(list) == 0 {
		err = ErrPerformanceFile.Say("文件夹 %s 里没有评分办法（*.yaml）。", c.Policies)
	}
	return list, err
}

// others are the policies to try out beside the one that scores.
func (c *PerformanceScoreCmd) others(more []*score.Policy) ([]*score.Policy, error) {
	if len(c.Compare) == 1 && c.Compare[0] == "all" {
		list, err := score.Policies()
		return append(more, list...), err
	}
	var out []*score.Policy
	for _, id := range c.Compare {
		p, err := score.FindPolicy(id, more...)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// read reads the forms of the file: forms as such, or those of a published disclosure.
func (c *PerformanceScoreCmd) read(g *Globals) (*form.Set, error) {
	f, err := g.openFile(c.Path)
	if err != nil {
		return nil, ErrPerformanceFile.Say("文件 %s 打不开。请检查路径和权限。", c.Path).Wrap(err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, reader.MaxSize+1))
	if err != nil {
		return nil, ErrPerformanceFile.Say("文件 %s 读到一半出错。", c.Path).Wrap(err)
	}
	s, err := form.Read(bytes.NewReader(b))
	if !errors.Is(err, form.ErrFormat) || json.Valid(b) {
		return s, err
	}
	a, err := newAuditor()
	if err != nil {
		return nil, err
	}
	defer a.pdf.Close()
	d, err := reader.Read(g.Ctx, bytes.NewReader(b), reader.Options{Dictionary: a.dict, PDF: a.pdf})
	if err != nil {
		return nil, err
	}
	if s = form.Published(d); len(s.Forms) == 0 {
		return nil, form.ErrFormat.Say("文件 %s 里没有绩效自评表。", c.Path)
	}
	return s, nil
}

// scored scores every form and looks for what does not hold together.
func scored(s *form.Set, p *score.Policy, others []*score.Policy) *scoreReport {
	out := &scoreReport{Policy: p.ID, Version: p.Version, Method: p.Name, Hash: p.Hash(), Forms: []scoredForm{}}
	sum, n := new(big.Rat), int64(0)
	for _, f := range s.Forms {
		r := score.Score(p, f)
		out.Forms = append(out.Forms, newScoredForm(f, r, others))
		if f.Kind == score.Project {
			sum.Add(sum, r.Total.Rat())
			n++
		}
	}
	if n > 0 {
		out.Mean = score.HalfUp.Round(sum.Quo(sum, big.NewRat(n, 1)), 2).String()
	}
	if out.Findings = score.Review(s.Forms, s.Claims); out.Findings == nil {
		out.Findings = []score.Finding{}
	}
	return out
}

func newScoredForm(f *score.Form, r *score.Result, others []*score.Policy) scoredForm {
	out := scoredForm{Name: f.Name, Label: f.Label, Kind: f.Kind, Score: r.Total.String(), Grade: r.Grade, Warning: r.Warning, Funds: []scoredRow{}, Rows: []scoredRow{}, Faults: r.Faults, Findings: score.Compare(f, r)}
	for i, x := range r.Funds {
		out.Funds = append(out.Funds, newScoredRow(x, f.Funds[i].Stated))
	}
	for i, x := range r.Rows {
		row := newScoredRow(x, f.Indicators[i].Stated)
		row.Target, row.Actual = f.Indicators[i].TargetText(), f.Indicators[i].ActualText()
		out.Rows = append(out.Rows, row)
	}
	if out.Findings == nil {
		out.Findings = []score.Finding{}
	}
	if out.Faults == nil {
		out.Faults = []score.Fault{}
	}
	for _, t := range score.SideBySide(f, others) {
		x := trial{Policy: t.Policy.ID, Name: t.Policy.Name, Score: t.Result.Total.String(), Grade: t.Result.Grade}
		if t.Scaled {
			x.Scaled = t.Scale.String()
		}
		for _, f := range t.Result.Faults {
			if f.Code == "class_weights" {
				x.Note = f.Text
			}
		}
		out.Trials = append(out.Trials, x)
	}
	return out
}

func newScoredRow(x score.Row, stated score.Stated) scoredRow {
	return scoredRow{Name: x.Name, Weight: x.Weight.String(), Completion: x.Completion.String(), Score: x.Score.String(), StatedCompletion: stated.Completion, StatedScore: stated.Score, Met: x.Met, Rule: x.Rule}
}

// wrong reports whether anything grave was found.
func (r *scoreReport) wrong() bool {
	list := r.Findings
	for _, f := range r.Forms {
		list = append(list, f.Findings...)
	}
	for _, f := range list {
		if f.Severity == score.Error {
			return true
		}
	}
	return false
}

// print prints the report for people.
func (r *scoreReport) print(w io.Writer, p *score.Policy) {
	fmt.Fprintf(w, "评分办法：%s\n", p.Title())
	if p.Checking {
		fmt.Fprintln(w, "注意：这个办法由公布的数字反推，只用来核对，不能作为评分依据。")
	}
	for _, f := range r.Forms {
		fmt.Fprintf(w, "\n%s%s　%s分　%s\n", bracketed(f.Label), f.Name, f.Score, orDash(f.Grade))
		for _, x := range append(f.Funds[:min(1, len(f.Funds))], f.Rows...) {
			fmt.Fprintf(w, "  %s　分值%s　完成率%s　得分%s%s\n", x.Name, x.Weight, percentOrDash(x.Completion), orDash(x.Score), statedText(x))
		}
		for _, t := range f.Trials {
			scaled := ""
			if t.Scaled != "" {
				scaled = "（指标分值按" + t.Scaled + "折算）"
			}
			if t.Note != "" {
				scaled += "；" + t.Note
			}
			fmt.Fprintf(w, "  试算 %s（%s）：%s分　%s%s\n", t.Name, t.Policy, t.Score, orDash(t.Grade), scaled)
		}
		for _, x := range f.Faults {
			fmt.Fprintf(w, "  提示：%s\n", x.Text)
		}
		printFindings(w, f.Findings)
	}
	if r.Mean != "" {
		fmt.Fprintf(w, "\n项目平均得分：%s\n", r.Mean)
	}
	if len(r.Findings) > 0 {
		fmt.Fprintln(w, "\n各表之间、表与文字之间：")
		printFindings(w, r.Findings)
	}
}

func printFindings(w io.Writer, list []score.Finding) {
	for _, x := range list {
		fmt.Fprintf(w, "  【%s】%s %s（列示：%s　应为：%s）\n", x.Severity.Label(), x.Rule, x.Message, orDash(x.Stated), orDash(x.Computed))
	}
}

// statedText tells what was published where it differs from the score.
func statedText(x scoredRow) string {
	if a, ok := score.PrintedNumber(x.StatedScore); ok {
		if b, ok := score.PrintedNumber(x.Score); ok && a.Cmp(b) != 0 {
			return "（列示" + x.StatedScore + "）"
		}
	}
	return ""
}

func percentOrDash(s string) string {
	if s == "" {
		return "—"
	}
	return s + "%"
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return "［" + s + "］"
}
