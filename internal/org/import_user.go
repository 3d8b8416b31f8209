package org

import (
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/crypt"
	"yichuang/internal/store"
)

const (
	colUsername = "用户名"
	colName     = "姓名"
	colTitle    = "职务"
	colMobile   = "手机号"
	colUserUnit = "单位"
	colRoles    = "角色"
)

func userImporter() importer {
	return importer{
		columns:  []string{colUsername, colName, colTitle, colMobile, colUserUnit, colSite, colRoles},
		aliases:  map[string]string{"账号": colUsername, "登录名": colUsername, "手机": colMobile, "电话": colMobile, "所在单位": colUserUnit, "所在站点": colSite},
		requires: []actor.Permission{PermUserWrite, PermRoleAssign},
		apply:    importUser,
	}
}

func importUser(tx *store.Tx, run *importRun, r *record) (string, Verdict, []string, error) {
	key := normalUsername(r.cell(colUsername))
	if err := run.once(key, r.line); err != nil {
		return key, "", nil, err
	}
	old, err := store.Get[account](tx, "SELECT "+store.Columns[account]("")+" FROM org_user WHERE centre_id = $1 AND username = $2"+tx.ForUpdate(), run.a.CentreID, key)
	isNew := errors.Is(err, store.ErrNotFound)
	if err != nil && !isNew {
		return key, "", nil, err
	}
	in, roles, err := userInputOf(tx, run.a.CentreID, r, &old.User)
	if err != nil {
		return key, "", nil, err
	}
	if isNew {
		return key, RowAdded, nil, run.addUser(tx, in, roles)
	}
	notes, err := run.changeUser(tx, r, &old, in, roles)
	if err != nil || len(notes) == 0 {
		return key, RowUnchanged, nil, err
	}
	return key, RowChanged, notes, nil
}

// userInputOf reads a row over an account; roles is nil where the row says nothing about them.
func userInputOf(tx *store.Tx, centre string, r *record, old *User) (in UserInput, roles []string, err error) {
	in = UserInput{Username: r.cell(colUsername), DisplayName: r.or(colName, old.DisplayName), Title: r.or(colTitle, old.Title),
		Phone: r.cell(colMobile), PhoneKeep: r.cell(colMobile) == "", UnitID: old.UnitID, SiteID: old.SiteID}
	if name := r.cell(colUserUnit); name != "" {
		unit, err := findUnit(tx, centre, name)
		if err != nil {
			return in, nil, orField(err, ErrUnitMissing, colUserUnit, "没有单位“"+name+"”，请先导入单位")
		}
		in.UnitID = unit.ID
	}
	if name := r.cell(colSite); name != "" {
		site, err := siteByKey(tx, centre, name, name)
		if err != nil {
			return in, nil, orField(err, ErrSiteMissing, colSite, "没有站点“"+name+"”，请先导入站点")
		}
		in.SiteID = site.ID
	}
	for _, name := range splitNames(r.cell(colRoles)) {
		role, ok := FindRole(name)
		if !ok {
			return in, nil, ErrInput.Field(colRoles, "没有“%s”这个角色", name)
		}
		roles = append(roles, role.Code)
	}
	return in, roles, in.validate()
}

// addUser makes an account with the next one-time password; a preview has none and stores what cannot be signed in with.
func (run *importRun) addUser(tx *store.Tx, in UserInput, roles []string) error {
	hash := ""
	if !run.preview {
		if len(run.passwords) == 0 {
			return ErrImportMoved
		}
		hash = run.hashes[0]
		run.passwords[0].Username, run.passwords[0].DisplayName = in.Username, in.DisplayName
		run.passwords, run.hashes = run.passwords[1:], run.hashes[1:]
	}
	u, err := run.m.createUser(tx, run.a, tx.NewID(), in, hash)
	if err != nil || len(roles) == 0 {
		return err
	}
	if err := setRoles(tx, run.a, &u, roles); err != nil {
		return err
	}
	if err := saveUser(tx, &u); err != nil {
		return err
	}
	return audit.Record(tx, userEntry("org.user_roles", PermRoleAssign, &u.User))
}

// changeUser brings an account in line with its row, and tells what changed; nothing is written where nothing does.
func (run *importRun) changeUser(tx *store.Tx, r *record, u *account, in UserInput, roles []string) ([]string, error) {
	before := *u
	keep := in.PhoneKeep || run.m.keys.BlindIndex(crypt.KindPhone, in.Phone) == before.PhoneBix
	in.PhoneKeep = keep
	run.m.applyUser(u, in)
	if roles == nil {
		roles = before.Roles()
	}
	notes := notesOf(note("姓名", before.DisplayName, u.DisplayName), note("职务", before.Title, u.Title),
		note("角色", RoleNames(before.Roles()), RoleNames(splitList(joinList(roles)))))
	if !keep {
		notes = append(notes, "手机号改变")
	}
	if before.UnitID != u.UnitID {
		notes = append(notes, "单位改为："+r.cell(colUserUnit))
	}
	if before.SiteID != u.SiteID {
		notes = append(notes, "站点改为："+r.cell(colSite))
	}
	if len(notes) == 0 {
		return nil, nil
	}
	if err := mayManage(run.a, &before.User); err != nil {
		return nil, err
	}
	if err := checkPlace(tx, run.a, &u.User); err != nil {
		return nil, err
	}
	if err := setRoles(tx, run.a, u, roles); err != nil {
		return nil, err
	}
	u.UpdatedAt, u.Version = tx.Now(), u.Version+1
	if err := saveUser(tx, u); err != nil {
		return nil, err
	}
	return notes, audit.Record(tx, userEntry("org.user_change", PermUserWrite, &u.User))
}
