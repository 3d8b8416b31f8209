package workforce

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// The columns of a list of postings (派驻名单); those after 到岗日期 may be missing.
const (
	colUser   = "用户名"
	colUnit   = "单位"
	colPost   = "岗位"
	colShift  = "班次"
	colKind   = "编制类型"
	colFrom   = "到岗日期"
	colChief  = "首席代表"
	colPaper  = "任命书"
	colLetter = "授权书"
	colGrade  = "职级"
)

// ImportColumns lists the columns of a list of postings in the order of its form.
func ImportColumns() []string {
	return []string{colUser, colUnit, colPost, colShift, colKind, colFrom, colChief, colPaper, colLetter, colGrade}
}

// ErrImport refuses a list, naming the lines.
var ErrImport = errs.New(errs.Invalid, "workforce.import", "名单里有几行需要改正，没有导入。请改正后重新上传。")

// PostingLine is one line of a list of postings.
type PostingLine struct {
	Line   int
	Values map[string]string
}

// maxImport bounds a list.
const maxImport = 2000

// ReadPostings reads a list of postings from CSV or XLSX.
func ReadPostings(name string, file io.ReaderAt, size int64) ([]PostingLine, error) {
	r, err := table.Open(name, file, size, table.Options{Expect: ImportColumns()})
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // only read
	if err := r.Need(colUser, colUnit, colPost, colShift, colKind, colFrom); err != nil {
		return nil, err
	}
	var out []PostingLine
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if len(out) == maxImport {
			return nil, ErrImport.Say("名单超过 %d 行，没有导入。请分成几个文件。", maxImport)
		}
		out = append(out, PostingLine{row.Line, row.Values()})
	}
}

// ImportPostings posts everybody on a list, or nobody: a line that does not fit refuses the whole, with what is wrong about
// it. Posts must exist; people are named by their user names.
func (m *Module) ImportPostings(ctx context.Context, lines []PostingLine) (int, error) {
	a := actor.From(ctx)
	if err := a.Require(PermStaffChange); err != nil {
		return 0, err
	}
	if len(lines) == 0 {
		return 0, ErrImport.Say("名单里没有人员，没有导入。")
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		known, err := m.lists(tx, a.CentreID)
		if err != nil {
			return err
		}
		e := ErrImport
		for _, l := range lines {
			in, err := known.read(tx, m.org, a.CentreID, &l)
			if err == nil {
				_, err = m.assign(tx, a, in)
			}
			var refused *errs.Error
			if errors.As(err, &refused) && refused.Kind == errs.Invalid {
				e = e.Field(fmt.Sprintf("line.%d", l.Line), "第 %d 行：%s", l.Line, reasonOf(refused))
				if len(e.Fields) >= 20 {
					break
				}
				continue
			}
			if err != nil {
				return err
			}
		}
		if err := e.OrNil(); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.posting_import", Permission: PermStaffChange, Kind: "workforce_posting", Object: "all", Detail: map[string]any{"lines": len(lines)}})
	})
	if err != nil {
		return 0, err
	}
	return len(lines), nil
}

func reasonOf(e *errs.Error) string {
	if len(e.Fields) == 0 {
		return e.Public
	}
	parts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = f.Public
	}
	return strings.Join(parts, "")
}

// lists are what the names on a list are looked up in.
type lists struct {
	posts  map[string]Post // by unit id and name
	shifts map[string]string
}

func (m *Module) lists(tx *store.Tx, centre string) (*lists, error) {
	l := &lists{posts: map[string]Post{}, shifts: map[string]string{}}
	posts, err := store.Select[Post](tx, "SELECT "+store.Columns[Post]("")+" FROM workforce_post WHERE centre_id = $1 AND active", centre)
	if err != nil {
		return nil, err
	}
	for _, p := range posts {
		l.posts[p.UnitID+"/"+p.Name] = p
	}
	shifts, err := shiftsOf(tx, centre)
	for _, s := range shifts {
		l.shifts[s.Name] = s.ID
	}
	return l, err
}

// read turns a line into a posting.
func (l *lists) read(tx *store.Tx, o *org.Module, centre string, line *PostingLine) (PostingInput, error) {
	v := func(col string) string { return strings.TrimSpace(line.Values[col]) }
	in := PostingInput{Appointment: v(colPaper), Authorization: v(colLetter), ShiftID: l.shifts[v(colShift)]}
	switch v(colChief) {
	case "是", "1", "Y", "y", "✓":
		in.Chief = true
	}
	user, err := store.Get[string](tx, "SELECT id FROM org_user WHERE centre_id = $1 AND username = $2", centre, strings.ToLower(v(colUser)))
	if err != nil {
		return in, ErrInput.Field("user", "没有用户名“%s”。", v(colUser))
	}
	unit, err := store.Select[string](tx, "SELECT id FROM org_unit WHERE centre_id = $1 AND (name = $2 OR short_name = $2) LIMIT 2", centre, v(colUnit))
	if err != nil || len(unit) != 1 {
		return in, ErrInput.Field("unit", "没有单位“%s”，或有两个同名。", v(colUnit))
	}
	post, ok := l.posts[unit[0]+"/"+v(colPost)]
	if !ok {
		return in, ErrInput.Field("post", "“%s”没有岗位“%s”。", v(colUnit), v(colPost))
	}
	if in.ShiftID == "" {
		return in, ErrInput.Field("shift", "没有班次“%s”。", v(colShift))
	}
	for _, e := range Employments() {
		if e.Label() == v(colKind) {
			in.Employment = e
		}
	}
	for _, g := range Grades() {
		if g.Label() == v(colGrade) {
			in.Grade = g
		}
	}
	if v(colGrade) != "" && in.Grade == "" {
		return in, ErrInput.Field("grade", "职级“%s”不在列表中：科员及以下、股级、副科级、科级及以上。", v(colGrade))
	}
	if in.From, err = clock.ParseDate(v(colFrom)); err != nil {
		return in, ErrInput.Field("from", "“%s”不是日期，请写成 2026-05-14。", v(colFrom))
	}
	in.UserID, in.PostID = user, post.ID
	return in, in.check()
}
