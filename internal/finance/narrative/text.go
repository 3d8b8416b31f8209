package narrative

import (
	"bytes"
	_ "embed" // the texts
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"
)

//go:embed texts/standard.yaml
var standard []byte

// Texts are the sentences that a document is made of.
type Texts struct {
	ID       string            `yaml:"id"`
	Name     string            `yaml:"name"`
	Region   string            `yaml:"region"`
	FromYear int               `yaml:"from_year"`
	Parts    map[string]string `yaml:"parts"`
	Sections []struct {
		ID    string `yaml:"id"`
		Title string `yaml:"title"`
		Text  string `yaml:"text"`
	} `yaml:"sections"`
	Performance struct {
		Title string `yaml:"title"`
		Text  string `yaml:"text"`
	} `yaml:"performance"`
	Terms []struct {
		Name string `yaml:"name"`
		Text string `yaml:"text"`
		When string `yaml:"when"` // a source of income without which the term is left out
	} `yaml:"terms"`
	parsed *template.Template
	source string
}

// Source is the text that the texts were read from.
func (t *Texts) Source() string { return t.source }

// StandardID names the texts that the program brings.
const StandardID = "standard"

// Standard gives the texts that the program brings.
func Standard() (*Texts, error) { return ReadTexts(standard) }

// ReadTexts reads texts and checks that every template can be parsed.
func ReadTexts(b []byte) (*Texts, error) {
	t := &Texts{source: string(b)}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(t); err != nil {
		return nil, err
	}
	t.parsed = template.New("").Funcs((&writer{}).funcs()).Option("missingkey=error")
	add := func(name, text string) error {
		_, err := t.parsed.New(name).Parse(text)
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(t.Parts)) {
		if err := add(name, t.Parts[name]); err != nil {
			return nil, err
		}
	}
	for _, s := range t.Sections {
		if err := add("section "+s.ID, s.Text); err != nil {
			return nil, err
		}
	}
	return t, add("performance", t.Performance.Text)
}

// Write makes the document.
func Write(t *Texts, in Input) (*Document, error) {
	w := &writer{in: &in, doc: &Document{TextID: t.ID, Year: in.Year}}
	tpl, err := t.parsed.Clone()
	if err != nil {
		return nil, err
	}
	tpl.Funcs(w.funcs())
	data := newFacts(w)
	run := func(name, id, title string) (Section, error) {
		w.section = title
		var b strings.Builder
		if err := tpl.ExecuteTemplate(&b, name, data); err != nil {
			return Section{}, fmt.Errorf("text %s: %w", name, err)
		}
		return Section{ID: id, Title: title, Paragraphs: w.paragraphs(b.String())}, nil
	}
	for _, s := range t.Sections {
		section, err := run("section "+s.ID, s.ID, s.Title)
		if err != nil {
			return nil, err
		}
		w.doc.Sections = append(w.doc.Sections, section)
	}
	if w.doc.Performance, err = run("performance", "performance", t.Performance.Title); err != nil {
		return nil, err
	}
	for _, term := range t.Terms {
		if term.When == "" || data.hasIncome(term.When) {
			w.doc.Terms = append(w.doc.Terms, Term{term.Name, term.Text})
		}
	}
	return w.doc, nil
}
