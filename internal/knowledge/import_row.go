package knowledge

import (
	"errors"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// importRun is one pass over a list.
type importRun struct {
	m       *Module
	tx      *store.Tx
	a       *actor.Actor
	publish bool
	seen    map[string]int // number or title → line
}

// row imports one row: a new entry, a new version of one, or nothing where it says what is there already.
func (run *importRun) row(r ListRow) (Verdict, []string, error) {
	old, found, err := run.match(r)
	if err != nil {
		return "", nil, err
	}
	key := old.ID
	if !found {
		key = r.Cells["标题"]
	}
	if before, twice := run.seen[key]; twice {
		return "", nil, ErrInput.Field("title", "与第 %d 行是同一条。", before)
	}
	run.seen[key] = r.Line
	if found && old.Stage != NoStage {
		return "", nil, ErrInput.Field("title", "条目 %s 正在%s，请先办完或放弃那一次修改。", old.No, old.Stage.Label())
	}
	was := Version{}
	if found {
		n := max(old.LiveN, old.LastN)
		if was, err = loadVersion(run.tx, old.CentreID, old.ID, n); err != nil {
			return "", nil, err
		}
	}
	in, err := run.content(r, was.Content, found)
	if err != nil {
		return "", nil, err
	}
	if found && in == was.Content && old.Live == Published {
		return RowUnchanged, nil, nil
	}
	if err := in.validate(run.tx.Now().Date()); err != nil {
		return "", nil, err
	}
	return run.save(old, found, was.Content, in)
}

// match finds the entry that a row is about: by its number, or by its title where only one entry in use has it.
func (run *importRun) match(r ListRow) (Entry, bool, error) {
	if no := strings.ToUpper(r.Cells["编号"]); no != "" {
		if !strings.HasPrefix(no, numberPrefix) {
			return Entry{}, false, ErrInput.Field("no", "编号“%s”不对，应写成 ZS00001；新条目不要填编号。", no)
		}
		e, err := loadEntry(run.tx, run.a.CentreID, no, run.tx.ForUpdate())
		if errors.Is(err, ErrNotFound) {
			return e, false, ErrInput.Field("no", "没有编号为 %s 的条目；新条目不要填编号。", no)
		}
		return e, err == nil, err
	}
	if r.Cells["标题"] == "" {
		return Entry{}, false, ErrInput.Field("title", "请填写标题。")
	}
	list, err := store.Select[Entry](run.tx, "SELECT "+entryColumns+" FROM knowledge_entry WHERE centre_id = $1 AND title = $2 AND live <> $3 ORDER BY id LIMIT 2"+run.tx.ForUpdate(),
		run.a.CentreID, r.Cells["标题"], Withdrawn)
	switch {
	case err != nil || len(list) == 0:
		return Entry{}, false, err
	case len(list) > 1:
		return Entry{}, false, ErrInput.Field("title", "有多条知识叫“%s”，请填写编号。", r.Cells["标题"])
	}
	return list[0], true, nil
}

// content reads a row; an empty cell keeps what the entry says.
func (run *importRun) content(r ListRow, old Content, found bool) (Content, error) {
	c := old
	if !found {
		c = Content{Level: Internal, ValidTo: clock.NoDate}
	}
	set := func(to *string, column string) {
		if v := r.Cells[column]; v != "" {
			*to = v
		}
	}
	set(&c.Title, "标题")
	set(&c.Question, "问")
	set(&c.Answer, "答")
	set(&c.BasisNo, "依据文号")
	set(&c.BasisLink, "依据链接")
	set(&c.Applies, "适用范围")
	set(&c.Category, "事项分类")
	set(&c.Keywords, "关键词")
	c.Category, _, _ = strings.Cut(c.Category, " ")
	e := ErrInput
	if v := r.Cells["公开级别"]; v != "" {
		c.Level = ""
		for _, l := range Levels {
			if l.Label() == v || string(l) == v {
				c.Level = l
			}
		}
		if c.Level == "" {
			e = e.Field("level", "公开级别“%s”不对，应为公开、内部或仅限热线。", v)
		}
	}
	if v := r.Cells["有效期至"]; v == "长期" {
		c.ValidTo = clock.NoDate
	} else if v != "" {
		d, err := clock.ParseDate(v)
		if err != nil {
			e = e.Field("valid_to", "有效期至“%s”应写成 2026-12-31，或写“长期”。", v)
		}
		c.ValidTo = d
	}
	if v := r.Cells["主责单位"]; v != "" {
		id, err := run.unit(v)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return c, err
		}
		if err != nil {
			e = e.Field("unit_id", "没有叫“%s”的单位。", v)
		}
		c.UnitID = id
	}
	c.tidy()
	return c, e.OrNil()
}

func (run *importRun) unit(name string) (string, error) {
	if name == officeName {
		return "", nil
	}
	u, err := run.m.org.UnitByNameTx(run.tx, run.a.CentreID, name)
	return u.ID, err
}

// save writes the entry and takes it as far as the import may.
func (run *importRun) save(old Entry, found bool, was, in Content) (Verdict, []string, error) {
	c := &change{tx: run.tx, m: run.m, a: run.a, action: ActImport, perm: PermImport}
	verdict, notes := RowAdded, []string(nil)
	if found {
		verdict = RowChanged
		for _, d := range Differences(&was, &in, func(id string) string { return id }) {
			if d.Changed() {
				notes = append(notes, d.Label)
			}
		}
		c.e = &old
		if err := c.edit(WriteInput{Content: in, Remark: "批量导入"}); err != nil {
			return "", nil, err
		}
	} else if _, err := c.create(run.tx.NewID(), WriteInput{Content: in, Remark: "批量导入"}); err != nil {
		return "", nil, err
	}
	c.e.Stage = OfficeReview
	if run.publish {
		if err := c.publish(Version{N: c.e.WorkN, Content: in}); err != nil {
			return "", nil, err
		}
	}
	return verdict, notes, c.finish()
}
