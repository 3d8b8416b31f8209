package org

import (
	"errors"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/store"
)

const (
	colSiteName   = "站点名称"
	colSiteCode   = "站点代码"
	colSiteKind   = "站点类型"
	colSiteParent = "上级站点"
	colDivision   = "行政区划"
	colAddress    = "地址"
	colPhone      = "电话"
	colApproval   = "批准文号"
	colSort       = "序号"
)

func siteImporter() importer {
	return importer{
		columns:  []string{colSiteName, colSiteCode, colSiteKind, colSiteParent, colDivision, colAddress, colPhone, colApproval, colSort},
		aliases:  map[string]string{"名称": colSiteName, "代码": colSiteCode, "类型": colSiteKind, "行政区划代码": colDivision},
		requires: []actor.Permission{PermSiteWrite},
		apply:    importSite,
	}
}

// choose reads a choice by its Chinese name or code.
func choose(e *choiceFault, label string, list []Choice, text string) string {
	for _, c := range list {
		if text == c.Label || text == c.Value {
			return c.Value
		}
	}
	if text != "" {
		e.add(label, text, list)
	}
	return ""
}

// choiceFault collects values that are not in their lists.
type choiceFault struct{ err error }

func (f *choiceFault) add(label, text string, list []Choice) {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = c.Label
	}
	if f.err == nil {
		f.err = ErrInput.Field(label, "%s没有“%s”，可填：%s", label, text, strings.Join(names, "、"))
	}
}

func (f *choiceFault) number(label, text string, old int64) int64 {
	if text == "" {
		return old
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil && f.err == nil {
		f.err = ErrInput.Field(label, "%s“%s”不是整数", label, text)
	}
	return n
}

func importSite(tx *store.Tx, run *importRun, r *record) (string, Verdict, []string, error) {
	key := r.cell(colSiteName)
	if err := run.once(key, r.line); err != nil {
		return key, "", nil, err
	}
	old, err := siteByKey(tx, run.a.CentreID, r.cell(colSiteCode), key)
	isNew := errors.Is(err, ErrSiteMissing)
	if err != nil && !isNew {
		return key, "", nil, err
	}
	in, err := siteInputOf(tx, run.a.CentreID, r, &old)
	if err != nil {
		return key, "", nil, err
	}
	if isNew {
		made, err := createSite(tx, run.a.CentreID, tx.NewID(), in)
		run.seen[made.ID] = r.line
		return key, RowAdded, nil, err
	}
	if err := run.once(old.ID, r.line); err != nil {
		return key, "", nil, err
	}
	next := old
	in.apply(&next)
	if next == old {
		return key, RowUnchanged, nil, nil
	}
	if err := checkSiteParent(tx, &next); err != nil {
		return key, "", nil, err
	}
	notes := notesOf(note("名称", old.Name, next.Name), note("代码", old.Code, next.Code), note("类型", LabelOf(SiteKinds(), string(old.Kind)), LabelOf(SiteKinds(), string(next.Kind))),
		note("行政区划", old.Division, next.Division), note("地址", old.Address, next.Address), note("电话", old.Phone, next.Phone), note("批准文号", old.Approval, next.Approval),
		note("序号", strconv.FormatInt(old.Sort, 10), strconv.FormatInt(next.Sort, 10)))
	if old.ParentID != next.ParentID {
		notes = append(notes, "上级站点改为："+r.cell(colSiteParent))
	}
	return key, RowChanged, notes, saveSite(tx, &next, "org.site_change")
}

func siteInputOf(tx *store.Tx, centre string, r *record, old *Site) (SiteInput, error) {
	var f choiceFault
	in := SiteInput{Code: r.or(colSiteCode, old.Code), Name: r.or(colSiteName, old.Name), Kind: old.Kind, ParentID: old.ParentID,
		Division: r.or(colDivision, old.Division), Address: r.or(colAddress, old.Address), Phone: r.or(colPhone, old.Phone), Approval: r.or(colApproval, old.Approval),
		Sort: f.number(colSort, r.cell(colSort), old.Sort)}
	if k := choose(&f, colSiteKind, SiteKinds(), r.cell(colSiteKind)); k != "" {
		in.Kind = SiteKind(k)
	}
	if f.err != nil {
		return in, f.err
	}
	if name := r.cell(colSiteParent); name != "" {
		parent, err := siteByKey(tx, centre, name, name)
		if err != nil {
			return in, orField(err, ErrSiteMissing, colSiteParent, "没有上级站点“"+name+"”，或它排在后面")
		}
		in.ParentID = parent.ID
	}
	return in, in.validate()
}

// orField turns one expected error into a wrong field.
func orField(err, expected error, field, text string) error {
	if errors.Is(err, expected) {
		return ErrInput.Field(field, "%s", text)
	}
	return err
}

// siteByKey finds the site of a code, or of a name where no code is given or known. A code and a name of two different
// sites are refused.
func siteByKey(tx *store.Tx, centre, code, name string) (Site, error) {
	list, err := store.Select[Site](tx, "SELECT "+store.Columns[Site]("")+" FROM org_site WHERE centre_id = $1 AND (code = $2 AND code <> '' OR name = $3)", centre, code, name)
	switch {
	case err != nil:
		return Site{}, err
	case len(list) == 0:
		return Site{}, ErrSiteMissing
	case len(list) > 1:
		return Site{}, ErrInput.Field("code", "代码“%s”和名称“%s”属于两个不同的站点", code, name)
	}
	return list[0], nil
}
