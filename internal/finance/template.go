package finance

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/statement"
	"yichuang/internal/store"
)

// TemplateKind is what a Template lays down.
type TemplateKind string

// The kinds.
const (
	Layout TemplateKind = "layout" // 版式: the nine tables, package statement
	Texts  TemplateKind = "texts"  // 说明文本: the sentences, package narrative
)

// TemplateKinds lists the kinds.
func TemplateKinds() []TemplateKind { return []TemplateKind{Layout, Texts} }

// Label is the kind's Chinese name.
func (k TemplateKind) Label() string {
	return map[TemplateKind]string{Layout: "表的版式", Texts: "说明文本"}[k]
}

// Template (范本) is a version of a layout or of texts. Those of the program have no version; a centre adds its own, for
// its region and from a year on, without a new program. A version is never changed: a book keeps the one that it chose.
type Template struct {
	CentreID string        `db:"centre_id" json:"-"`
	Kind     TemplateKind  `db:"kind" json:"kind"`
	Name     string        `db:"name" json:"name"` // its id, as the file says
	Version  int64         `db:"version" json:"version"`
	Title    string        `db:"title" json:"title"`
	Region   string        `db:"region" json:"region"`
	FromYear int           `db:"from_year" json:"from_year"`
	Source   string        `db:"source" json:"source,omitempty"`
	At       clock.Instant `db:"at" json:"at,omitzero"`
	By       string        `db:"by_user" json:"by,omitempty"`
}

// versionMark stands between the name and the version of a key.
const versionMark = "@"

// Key is what a book remembers: the name, and the version of what a centre added.
func (t *Template) Key() string {
	if t.Version == 0 {
		return t.Name
	}
	return t.Name + versionMark + strconv.FormatInt(t.Version, 10)
}

// BuiltIn reports whether the program brings it.
func (t *Template) BuiltIn() bool { return t.Version == 0 }

// Refusals about templates.
var (
	ErrTemplateFile    = errs.New(errs.Invalid, "finance.template_file", "范本有几处需要改正，没有保存。请按提示修改文件后再试。")
	ErrTemplateMissing = errs.New(errs.NotFound, "finance.template_missing", "没有这个范本，或您无权查看。")
	ErrTemplateSame    = errs.New(errs.Conflict, "finance.template_same", "内容与最新的一版完全相同，没有另存。")
	ErrTemplateTaken   = errs.New(errs.Conflict, "finance.template_taken", "程序自带的范本已经用了这个 id，没有保存。请在文件里换一个 id。")
)

// maxTemplate bounds a file: the program's own have 15,000 bytes.
const maxTemplate = 256 << 10

var templateColumns = store.Columns[Template]("")

// ReadTemplate reads and checks the file of a template, with a trial on an invented ledger; what is wrong is said in Chinese,
// a line for each.
func ReadTemplate(kind TemplateKind, source []byte) (Template, error) {
	out := Template{Kind: kind, Source: string(source)}
	e := ErrTemplateFile
	if len(source) > maxTemplate {
		return out, e.Field("file", "文件超过 %d KB。", maxTemplate>>10)
	}
	var problems []string
	switch kind {
	case Layout:
		var t *statement.Template
		if t, problems = statement.CheckTemplate(source); t != nil {
			out.Name, out.Title, out.Region, out.FromYear = t.ID, t.Name, t.Region, t.FromYear
		}
	case Texts:
		var t *narrative.Texts
		if t, problems = narrative.CheckTexts(source); t != nil {
			out.Name, out.Title, out.Region, out.FromYear = t.ID, t.Name, t.Region, t.FromYear
		}
	default:
		return out, e.Field("kind", "请选择是表的版式还是说明文本。")
	}
	for _, p := range problems {
		e = e.Field("file", "%s", p)
	}
	return out, e.OrNil()
}

// AddTemplate adds a template, or the next version of one.
func (m *Module) AddTemplate(ctx context.Context, kind TemplateKind, source []byte) (Template, error) {
	a := actor.From(ctx)
	if err := a.Require(PermTemplate); err != nil {
		return Template{}, err
	}
	t, err := ReadTemplate(kind, source)
	if err != nil {
		return t, err
	}
	for _, own := range builtIn(kind) {
		if own.Name == t.Name {
			return t, ErrTemplateTaken
		}
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		last, err := store.Select[Template](tx, "SELECT "+templateColumns+" FROM finance_template WHERE centre_id = $1 AND kind = $2 AND name = $3 ORDER BY version DESC LIMIT 1", a.CentreID, kind, t.Name)
		if err != nil {
			return err
		}
		t.CentreID, t.Version, t.At, t.By = a.CentreID, 1, tx.Now(), a.UserID
		if len(last) > 0 {
			if last[0].Source == t.Source {
				return ErrTemplateSame.Say("内容与第 %d 版完全相同，没有另存。", last[0].Version)
			}
			t.Version = last[0].Version + 1
		}
		if err := store.Insert(tx, "finance_template", t); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.template", Permission: PermTemplate, Kind: "template", Object: t.Key(), Detail: map[string]any{"kind": kind, "from_year": t.FromYear, "bytes": len(source)}})
	})
	return t, err
}

// builtIn lists what the program brings.
func builtIn(kind TemplateKind) []Template {
	var out []Template
	if kind == Layout {
		list, err := statement.Templates()
		for _, t := range list {
			if err == nil {
				out = append(out, Template{Kind: Layout, Name: t.ID, Title: t.Name, Region: t.Region, FromYear: t.FromYear, Source: t.Source()})
			}
		}
		return out
	}
	if t, err := narrative.Standard(); err == nil {
		out = append(out, Template{Kind: Texts, Name: t.ID, Title: t.Name, Region: t.Region, FromYear: t.FromYear, Source: t.Source()})
	}
	return out
}

// Templates lists the templates of a kind without their source: the program's own first, then the centre's, the newest
// version of each first. Whoever reads the books may see them.
func (m *Module) Templates(ctx context.Context, kind TemplateKind) ([]Template, error) {
	a := actor.From(ctx)
	if a.Require(PermTemplate) != nil {
		if err := a.Require(PermRead); err != nil {
			return nil, err
		}
	}
	out := builtIn(kind)
	for i := range out {
		out[i].Source = ""
	}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		columns := strings.Replace(templateColumns, "source, ", "'' AS source, ", 1)
		own, err := store.Select[Template](tx, "SELECT "+columns+" FROM finance_template WHERE centre_id = $1 AND kind = $2 ORDER BY name, version DESC", a.CentreID, kind)
		out = append(out, own...)
		return err
	})
	return out, err
}

// Template gives a template with its source, to be read or to begin another from.
func (m *Module) Template(ctx context.Context, kind TemplateKind, key string) (Template, error) {
	a := actor.From(ctx)
	if a.Require(PermTemplate) != nil {
		if err := a.Require(PermRead); err != nil {
			return Template{}, err
		}
	}
	var out Template
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = templateTx(tx, a.CentreID, kind, key)
		return err
	})
	return out, err
}

func templateTx(tx *store.Tx, centre string, kind TemplateKind, key string) (Template, error) {
	name, version, own := strings.Cut(key, versionMark)
	if !own {
		for _, t := range builtIn(kind) {
			if t.Name == key {
				return t, nil
			}
		}
		return Template{}, ErrTemplateMissing
	}
	n, err := strconv.ParseInt(version, 10, 64)
	if err != nil {
		return Template{}, ErrTemplateMissing
	}
	t, err := store.Get[Template](tx, "SELECT "+templateColumns+" FROM finance_template WHERE centre_id = $1 AND kind = $2 AND name = $3 AND version = $4", centre, kind, name, n)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrTemplateMissing
	}
	return t, err
}

// layoutTx gives the layout of a key.
func layoutTx(tx *store.Tx, centre, key string) (*statement.Template, error) {
	if !strings.Contains(key, versionMark) {
		t, err := statement.FindTemplate(key)
		if errors.Is(err, statement.ErrNoTemplate) {
			err = ErrTemplateMissing
		}
		return t, err
	}
	t, err := templateTx(tx, centre, Layout, key)
	if err != nil {
		return nil, err
	}
	out, err := statement.ReadTemplate([]byte(t.Source))
	if err != nil {
		return nil, fmt.Errorf("layout %s: %w", key, err)
	}
	return out, nil
}

// textsOf gives the sentences of a key.
func textsOf(tx *store.Tx, centre, key string) (*narrative.Texts, error) {
	if key == narrative.StandardID {
		return narrative.Standard()
	}
	t, err := templateTx(tx, centre, Texts, key)
	if err != nil {
		return nil, err
	}
	out, err := narrative.ReadTexts([]byte(t.Source))
	if err != nil {
		return nil, fmt.Errorf("texts %s: %w", key, err)
	}
	return out, nil
}
