package narrative

import (
	"yichuang/internal/finance/statement"
	"yichuang/internal/money"
)

// Figure (数据) is a number of the text with where it came from.
type Figure struct {
	Text string        `json:"text"`
	Fen  money.Fen     `json:"fen,omitempty"`
	Ref  statement.Ref `json:"ref,omitempty"` // the cell that it is, "" where it is none
	Rule string        `json:"rule"`          // how it was computed, in Chinese
}

// Span is a piece of a paragraph: plain text, a figure, or a reason.
type Span struct {
	Text   string  `json:"text"`
	Figure *Figure `json:"figure,omitempty"`
	// Ask is the key of the reason that stands here; Missing where nobody has written it yet.
	Ask     string `json:"ask,omitempty"`
	Missing bool   `json:"missing,omitempty"`
}

// Paragraph is one paragraph or sub-heading.
type Paragraph struct {
	Heading bool   `json:"heading,omitempty"`
	Spans   []Span `json:"spans"`
}

// Text is the paragraph without its bindings.
func (p Paragraph) Text() string {
	out := ""
	for _, s := range p.Spans {
		out += s.Text
	}
	return out
}

// Section (说明) is one numbered section.
type Section struct {
	ID         string      `json:"id"`
	Title      string      `json:"title"`
	Paragraphs []Paragraph `json:"paragraphs"`
}

// Text is the section's paragraphs, one a line.
func (s Section) Text() string {
	out := ""
	for i, p := range s.Paragraphs {
		if i > 0 {
			out += "\n"
		}
		out += p.Text()
	}
	return out
}

// Ask (差异原因) is a difference whose reason people must give.
type Ask struct {
	Key     string    `json:"key"`
	Section string    `json:"section"`
	Subject string    `json:"subject"` // what differs
	Diff    money.Fen `json:"diff"`
	Against string    `json:"against"` // 上年决算数, 年初预算数, 全年预算数
	Reason  string    `json:"reason"`
	// Driver is the component that moved most, with its share of the movement; "" where components are not known.
	Driver string `json:"driver,omitempty"`
	// Warning says that the reason names nothing of what moved most.
	Warning string `json:"warning,omitempty"`
}

// Term (名词解释) is a word that the text explains.
type Term struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Document (决算情况说明) is the whole text.
type Document struct {
	TextID      string    `json:"text"`
	Year        int       `json:"year"`
	Sections    []Section `json:"sections"`
	Performance Section   `json:"performance"`
	Terms       []Term    `json:"terms"`
	Asks        []Ask     `json:"asks"`
	Gaps        []string  `json:"gaps,omitempty"` // what the books still lack for the text
}

// Missing counts the reasons that nobody has written.
func (d *Document) Missing() int {
	n := 0
	for _, a := range d.Asks {
		if a.Reason == "" {
			n++
		}
	}
	return n
}

// Section finds a section by its id.
func (d *Document) Section(id string) *Section {
	for i := range d.Sections {
		if d.Sections[i].ID == id {
			return &d.Sections[i]
		}
	}
	return nil
}
