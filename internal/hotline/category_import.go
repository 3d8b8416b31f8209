package hotline

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/document/table"
	"yichuang/internal/errs"
)

// CategoryColumns are the columns of a list of categories; the last three may be missing.
var CategoryColumns = []string{"分类代码", "分类名称", "上级代码", "状态", "原代码"}

// CategoryList is a list of categories that a new version of the taxonomy is made of.
type CategoryList struct {
	Title  string // of the version
	Basis  string // document
	Rows   []Category
	Moves  CategoryMoves // old code → the code that carries it on
	Retire bool          // put out of use what is not in the list
}

// ErrCategories refuses a list of categories; its fields name the rows.
var ErrCategories = errs.New(errs.Invalid, "hotline.categories", "事项分类名单有误，全部没有导入。请按提示修改后再导入。")

// maxCategories bounds a list of categories.
const maxCategories = 5000

// ReadCategories reads a list of categories. A category whose parent is not named belongs below the longest code of the
// list that its own begins with. The column 原代码 names old codes that a category carries on.
func ReadCategories(r *table.Reader) (CategoryList, error) {
	l := CategoryList{Moves: CategoryMoves{}}
	if err := r.Need("分类代码", "分类名称"); err != nil {
		return l, err
	}
	rows, err := r.ReadAll()
	if err != nil {
		return l, err
	}
	if len(rows) == 0 || len(rows) > maxCategories {
		return l, ErrCategories.Field("file", "名单应有 1 至 %d 行。", maxCategories)
	}
	e := ErrCategories
	seen := map[string]bool{}
	for _, row := range rows {
		v := row.Values()
		at := fmt.Sprintf("第 %d 行", row.Line)
		c := Category{Code: strings.TrimSpace(v["分类代码"]), Name: strings.TrimSpace(v["分类名称"]), Parent: strings.TrimSpace(v["上级代码"]), Active: v["状态"] != "停用"}
		if why := c.fault(seen); why != "" {
			e = e.Field(at, "%s", why)
		}
		if s := v["状态"]; s != "" && s != "启用" && s != "停用" {
			e = e.Field(at, "状态只能是启用或停用。")
		}
		for _, old := range readMoves(v["原代码"]) {
			if l.Moves[old] != "" {
				e = e.Field(at, "原代码 %s 已对应到 %s，一个原代码只能对应一个新代码。", old, l.Moves[old])
			}
			l.Moves[old] = c.Code
		}
		seen[c.Code] = true
		l.Rows = append(l.Rows, c)
	}
	for i := range l.Rows {
		c := &l.Rows[i]
		if c.Parent == "" {
			c.Parent = parentCode(c.Code, seen)
		} else if !seen[c.Parent] || !strings.HasPrefix(c.Code, c.Parent) || c.Parent == c.Code {
			e = e.Field(c.Code, "上级代码 %s 不在名单中，或不是 %s 的开头部分。", c.Parent, c.Code)
		}
	}
	return l, e.OrNil()
}

func (c *Category) fault(seen map[string]bool) string {
	letter := func(r rune) bool { return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }
	switch {
	case c.Code == "" || len(c.Code) > 20 || strings.ContainsFunc(c.Code, func(r rune) bool { return !letter(r) }):
		return "分类代码应是 1 至 20 位数字或字母。"
	case seen[c.Code]:
		return "分类代码 " + c.Code + " 重复。"
	case c.Name == "" || utf8.RuneCountInString(c.Name) > maxShort:
		return fmt.Sprintf("分类名称应是 1 至 %d 个字。", maxShort)
	}
	return ""
}

func parentCode(code string, codes map[string]bool) string {
	for n := len(code) - 1; n > 0; n-- {
		if codes[code[:n]] {
			return code[:n]
		}
	}
	return ""
}

// CategoryImport is what a list does, or did, to the centre's categories.
type CategoryImport struct {
	Version                       int64 // that it makes; 0 where nothing changes
	Added, Renamed, Changed, Same int
	Retired                       int              // were in use and no longer are
	Moved                         int              // old codes with a code that carries them on
	Rules                         int              // lines of the dispatch catalogue that follow
	Lines                         []CategoryChange // what changes, by code
	Lost                          []CategoryChange // put out of use with nothing to carry them on
	save                          []Category
	moves                         CategoryMoves
}

// CategoryChange is one code with what becomes of it.
type CategoryChange struct {
	Code string `json:"code"`
	Name string `json:"name"`
	What string `json:"what"`          // 新增, 改名, 修改, 停用
	Was  string `json:"was,omitempty"` // the old name, or what it is carried on by
}

// planCategories finds what must be written so that the centre has the list. It refuses moves that cannot be: of codes
// that stay in use, to codes that are not, from codes that nobody knows, or in a ring.
func planCategories(have []Category, moves CategoryMoves, l CategoryList, version int64) (CategoryImport, error) {
	out := CategoryImport{moves: CategoryMoves{}}
	old := map[string]Category{}
	for _, c := range have {
		old[c.Code] = c
	}
	active := map[string]bool{}
	for _, c := range l.Rows {
		was, known := old[c.Code]
		c.CentreID, c.Since, c.RetiredIn = was.CentreID, was.Since, was.RetiredIn
		active[c.Code] = c.Active
		if !known {
			c.Since = version
		}
		switch {
		case c.Active:
			c.RetiredIn = 0
		case !known || was.Active:
			c.RetiredIn = version
		}
		out.note(c, was, known)
	}
	for _, c := range have {
		if _, listed := active[c.Code]; listed {
			continue
		}
		if active[c.Code] = c.Active && !l.Retire; l.Retire && c.Active {
			was := c
			c.Active, c.RetiredIn = false, version
			out.note(c, was, true)
		}
	}
	if err := out.move(l.Moves, moves, old, active); err != nil {
		return out, err
	}
	if out.Added+out.Renamed+out.Changed+out.Retired+out.Moved > 0 {
		out.Version = version
	}
	return out, nil
}

// note counts one code and keeps it for writing.
func (out *CategoryImport) note(c, was Category, known bool) {
	line := CategoryChange{Code: c.Code, Name: c.Name}
	switch {
	case known && c == was:
		out.Same++
		return
	case !known:
		out.Added++
		line.What = "新增"
	case was.Active && !c.Active:
		out.Retired++
		line.What = "停用"
	case c.Name != was.Name:
		out.Renamed++
		line.What, line.Was = "改名", was.Name
	default:
		out.Changed++
		line.What = "修改"
	}
	out.Lines = append(out.Lines, line)
	out.save = append(out.save, c)
}

// move takes the list's moves in.
func (out *CategoryImport) move(wanted, known CategoryMoves, old map[string]Category, active map[string]bool) error {
	e := ErrCategories
	all := CategoryMoves{}
	for from, to := range known {
		if !active[from] {
			all[from] = to
		}
	}
	for from, to := range wanted {
		switch _, there := old[from]; {
		case !there:
			e = e.Field(from, "原代码 %s 从来没有用过，请核对。", from)
		case active[from]:
			e = e.Field(from, "原代码 %s 还在用，不能对应到别的代码。", from)
		case !active[to]:
			e = e.Field(from, "原代码 %s 对应的 %s 没有启用。", from, to)
		case known[from] != to:
			out.moves[from] = to
			out.Moved++
		}
		all[from] = to
	}
	if at := all.rings(); at != "" {
		e = e.Field(at, "原代码 %s 的对应关系绕成了一圈。", at)
	}
	for i := range out.Lines {
		line := &out.Lines[i]
		if line.What != "停用" {
			continue
		}
		if line.Was = all[line.Code]; line.Was == "" {
			out.Lost = append(out.Lost, *line)
		}
	}
	slices.SortFunc(out.Lines, func(a, b CategoryChange) int { return strings.Compare(a.Code, b.Code) })
	return e.OrNil()
}
