package check

import (
	"yichuang/internal/finance/disclosed"
)

// Report is the result of an audit.
type Report struct {
	Document     Document      `json:"document"`
	Policy       string        `json:"policy"` // by which scores were checked
	Summary      Summary       `json:"summary"`
	Findings     []Finding     `json:"findings"`
	NotEvaluated []Unevaluated `json:"not_evaluated"`
}

// Document says what was audited.
type Document struct {
	Name   string   `json:"name,omitempty"`
	Kind   string   `json:"kind"`
	Year   int      `json:"year"`
	Org    string   `json:"org"`
	Unit   string   `json:"unit"`
	Hash   string   `json:"hash"`
	Tables []string `json:"tables"`
}

// Summary counts findings by severity and applications of rules by outcome.
type Summary struct {
	Errors        int `json:"error"`
	Warnings      int `json:"warn"`
	Infos         int `json:"info"`
	Rules         int `json:"rules"`
	Passed        int `json:"passed"`
	Rounding      int `json:"rounding"`
	Failed        int `json:"failed"`
	NotApplicable int `json:"not_applicable"`
	NotEvaluated  int `json:"not_evaluated"`
}

// Finding is one thing that is wrong or worth a look, at one or more places.
type Finding struct {
	Rule      string            `json:"rule"`
	Severity  Severity          `json:"severity"`
	Outcome   Outcome           `json:"outcome"`
	Places    []disclosed.Place `json:"places"`
	Stated    string            `json:"stated"`
	Computed  string            `json:"computed"`
	Diff      string            `json:"diff"`
	Envelope  string            `json:"envelope,omitempty"`
	Truncated bool              `json:"truncated,omitempty"`
	Message   string            `json:"message"`
	Basis     string            `json:"basis"`
	Suggest   string            `json:"suggest,omitempty"`
	Heuristic bool              `json:"heuristic,omitempty"`
	Waived    *Waiver           `json:"waived,omitempty"`

	order int
	group string
}

// Unevaluated is a rule that could not be applied, with the reason and how often.
type Unevaluated struct {
	Rule   string `json:"rule"`
	Name   string `json:"name,omitempty"` // what people call it
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// Waiver (豁免) sets a finding aside: by whom and why. It holds for one content of the document; a changed document has
// another hash, and the waiver falls.
type Waiver struct {
	Rule   string `json:"rule"`
	Place  string `json:"place"`
	By     string `json:"by"`
	Reason string `json:"reason"`
	Hash   string `json:"hash"`
}

// Waive marks the findings that waivers set aside. A waiver without a person or a reason, or of another content, sets
// nothing aside.
func (r *Report) Waive(waivers []Waiver) {
	for i := range r.Findings {
		f := &r.Findings[i]
		for _, w := range waivers {
			if w.By != "" && w.Reason != "" && w.Hash == r.Document.Hash && w.Rule == f.Rule && len(f.Places) > 0 && w.Place == f.Places[0].At {
				f.Waived = &w
			}
		}
	}
	r.count()
}

// count counts the findings that no waiver sets aside.
func (r *Report) count() {
	r.Summary.Errors, r.Summary.Warnings, r.Summary.Infos = 0, 0, 0
	for _, f := range r.Findings {
		switch {
		case f.Waived != nil:
		case f.Severity == Error:
			r.Summary.Errors++
		case f.Severity == Warn:
			r.Summary.Warnings++
		default:
			r.Summary.Infos++
		}
	}
}
