package publication

import (
	"encoding/json"
	"io"

	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/statement"
)

// ModelVersion names the shape of the JSON model; it changes when a reader would have to.
const ModelVersion = "yichuang.accounts/1"

// Model is the whole publication as data, every amount with its source.
type Model struct {
	Format      string              `json:"format"`
	Title       string              `json:"title"`
	Year        int                 `json:"year"`
	Department  string              `json:"department"`
	Units       []Unit              `json:"units"`
	Edition     Edition             `json:"edition"`
	Duties      string              `json:"duties"`
	Structure   string              `json:"structure"`
	Template    string              `json:"template"`
	Unit        string              `json:"unit"` // of the amounts' text
	Tables      []ModelTable        `json:"tables"`
	Sections    []narrative.Section `json:"sections"`
	Performance narrative.Section   `json:"performance"`
	Terms       []narrative.Term    `json:"terms"`
	Evaluation  *Evaluation         `json:"evaluation,omitempty"`
	// Rounded are the cells whose printed amount differs from the sum of the printed amounts that it adds up (尾数差额).
	Rounded []statement.Ref `json:"rounded"`
}

// ModelTable is one table.
type ModelTable struct {
	ID      string        `json:"id"`
	Form    string        `json:"form"`
	Title   string        `json:"title"`
	Empty   bool          `json:"empty"`
	Notes   []string      `json:"notes"`
	Columns []ModelColumn `json:"columns"`
	Rows    []ModelRow    `json:"rows"`
}

// ModelColumn is a column of amounts.
type ModelColumn struct {
	No    string   `json:"no"`
	Label string   `json:"label"`
	Group []string `json:"group,omitempty"`
	Side  string   `json:"side,omitempty"`
}

// ModelRow is a row of a table.
type ModelRow struct {
	Key   string      `json:"key"`
	Line  int         `json:"line,omitempty"`
	Code  string      `json:"code,omitempty"`
	Label string      `json:"label"`
	Side  string      `json:"side,omitempty"`
	Cells []ModelCell `json:"cells"`
}

// ModelCell is an amount: as it is printed ("" for a blank), in 分, and where it comes from.
type ModelCell struct {
	Ref     statement.Ref   `json:"ref"`
	Column  string          `json:"column"`
	Text    string          `json:"text"`
	Fen     int64           `json:"fen"`
	Present bool            `json:"present"`
	Rule    string          `json:"rule,omitempty"`
	Terms   []statement.Ref `json:"terms,omitempty"`
	Sources []string        `json:"sources,omitempty"` // the sums of the ledger behind it
}

// Model gives the publication as data.
func (p *Publication) Model() Model {
	m := Model{Format: ModelVersion, Title: p.Title(), Year: p.Year, Department: p.Department, Units: p.Units, Edition: p.Edition, Duties: p.Duties, Structure: p.Structure,
		Template: p.Statement.TemplateID, Unit: p.Statement.Unit, Sections: p.Narrative.Sections, Performance: p.Narrative.Performance, Terms: p.Narrative.Terms, Rounded: p.Statement.Rounded(), Evaluation: p.Evaluation}
	for _, t := range p.Statement.Tables {
		m.Tables = append(m.Tables, modelTable(t))
	}
	return m
}

func modelTable(t *statement.Table) ModelTable {
	out := ModelTable{ID: t.ID, Form: t.Form, Title: t.Title, Empty: t.Empty, Notes: t.Notes}
	for _, c := range t.Spec.Columns {
		out.Columns = append(out.Columns, ModelColumn{No: c.No, Label: c.Label, Group: c.Group, Side: c.Side})
	}
	for _, r := range t.Rows {
		row := ModelRow{Key: r.Key, Line: r.Line, Code: r.Code, Label: r.Label, Side: r.Side, Cells: []ModelCell{}}
		for _, c := range r.Cells {
			_, _, column := c.Ref.Parts()
			row.Cells = append(row.Cells, ModelCell{Ref: c.Ref, Column: column, Text: c.Text(), Fen: int64(c.Fen), Present: c.Present, Rule: c.Rule, Terms: c.Terms, Sources: c.Keys})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func (p *Publication) writeModel(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(p.Model())
}
