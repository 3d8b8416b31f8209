package examine

import (
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/finance/check"
	"yichuang/internal/finance/disclosed"
	"yichuang/internal/store"
)

// Source is where a document came from.
type Source string

// The sources.
const (
	Uploaded Source = "upload" // 上传
	Own      Source = "own"    // 本中心的公开文件
)

// Label is the source's Chinese name.
func (s Source) Label() string {
	return map[Source]string{Uploaded: "上传", Own: "本中心公开文件"}[s]
}

// Examination (决算审核) is the audit of one content of a published document by the rules on accounts.
type Examination struct {
	CentreID      string        `db:"centre_id" json:"-"`
	ID            string        `db:"id" json:"id"`
	Source        Source        `db:"source" json:"source"`
	File          string        `db:"file" json:"file"`
	Size          int64         `db:"size" json:"size"`
	Hash          string        `db:"hash" json:"hash"`
	Org           string        `db:"org" json:"org"`
	Year          int           `db:"year" json:"year"`
	Kind          string        `db:"kind" json:"kind"`
	Unit          string        `db:"unit" json:"unit"`
	Policy        string        `db:"policy" json:"policy"`
	Errors        int           `db:"errors" json:"errors"` // that nobody waived, as all three
	Warnings      int           `db:"warnings" json:"warnings"`
	Infos         int           `db:"infos" json:"infos"`
	Waived        int           `db:"waived" json:"waived"`
	Rules         int           `db:"rules" json:"rules"`
	Passed        int           `db:"passed" json:"passed"`
	Rounding      int           `db:"rounding" json:"rounding"`
	Failed        int           `db:"failed" json:"failed"`
	NotApplicable int           `db:"not_applicable" json:"not_applicable"`
	NotEvaluated  int           `db:"not_evaluated" json:"not_evaluated"`
	Rest          string        `db:"rest" json:"-"` // tables and what was not evaluated, as JSON
	ReplacedBy    string        `db:"replaced_by" json:"replaced_by,omitempty"`
	At            clock.Instant `db:"at" json:"at"`
	By            string        `db:"by_name" json:"by"`
	Version       int64         `db:"version" json:"version"`
}

// FindingState is what became of a finding.
type FindingState string

// The states.
const (
	Fresh     FindingState = "new"       // 新
	Confirmed FindingState = "confirmed" // 已确认
	Waived    FindingState = "waived"    // 已豁免
	Mended    FindingState = "mended"    // 已改: a later content of the document no longer has it, or a person says so
)

// FindingStates lists the states in the order of life.
func FindingStates() []FindingState { return []FindingState{Fresh, Confirmed, Waived, Mended} }

// Label is the state's Chinese name.
func (s FindingState) Label() string {
	return map[FindingState]string{Fresh: "新发现", Confirmed: "已确认", Waived: "已豁免", Mended: "已改"}[s]
}

// Finding is one thing that an examination found, with what a person decided on it.
type Finding struct {
	CentreID      string         `db:"centre_id" json:"-"`
	ExaminationID string         `db:"examination_id" json:"-"`
	No            int            `db:"no" json:"no"`
	Ident         string         `db:"ident" json:"-"` // the same in another content of the document
	Rule          string         `db:"rule" json:"rule"`
	Name          string         `json:"name"` // what people call the rule
	Severity      check.Severity `db:"severity" json:"severity"`
	Outcome       check.Outcome  `db:"outcome" json:"outcome"`
	Heuristic     bool           `db:"heuristic" json:"heuristic"`
	Truncated     bool           `db:"truncated" json:"truncated"`
	Message       string         `db:"message" json:"message"`
	Stated        string         `db:"stated" json:"stated"`
	Computed      string         `db:"computed" json:"computed"`
	Diff          string         `db:"diff" json:"diff"`
	Envelope      string         `db:"envelope" json:"envelope"`
	Basis         string         `db:"basis" json:"basis"`
	Suggest       string         `db:"suggest" json:"suggest"`
	PlaceText     string         `db:"places" json:"places"` // one a line
	State         FindingState   `db:"state" json:"state"`
	Remark        string         `db:"remark" json:"remark"`
	DecidedBy     string         `db:"decided_by" json:"decided_by"`
	DecidedAt     clock.Instant  `db:"decided_at" json:"decided_at"`
	Earlier       string         `db:"earlier" json:"earlier"` // what was decided on it in the content before
}

// Places are where the finding stands.
func (f *Finding) Places() []string { return strings.Split(f.PlaceText, "\n") }

// Open reports whether the finding still counts.
func (f *Finding) Open() bool { return f.State == Fresh || f.State == Confirmed }

// allowed are the decisions that a state takes.
func (s FindingState) allowed() []FindingState {
	switch s {
	case Fresh:
		return []FindingState{Confirmed, Waived, Mended}
	case Confirmed:
		return []FindingState{Waived, Mended, Fresh}
	}
	return []FindingState{Fresh}
}

// Decision is what a person decides on a finding.
type Decision struct {
	To     FindingState
	Remark string
}

// Refusals.
var (
	ErrMissing  = errs.New(errs.NotFound, "examine.missing", "没有这次审核，或您无权查看。")
	ErrFinding  = errs.New(errs.NotFound, "examine.finding", "没有这条发现，或您无权查看。")
	ErrReason   = errs.New(errs.Invalid, "examine.reason", "请写明豁免的理由，没有保存。")
	ErrDecision = errs.New(errs.Conflict, "examine.decision", "这条发现现在不能这样处理。请刷新后再看。")
	ErrReplaced = errs.New(errs.Conflict, "examine.replaced", "这个单位这一年已有更新的文件，旧文件的发现不再处理。请到新文件的审核里处理。")
	ErrFile     = errs.New(errs.Invalid, "examine.file", "请选择要审核的文件。")
	ErrLarge    = errs.New(errs.TooLarge, "examine.large", "文件超过 20 MB，没有审核。请压缩图片或拆分后再试，也可以用命令 accounts check 审核。")
	ErrKind     = errs.New(errs.Invalid, "examine.kind", "这不是部门决算公开文件，没有审核。")
)

// check refuses a decision that the state does not take or that lacks its reason.
func (d Decision) check(s FindingState) error {
	if !slices.Contains(s.allowed(), d.To) {
		return ErrDecision
	}
	if d.To == Waived && strings.TrimSpace(d.Remark) == "" {
		return ErrReason
	}
	return nil
}

var (
	examinationColumns = store.Columns[Examination]("")
	findingColumns     = store.Columns[Finding]("")
)

// findingsOf turns a report's findings into rows. The ident of a finding is its rule and first place, and its number
// among those that share both.
func findingsOf(r *check.Report) []Finding {
	out := make([]Finding, len(r.Findings))
	seen := map[string]int{}
	for i, f := range r.Findings {
		ident := f.Rule + " " + f.Places[0].At
		seen[ident]++
		out[i] = Finding{No: i + 1, Ident: fmt.Sprintf("%s #%d", ident, seen[ident]), Rule: f.Rule, Severity: f.Severity, Outcome: f.Outcome, Heuristic: f.Heuristic, Truncated: f.Truncated,
			Message: f.Message, Stated: f.Stated, Computed: f.Computed, Diff: f.Diff, Envelope: f.Envelope, Basis: f.Basis, Suggest: f.Suggest, PlaceText: placesText(f.Places), State: Fresh}
	}
	return out
}

// placesText writes places for people, one a line.
func placesText(list []disclosed.Place) string {
	var out []string
	for _, p := range list {
		s := p.At
		if p.Page > 1 {
			s += fmt.Sprintf("（第 %d 页）", p.Page)
		} else if p.Line > 0 {
			s += fmt.Sprintf("（第 %d 行）", p.Line)
		}
		out = append(out, strings.ReplaceAll(s, "\n", " "))
	}
	return strings.Join(out, "\n")
}

// tally counts what still stands.
func (x *Examination) tally(list []Finding) {
	x.Errors, x.Warnings, x.Infos, x.Waived = 0, 0, 0, 0
	for i := range list {
		f := &list[i]
		switch {
		case f.State == Waived:
			x.Waived++
		case !f.Open():
		case f.Severity == check.Error:
			x.Errors++
		case f.Severity == check.Warn:
			x.Warnings++
		default:
			x.Infos++
		}
	}
}

// inherit carries decisions from findings of before: those of the same content are kept, waivers included; of another
// content only a note remains, because a waiver falls with the document's hash.
func inherit(list, before []Finding, same bool) {
	old := map[string]*Finding{}
	for i := range before {
		old[before[i].Ident] = &before[i]
	}
	for i := range list {
		f := &list[i]
		b := old[f.Ident]
		switch {
		case b == nil:
		case same && b.Message == f.Message:
			f.State, f.Remark, f.DecidedBy, f.DecidedAt, f.Earlier = b.State, b.Remark, b.DecidedBy, b.DecidedAt, b.Earlier
		case b.State != Fresh:
			f.Earlier = "上一版" + b.State.Label()
			if b.Remark != "" {
				f.Earlier += "：" + b.Remark
			}
			if b.State == Waived {
				f.Earlier += "（文件已变，豁免失效）"
			}
		}
	}
}

// mended lists the findings of before that a new content no longer has.
func mended(before, now []Finding) []Finding {
	has := map[string]bool{}
	for i := range now {
		has[now[i].Ident] = true
	}
	var out []Finding
	for _, f := range before {
		if f.Open() && !has[f.Ident] {
			out = append(out, f)
		}
	}
	return out
}
