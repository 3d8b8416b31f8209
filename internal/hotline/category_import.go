package hotline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// CategoryColumns are the columns of a list of categories; the last two may be missing.
var CategoryColumns = []string{"分类代码", "分类名称", "上级代码", "状态"}

// CategoryImport is what a list did to the centre's categories.
type CategoryImport struct {
	Added, Changed, Same int
	Retired              int // were in use and are not in the list
}

// ErrCategories refuses a list of categories; its fields name the rows.
var ErrCategories = errs.New(errs.Invalid, "hotline.categories", "事项分类名单有误，全部没有导入。请按提示修改后再导入。")

// maxCategories bounds a list of categories.
const maxCategories = 5000

// ReadCategories reads a list of categories. A category whose parent is not named belongs below the longest code of the
// list that its own begins with.
func ReadCategories(r *table.Reader) ([]Category, error) {
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || len(rows) > maxCategories {
		return nil, ErrCategories.Field("file", "名单应有 1 至 %d 行。", maxCategories)
	}
	e := ErrCategories
	list := make([]Category, 0, len(rows))
	seen := map[string]bool{}
	for _, row := range rows {
		v := row.Values()
		c := Category{Code: strings.TrimSpace(v["分类代码"]), Name: strings.TrimSpace(v["分类名称"]), Parent: strings.TrimSpace(v["上级代码"]), Active: v["状态"] != "停用"}
		if why := c.fault(seen); why != "" {
			e = e.Field(fmt.Sprintf("第 %d 行", row.Line), "%s", why)
		}
		if s := v["状态"]; s != "" && s != "启用" && s != "停用" {
			e = e.Field(fmt.Sprintf("第 %d 行", row.Line), "状态只能是启用或停用。")
		}
		seen[c.Code] = true
		list = append(list, c)
	}
	for i := range list {
		c := &list[i]
		if c.Parent == "" {
			c.Parent = parentCode(c.Code, seen)
		} else if !seen[c.Parent] || !strings.HasPrefix(c.Code, c.Parent) || c.Parent == c.Code {
			e = e.Field(c.Code, "上级代码 %s 不在名单中，或不是 %s 的开头部分。", c.Parent, c.Code)
		}
	}
	return list, e.OrNil()
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

// ImportCategories adds and changes the centre's categories by a list that ReadCategories has read. With retire, what is
// not in the list is put out of use (停用); tickets keep their category.
func (m *Module) ImportCategories(ctx context.Context, list []Category, retire bool) (CategoryImport, error) {
	a := actor.From(ctx)
	var out CategoryImport
	if err := a.Require(PermRule); err != nil {
		return out, err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		have, err := store.Select[Category](tx, "SELECT "+store.Columns[Category]("")+" FROM hotline_category WHERE centre_id = $1", a.CentreID)
		if err != nil {
			return err
		}
		var save []Category
		save, out = planCategories(have, list, retire)
		for _, c := range save {
			if err := tx.Queue(`INSERT INTO hotline_category (centre_id, code, name, parent, active) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (centre_id, code) DO UPDATE SET name = excluded.name, parent = excluded.parent, active = excluded.active`,
				a.CentreID, c.Code, c.Name, c.Parent, c.Active); err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.category_change", Permission: PermRule, Kind: "category", Object: a.CentreID,
			Detail: map[string]any{"added": out.Added, "changed": out.Changed, "retired": out.Retired}})
	})
	return out, err
}

// planCategories lists what must be written so that the centre has the list.
func planCategories(have, list []Category, retire bool) (save []Category, out CategoryImport) {
	old := map[string]Category{}
	for _, c := range have {
		old[c.Code] = c
	}
	for _, c := range list {
		was, ok := old[c.Code]
		c.CentreID = was.CentreID
		switch {
		case !ok:
			out.Added++
		case was == c:
			out.Same++
			continue
		default:
			out.Changed++
		}
		save = append(save, c)
	}
	for _, c := range have {
		listed := slices.ContainsFunc(list, func(l Category) bool { return l.Code == c.Code })
		if retire && c.Active && !listed {
			c.Active = false
			out.Retired++
			save = append(save, c)
		}
	}
	return save, out
}
