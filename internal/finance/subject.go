package finance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/store"
)

// subjectRow is an imported subject.
type subjectRow struct {
	CentreID string        `db:"centre_id"`
	Year     int           `db:"year"`
	Scheme   fiscal.Scheme `db:"scheme"`
	Code     string        `db:"code"`
	Name     string        `db:"name"`
}

var subjectColumns = store.Columns[subjectRow]("")

// ErrSubjects refuses a list of subjects; its fields name the lines.
var ErrSubjects = errs.New(errs.Invalid, "finance.subjects", "科目表有几行需要改正，没有导入。请按提示修改。")

// ReadSubjects reads a list of subjects (年度科目): two columns, 科目代码 and 科目名称.
func ReadSubjects(r *table.Reader, scheme fiscal.Scheme) ([]fiscal.Subject, error) {
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	e := ErrSubjects
	var out []fiscal.Subject
	seen := map[string]bool{}
	for _, row := range rows {
		v := row.Values()
		s := fiscal.Subject{Scheme: scheme, Code: strings.ReplaceAll(v["科目代码"], " ", ""), Name: strings.ReplaceAll(v["科目名称"], " ", ""), Confirmed: true}
		switch {
		case s.Code == "" && s.Name == "":
			continue
		case !scheme.Shaped(s.Code):
			e = e.Field("file", "第 %d 行：代码“%s”不是%s的代码。", row.Line, s.Code, scheme.Label())
		case s.Name == "" || utf8.RuneCountInString(s.Name) > 60:
			e = e.Field("file", "第 %d 行：科目名称为空或超过 60 个字。", row.Line)
		case seen[s.Code]:
			e = e.Field("file", "第 %d 行：代码 %s 重复。", row.Line, s.Code)
		}
		seen[s.Code] = true
		if out = append(out, s); len(e.Fields) >= 20 {
			break
		}
	}
	if len(out) == 0 {
		e = e.Field("file", "没有读到科目。表头应有“科目代码”和“科目名称”。")
	}
	return out, e.OrNil()
}

// SubjectColumns are the columns that a list of subjects has.
func SubjectColumns() []string { return []string{"科目代码", "科目名称"} }

// SubjectList (科目表) is a list of subjects that was imported.
type SubjectList struct {
	CentreID string        `db:"centre_id" json:"-"`
	Year     int           `db:"year" json:"year"`
	ID       string        `db:"id" json:"id"`
	Scheme   fiscal.Scheme `db:"scheme" json:"scheme"`
	File     string        `db:"file" json:"file"`
	Subjects int64         `db:"subjects" json:"subjects"`
	Renamed  int64         `db:"renamed" json:"renamed"`
	Added    int64         `db:"added" json:"added"`
	At       clock.Instant `db:"at" json:"at"`
	By       string        `db:"by_user" json:"by"`
}

// compare counts what a list changes of a dictionary.
func (l *SubjectList) compare(codes *fiscal.Dictionary, list []fiscal.Subject) {
	for _, s := range list {
		old, known := codes.Find(s.Scheme, s.Code)
		switch {
		case !known:
			l.Added++
		case old.Name != s.Name:
			l.Renamed++
		}
	}
	l.Subjects = int64(len(list))
}

// SubjectLists gives the lists of subjects that were imported for a year, the newest first.
func (m *Module) SubjectLists(ctx context.Context, year int) ([]SubjectList, error) {
	var out []SubjectList
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		out, err = store.Select[SubjectList](tx, "SELECT "+store.Columns[SubjectList]("")+" FROM finance_subject_list WHERE centre_id = $1 AND year = $2 ORDER BY id DESC LIMIT 20", b.CentreID, year)
		return err
	})
	return out, err
}

// ImportSubjects takes a list of subjects for a year from a file; a code that was there gets the new name.
func (m *Module) ImportSubjects(ctx context.Context, year int, file string, list []fiscal.Subject) error {
	a := actor.From(ctx)
	return m.change(ctx, PermCodes, year, func(tx *store.Tx, b *Book) error {
		if err := requireDraft(tx, b); err != nil {
			return err
		}
		known := map[string]bool{}
		codes, err := dictionary(tx, a.CentreID, year)
		if err != nil {
			return err
		}
		for _, s := range list {
			known[string(s.Scheme)+s.Code] = true
		}
		e := ErrSubjects
		for _, s := range list {
			if p := fiscal.Parent(s.Code); p != "" && !known[string(s.Scheme)+p] {
				if _, ok := codes.Find(s.Scheme, p); !ok {
					e = e.Field("file", "%s %s 没有上级科目 %s。", s.Code, s.Name, p)
				}
			}
			err := tx.Queue(`INSERT INTO finance_subject (centre_id, year, scheme, code, name) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (centre_id, year, scheme, code) DO UPDATE SET name = excluded.name`, a.CentreID, year, s.Scheme, s.Code, s.Name)
			if err != nil {
				return err
			}
		}
		if err := e.OrNil(); err != nil {
			return err
		}
		if len(list) > 0 {
			row := SubjectList{CentreID: a.CentreID, Year: year, ID: tx.NewID(), Scheme: list[0].Scheme, File: cut(file, 200), At: tx.Now(), By: a.UserID}
			row.compare(codes, list)
			if err := store.Insert(tx, "finance_subject_list", row); err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Entry{Action: "finance.subjects", Permission: PermCodes, Kind: "book", Object: bookObject(year), Detail: map[string]any{"subjects": len(list)}})
	})
}

// Subjects gives the dictionary of a year.
func (m *Module) Subjects(ctx context.Context, year int) (*fiscal.Dictionary, error) {
	var out *fiscal.Dictionary
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		out, err = dictionary(tx, b.CentreID, year)
		return err
	})
	return out, err
}

// Project (项目) is something that money is set aside for.
type Project struct {
	CentreID string `db:"centre_id" json:"-"`
	Year     int    `db:"year" json:"year"`
	Code     string `db:"code" json:"code"`
	Name     string `db:"name" json:"name"`
}

// Refusals about projects.
var ErrProjectInput = errs.New(errs.Invalid, "finance.project_input", "项目有几处需要改正，没有保存。请按提示修改。")

var projectColumns = store.Columns[Project]("")

// isProjectCode reports whether a text may be the code of a project: files name projects as “code name”, so a code has no
// spaces.
func isProjectCode(code string) bool {
	return code != "" && len(code) <= 30 && strings.Trim(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-") == ""
}

// SaveProject adds a project, or renames it.
func (m *Module) SaveProject(ctx context.Context, year int, code, name string) error {
	code, name = strings.TrimSpace(code), strings.TrimSpace(name)
	e := ErrProjectInput
	if !isProjectCode(code) {
		e = e.Field("code", "请填写项目代码：字母、数字和短横线，30 个字符以内。")
	}
	if name == "" || utf8.RuneCountInString(name) > 100 {
		e = e.Field("name", "请填写项目名称，100 个字以内。")
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	return m.change(ctx, PermBudget, year, func(tx *store.Tx, b *Book) error {
		if err := requireDraft(tx, b); err != nil {
			return err
		}
		err := tx.Queue("INSERT INTO finance_project (centre_id, year, code, name) VALUES ($1, $2, $3, $4) ON CONFLICT (centre_id, year, code) DO UPDATE SET name = excluded.name", b.CentreID, year, code, name)
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.project", Permission: PermBudget, Kind: "book", Object: bookObject(year), Detail: map[string]any{"code": code}})
	})
}

// Projects lists the projects of a year by code.
func (m *Module) Projects(ctx context.Context, year int) ([]Project, error) {
	var out []Project
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		out, err = projectsTx(tx, b)
		return err
	})
	return out, err
}

func projectsTx(tx *store.Tx, b *Book) ([]Project, error) {
	return store.Select[Project](tx, "SELECT "+projectColumns+" FROM finance_project WHERE centre_id = $1 AND year = $2 ORDER BY code", b.CentreID, b.Year)
}

// projectName finds the name of a project; its code where there is none.
func projectName(list []Project, code string) string {
	if i := slices.IndexFunc(list, func(p Project) bool { return p.Code == code }); i >= 0 {
		return list[i].Name
	}
	return fmt.Sprintf("项目 %s", code)
}
