package org

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

const (
	colUnitName    = "单位名称"
	colUnitCode    = "单位代码"
	colShortName   = "简称"
	colUnitKinds   = "单位性质"
	colUnitGroup   = "单位类别"
	colUnitParent  = "上级单位"
	colSite        = "站点"
	colContact     = "联系人"
	colOfficePhone = "办公电话"
	colActiveFrom  = "启用日期"
	colActiveTo    = "停用日期"
)

func unitImporter() importer {
	return importer{
		columns: []string{colUnitName, colUnitCode, colShortName, colUnitKinds, colUnitGroup, colUnitParent, colSite, colDivision, colContact,
			colOfficePhone, colActiveFrom, colActiveTo, colSort},
		aliases: map[string]string{"名称": colUnitName, "单位": colUnitName, "代码": colUnitCode, "性质": colUnitKinds, "类别": colUnitGroup,
			"行政区划代码": colDivision, "所在站点": colSite, "电话": colOfficePhone},
		requires: []actor.Permission{PermUnitWrite},
		apply:    importUnit,
	}
}

func importUnit(tx *store.Tx, run *importRun, r *record) (string, Verdict, []string, error) {
	key := r.cell(colUnitName)
	if err := run.once(key, r.line); err != nil {
		return key, "", nil, err
	}
	old, err := unitByKey(tx, run.a.CentreID, r.cell(colUnitCode), key)
	isNew := errors.Is(err, ErrUnitMissing)
	if err != nil && !isNew {
		return key, "", nil, err
	}
	if isNew {
		old = Unit{ActiveFrom: clock.NoDate, ActiveTo: clock.NoDate}
	}
	in, err := unitInputOf(tx, run.a.CentreID, r, &old)
	if err != nil {
		return key, "", nil, err
	}
	if isNew {
		made, err := createUnit(tx, run.a.CentreID, tx.NewID(), in)
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
	next = old
	if err := changeUnit(tx, &next, in); err != nil {
		return key, "", nil, err
	}
	return key, RowChanged, unitNotes(&old, &next, r), saveUnit(tx, &next, "org.unit_change")
}

func unitNotes(old, next *Unit, r *record) []string {
	kinds := func(u *Unit) string {
		var names []string
		for _, k := range u.Kinds() {
			names = append(names, LabelOf(UnitKinds(), string(k)))
		}
		return strings.Join(names, "、")
	}
	notes := notesOf(note("名称", old.Name, next.Name), note("代码", old.Code, next.Code), note("简称", old.ShortName, next.ShortName),
		note("性质", kinds(old), kinds(next)), note("类别", LabelOf(UnitGroups(), string(old.Group)), LabelOf(UnitGroups(), string(next.Group))),
		note("行政区划", old.Division, next.Division), note("联系人", old.ContactName, next.ContactName), note("办公电话", old.OfficePhone, next.OfficePhone),
		note("启用日期", old.ActiveFrom.String(), next.ActiveFrom.String()), note("停用日期", old.ActiveTo.String(), next.ActiveTo.String()),
		note("序号", strconv.FormatInt(old.Sort, 10), strconv.FormatInt(next.Sort, 10)))
	if old.ParentID != next.ParentID {
		notes = append(notes, "上级单位改为："+r.cell(colUnitParent))
	}
	if old.SiteID != next.SiteID {
		notes = append(notes, "站点改为："+r.cell(colSite))
	}
	return notes
}

func unitInputOf(tx *store.Tx, centre string, r *record, old *Unit) (UnitInput, error) {
	var f choiceFault
	in := UnitInput{Code: r.or(colUnitCode, old.Code), Name: r.or(colUnitName, old.Name), ShortName: r.or(colShortName, old.ShortName),
		Kinds: old.Kinds(), Group: old.Group, ParentID: old.ParentID, SiteID: old.SiteID, Division: r.or(colDivision, old.Division),
		ContactName: r.or(colContact, old.ContactName), OfficePhone: r.or(colOfficePhone, old.OfficePhone),
		ActiveFrom: f.day(colActiveFrom, r.cell(colActiveFrom), old.ActiveFrom), ActiveTo: f.day(colActiveTo, r.cell(colActiveTo), old.ActiveTo),
		Sort: f.number(colSort, r.cell(colSort), old.Sort)}
	if text := r.cell(colUnitKinds); text != "" {
		in.Kinds = nil
		for _, one := range splitNames(text) {
			in.Kinds = append(in.Kinds, UnitKind(choose(&f, colUnitKinds, UnitKinds(), one)))
		}
	}
	if g := choose(&f, colUnitGroup, UnitGroups(), r.cell(colUnitGroup)); g != "" {
		in.Group = UnitGroup(g)
	}
	if f.err != nil {
		return in, f.err
	}
	if name := r.cell(colUnitParent); name != "" {
		parent, err := findUnit(tx, centre, name)
		if err != nil {
			return in, orField(err, ErrUnitMissing, colUnitParent, "没有上级单位“"+name+"”，或它排在后面")
		}
		in.ParentID = parent.ID
	}
	if name := r.cell(colSite); name != "" {
		site, err := siteByKey(tx, centre, name, name)
		if err != nil {
			return in, orField(err, ErrSiteMissing, colSite, "没有站点“"+name+"”")
		}
		in.SiteID = site.ID
	}
	return in, in.validate()
}

// day reads a date as people type it in a spreadsheet.
func (f *choiceFault) day(label, text string, old clock.Date) clock.Date {
	if text == "" {
		return old
	}
	at, err := clock.ParseInstant(text)
	if err != nil {
		if f.err == nil {
			f.err = ErrInput.Field(label, "%s“%s”不是日期，请写成 2026-05-14", label, text)
		}
		return old
	}
	return at.Date()
}

// splitNames reads a list within one cell: 进驻单位、承办单位.
func splitNames(text string) []string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、，,；;／/|", r) })
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}

// unitByKey finds the unit of a code, or of a name where no code is given or known.
func unitByKey(tx *store.Tx, centre, code, name string) (Unit, error) {
	list, err := store.Select[Unit](tx, "SELECT "+store.Columns[Unit]("")+" FROM org_unit WHERE centre_id = $1 AND (code = $2 AND code <> '' OR name = $3)", centre, code, name)
	switch {
	case err != nil:
		return Unit{}, err
	case len(list) == 0:
		return Unit{}, ErrUnitMissing
	case len(list) > 1:
		return Unit{}, ErrInput.Field("code", "代码“%s”和名称“%s”属于两个不同的单位", code, name)
	}
	return list[0], nil
}
