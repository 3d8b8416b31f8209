// Package examine keeps the audits of published final accounts (决算审核): a document that somebody uploads, or what the
// centre itself publishes, is read by package reader, audited by package check, and kept with its findings, on which
// people decide.
//
// An Examination belongs to one content, known by its hash. The same content again keeps what was decided; another
// content of the same organisation and year replaces it: waivers fall, and what is no longer found counts as mended.
package examine

import (
	"embed"
	"sync"

	"yichuang/internal/document/pdf"
	"yichuang/internal/finance"
	"yichuang/internal/finance/check"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/store"
)

// Migrations make the tables of examinations.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the use cases of examinations.
type Module struct {
	db      *store.DB
	finance *finance.Module
	pdf     *pdf.Reader
	tools   func() (tools, error) // made by the first examination
}

// tools are the compiled rules and the codes by which documents are read.
type tools struct {
	rules    *check.Rules
	policies []*check.Policy
	codes    *fiscal.Dictionary
}

// New makes the module. Rules are compiled by the first examination, and the PDF reader is started by the first PDF.
func New(db *store.DB, f *finance.Module) *Module {
	return &Module{db: db, finance: f, pdf: pdf.NewReader("", pdf.Limits{}), tools: sync.OnceValues(newTools)}
}

func newTools() (t tools, err error) {
	if t.rules, err = check.BuiltIn(); err != nil {
		return t, err
	}
	if t.policies, err = check.Policies(); err != nil {
		return t, err
	}
	subjects, err := fiscal.BuiltIn()
	t.codes = fiscal.NewDictionary(fiscal.BuiltInYear, fiscal.BuiltInYear, subjects)
	return t, err
}

// Policies lists the ways of scoring that an examination can apply, the default first.
func (m *Module) Policies() ([]*check.Policy, error) {
	t, err := m.tools()
	return t.policies, err
}

// RuleName is what people call a rule.
func (m *Module) RuleName(id string) string {
	if t, err := m.tools(); err == nil {
		return t.rules.Name(id)
	}
	return id
}

// Close ends the PDF reader.
func (m *Module) Close() error { return m.pdf.Close() }
