package casework

import (
	"errors"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/store"
)

// SeenTx gives a case by id or number inside a transaction of another module, if the actor of the transaction holds a
// permission on it: the permission of what that module does with the case.
func (m *Module) SeenTx(tx *store.Tx, perm actor.Permission, idOrNo string) (Case, error) {
	a := actor.From(tx.Context())
	column := "id"
	if strings.Contains(idOrNo, "-") {
		column = "no"
	}
	c, err := store.Get[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND "+column+" = $2", a.CentreID, strings.TrimSpace(idOrNo))
	if errors.Is(err, store.ErrNotFound) {
		return c, ErrNotFound
	}
	if err != nil {
		return c, err
	}
	return c, c.visible(a, perm)
}

// ProvenTx gives the visit of a query code with its cases to somebody who proves by the last four digits of the phone that
// it is his (see Track), and tells whether those are the applicant's own digits and not the agent's.
func (m *Module) ProvenTx(tx *store.Tx, code, tail string) (v Visit, cases []Case, applicant bool, err error) {
	a := actor.From(tx.Context())
	code, tail = plainCode(code), strings.TrimSpace(tail)
	if len(code) != codeLen || len(tail) != 4 {
		return v, nil, false, ErrQuery
	}
	v, err = store.Get[Visit](tx, "SELECT "+store.Columns[Visit]("")+" FROM casework_visit WHERE centre_id = $1 AND query_bix = $2", a.CentreID, m.codeIndex(code))
	if errors.Is(err, store.ErrNotFound) {
		return v, nil, false, ErrQuery
	}
	if err != nil {
		return v, nil, false, err
	}
	own := v
	own.AgentID = ""
	if applicant, err = m.knows(tx, &own, tail); err != nil {
		return v, nil, false, err
	}
	known := applicant
	if !known {
		if known, err = m.knows(tx, &v, tail); err != nil {
			return v, nil, false, err
		}
	}
	if !known {
		return v, nil, false, ErrQuery
	}
	cases, err = casesOf(tx, a.CentreID, v.ID)
	return v, cases, applicant, err
}

// KindOfTx gives the kind of the item (事项类型代码) in a version that cases are pinned to.
func (m *Module) KindOfTx(tx *store.Tx, centre, version string) (string, error) {
	t, err := m.termsOf(tx, centre, version)
	return string(t.Kind), err
}
