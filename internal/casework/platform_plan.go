package casework

import (
	"encoding/json"
	"errors"

	"yichuang/internal/crypt"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// platformPlan is what becomes of one row: next as it will be, old as it is, nil for a new one.
type platformPlan struct {
	next PlatformCase
	old  *PlatformCase
}

func (p *platformPlan) same() bool {
	return p.old != nil && p.old.Digest == p.next.Digest && p.old.CaseID == p.next.CaseID && p.old.UnitID == p.next.UnitID
}

// plan decides rows against what is there.
func (m *Module) plan(tx *store.Tx, im *PlatformImport, rows []PlatformRow) ([]platformPlan, error) {
	nos := make([]string, len(rows))
	for i := range rows {
		nos[i] = rows[i].ExternalNo
	}
	w := (&store.Where{}).And("centre_id = ?", im.CentreID).And("source = ?", im.Source)
	store.In(w, "external_no", nos)
	there, err := store.Select[PlatformCase](tx, "SELECT "+platformColumns+" FROM casework_platform"+w.SQL(), w.Args...)
	if err != nil {
		return nil, err
	}
	old := map[string]*PlatformCase{}
	for i := range there {
		old[there[i].ExternalNo] = &there[i]
	}
	ours, err := oursOf(tx, im.CentreID, rows)
	if err != nil {
		return nil, err
	}
	units := map[string]string{}
	out := make([]platformPlan, len(rows))
	for i := range rows {
		x := &rows[i]
		unit, err := m.unitNamed(tx, units, im.CentreID, x.Unit)
		if err != nil {
			return nil, err
		}
		out[i] = platformPlan{next: m.platformCase(im, x), old: old[x.ExternalNo]}
		out[i].next.UnitID, out[i].next.CaseID = unit, ours[x.ExternalNo]
		if id := ours[x.LocalNo]; x.LocalNo != "" && id != "" {
			out[i].next.CaseID = id
		}
	}
	return out, nil
}

// oursOf finds the cases of ours that rows are about: by the platform's number that our case notes, or our number that the
// platform notes.
func oursOf(tx *store.Tx, centre string, rows []PlatformRow) (map[string]CaseID, error) {
	type pair struct {
		ID         CaseID `db:"id"`
		No         string `db:"no"`
		ExternalNo string `db:"external_no"`
	}
	out := map[string]CaseID{}
	find := func(column string, of func(r *PlatformRow) string) error {
		var list []string
		for i := range rows {
			if s := of(&rows[i]); s != "" {
				list = append(list, s)
			}
		}
		if len(list) == 0 {
			return nil
		}
		w := (&store.Where{}).And("centre_id = ?", centre)
		store.In(w, column, list)
		if column == "external_no" {
			w.And("external_no <> ''")
		}
		found, err := store.Select[pair](tx, "SELECT id, no, external_no FROM casework_case"+w.SQL()+" ORDER BY id", w.Args...)
		for _, p := range found {
			if column == "no" {
				out[p.No] = p.ID
			} else {
				out[p.ExternalNo] = p.ID
			}
		}
		return err
	}
	if err := find("external_no", func(r *PlatformRow) string { return r.ExternalNo }); err != nil {
		return nil, err
	}
	return out, find("no", func(r *PlatformRow) string { return r.LocalNo })
}

func (m *Module) unitNamed(tx *store.Tx, known map[string]string, centre, name string) (string, error) {
	if id, ok := known[name]; ok || name == "" {
		return id, nil
	}
	u, err := m.org.UnitByNameTx(tx, centre, name)
	if err != nil && !errors.Is(err, org.ErrUnitMissing) {
		return "", err
	}
	known[name] = u.ID
	return u.ID, nil
}

// platformCase makes the row as it will be stored, without its id. The digest is keyed: it must not tell a name by trying.
func (m *Module) platformCase(im *PlatformImport, x *PlatformRow) PlatformCase {
	p := PlatformCase{CentreID: im.CentreID, Source: im.Source, ExternalNo: x.ExternalNo, LocalNo: x.LocalNo, ItemCode: x.ItemCode, ItemName: x.ItemName, UnitName: x.Unit, Kind: x.Kind, Channel: x.Channel,
		ApplicantEnc: []byte{}, State: x.State, StateText: x.StateText, OriginalTime: x.Applied, AcceptedAt: x.Accepted, DueAt: x.Due, DecidedAt: x.Decided, ClosedAt: x.Closed, ResultNo: x.ResultNo,
		Digest: m.digest(x), ImportID: im.ID}
	if x.Applicant != "" {
		p.ApplicantEnc = m.keys.Seal(x.Applicant)
	}
	return p
}

// digest seals what the platform says of a case.
func (m *Module) digest(x *PlatformRow) string {
	text, _ := json.Marshal(struct { // plain values always marshal
		PlatformRow
		Line int    `json:"line"`
		Note string `json:"note,omitempty"`
	}{PlatformRow: *x})
	return m.keys.BlindIndex(crypt.Kind("casework-platform"), string(text))
}

// EachPlatformTx gives every case of the platform of a centre, and whether it is what its import sealed.
func (m *Module) EachPlatformTx(tx *store.Tx, centre string, fn func(p *PlatformCase, intact bool) error) error {
	return store.Each(tx, func(p *PlatformCase) error {
		x := PlatformRow{ExternalNo: p.ExternalNo, LocalNo: p.LocalNo, ItemCode: p.ItemCode, ItemName: p.ItemName, Unit: p.UnitName, Kind: p.Kind, Channel: p.Channel, State: p.State, StateText: p.StateText,
			Applied: p.OriginalTime, Accepted: p.AcceptedAt, Due: p.DueAt, Decided: p.DecidedAt, Closed: p.ClosedAt, ResultNo: p.ResultNo}
		if len(p.ApplicantEnc) > 0 {
			name, err := m.keys.Open(p.ApplicantEnc)
			if err != nil {
				return err
			}
			x.Applicant = name
		}
		return fn(p, m.digest(&x) == p.Digest)
	}, "SELECT "+platformColumns+" FROM casework_platform WHERE centre_id = $1 ORDER BY id", centre)
}

// write stores what became of a row; what says nothing new changes nothing.
func (p *platformPlan) write(tx *store.Tx) error {
	if p.same() {
		return tx.Queue("UPDATE casework_platform SET seen_at = $3 WHERE centre_id = $1 AND id = $2", p.old.CentreID, p.old.ID, tx.Now())
	}
	n := &p.next
	n.ChangedAt, n.SeenAt = tx.Now(), tx.Now()
	if p.old == nil {
		n.ID, n.ImportedAt, n.Version = tx.NewID(), tx.Now(), 1
		return store.Insert(tx, "casework_platform", *n)
	}
	n.ID, n.ImportedAt, n.Version = p.old.ID, p.old.ImportedAt, p.old.Version+1
	if err := store.Insert(tx, "casework_platform_change", PlatformChange{n.CentreID, n.ID, n.Version, n.ImportID, p.old.State, n.State, tx.Now()}); err != nil {
		return err
	}
	return store.Update(tx, "casework_platform", *n, "centre_id", "id")
}
