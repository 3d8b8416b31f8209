package org

import (
	"strings"

	"yichuang/internal/actor"
)

// Columns names the columns that a query's scope is tested on; an empty name means that the rows have no such thing,
// and nothing matches by it. Centre must be given.
type Columns struct {
	Centre string
	Unit   string // the unit that has the row
	Site   string
	Owner  string // the user who made it or to whom it is assigned
}

// Row is one record in memory, to be tested as Filter tests it in SQL; an empty field matches nobody.
type Row struct {
	CentreID string
	UnitID   string
	SiteID   string
	OwnerID  string
}

// Filter gives the SQL condition for the rows on which a holds p, with ? for its arguments: pass both to
// (*store.Where).And. Whoever does not hold p sees nothing.
//
// Every scope but All stays in the actor's centre. Own is included in Unit and Site; Site does not include Unit, because
// the administrator of a branch or township sees only his own site.
func Filter(a *actor.Actor, p actor.Permission, c Columns) (string, []any) {
	const nothing = "1 = 0"
	scope := a.Scope(p)
	if scope == actor.All && (a.Kind != actor.System || a.CentreID == "") {
		return "1 = 1", nil
	}
	if scope == actor.None || a.CentreID == "" || c.Centre == "" {
		return nothing, nil
	}
	inCentre, args := c.Centre+" = ?", []any{a.CentreID}
	if scope >= actor.Centre {
		return inCentre, args
	}
	var either []string
	if c.Owner != "" && a.UserID != "" {
		either, args = append(either, c.Owner+" = ?"), append(args, a.UserID)
	}
	if units := unitsOf(a); scope == actor.Unit && c.Unit != "" && len(units) > 0 {
		either = append(either, c.Unit+" IN (?"+strings.Repeat(", ?", len(units)-1)+")")
		for _, u := range units {
			args = append(args, u)
		}
	}
	if scope == actor.Site && c.Site != "" && a.SiteID != "" {
		either, args = append(either, c.Site+" = ?"), append(args, a.SiteID)
	}
	if len(either) == 0 {
		return nothing, nil
	}
	return inCentre + " AND (" + strings.Join(either, " OR ") + ")", args
}

// Sees reports whether a holds p on one record; it agrees with Filter over columns for every field of Row.
func Sees(a *actor.Actor, p actor.Permission, r Row) bool {
	scope := a.Scope(p)
	if scope == actor.All && (a.Kind != actor.System || a.CentreID == "") {
		return true
	}
	if scope == actor.None || a.CentreID == "" || r.CentreID != a.CentreID {
		return false
	}
	if scope >= actor.Centre {
		return true
	}
	if r.OwnerID != "" && r.OwnerID == a.UserID {
		return true
	}
	switch scope {
	case actor.Unit:
		return a.HasUnit(r.UnitID)
	case actor.Site:
		return r.SiteID != "" && r.SiteID == a.SiteID
	}
	return false
}

// unitsOf is the set that (*actor.Actor).HasUnit tests, without empty ids.
func unitsOf(a *actor.Actor) []string {
	out := make([]string, 0, len(a.UnitIDs)+1)
	own := a.UnitID != ""
	for _, u := range a.UnitIDs {
		if u != "" {
			out = append(out, u)
			own = own && u != a.UnitID
		}
	}
	if own {
		out = append(out, a.UnitID)
	}
	return out
}
