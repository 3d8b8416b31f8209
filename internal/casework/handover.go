package casework

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// HandOverInput is the transfer of a posted worker (人员调离): his open cases go to another of the department, or into its pool.
type HandOverInput struct {
	From   string `json:"from" maxLength:"40" doc:"调离人员的用户编号"`
	To     string `json:"to,omitempty" maxLength:"40" doc:"接手人的用户编号；不指定则放回本部门待认领"`
	Reason string `json:"reason" maxLength:"500" doc:"原因"`
}

// HandedOver says what became of the cases.
type HandedOver struct {
	Cases []string `json:"cases"` // numbers
	// Empty is true where nobody of the department is left who could take them (无人承接): every case says so in its events, and
	// those who supervise are told by them.
	Empty bool `json:"empty_pool"`
}

// ErrHandOver refuses a transfer to somebody who cannot take the cases.
var ErrHandOver = errs.New(errs.Invalid, "casework.handover", "不能这样移交。请按提示修改。")

const handOverMost = 500

// HandOver gives all open cases that a posted worker has in hand to somebody else of the department, before he is transferred
// (hall reference §4.1). The chief representative does it.
func (m *Module) HandOver(ctx context.Context, in HandOverInput) (HandedOver, error) {
	a := actor.From(ctx)
	if err := a.Require(PermReassign); err != nil {
		return HandedOver{}, err
	}
	why, err := reason("reason", "移交的原因", in.Reason)
	if err != nil {
		return HandedOver{}, err
	}
	var out HandedOver
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		out = HandedOver{Cases: []string{}}
		from, err := m.org.UserTx(tx, a.CentreID, in.From)
		if err != nil || !org.Sees(a, PermReassign, org.Row{CentreID: a.CentreID, UnitID: from.UnitID}) {
			return ErrHandOver.Field("from", "请选择本部门的人员。")
		}
		takers, err := m.takers(tx, a.CentreID, from.UnitID, from.ID)
		if err != nil {
			return err
		}
		if in.To != "" && !slices.Contains(takers, in.To) {
			return ErrHandOver.Field("to", "接手人应是本部门在岗的窗口人员、首席代表或审批人。")
		}
		ids, err := store.Select[CaseID](tx, `SELECT id FROM casework_case WHERE centre_id = $1 AND unit_id = $2 AND open AND (handler = $3 OR handler = '' AND (reviewer = $3 OR reviewer = '' AND created_by = $3))
			ORDER BY id LIMIT $4`, a.CentreID, from.UnitID, from.ID, handOverMost)
		if err != nil {
			return err
		}
		out.Empty = len(ids) > 0 && in.To == "" && len(takers) == 0
		return m.handOver(tx, ids, in.From, in.To, why, &out)
	})
	return out, err
}

func (m *Module) handOver(tx *store.Tx, ids []CaseID, from, to, why string, out *HandedOver) error {
	centre := actor.From(tx.Context()).CentreID
	objects := make([]string, len(ids))
	for i, id := range ids {
		objects[i] = string(id)
	}
	audit.LockOrder(objects)
	for _, id := range objects {
		if err := audit.Lock(tx, centre, id); err != nil {
			return err
		}
	}
	for _, id := range ids {
		d, err := m.load(tx, centre, id)
		if err != nil {
			return err
		}
		data := map[string]any{"from": from, "to": to}
		if out.Empty {
			data["empty_pool"] = true
		}
		err = m.apply(tx, d, ActReassign, func(_ *store.Tx, d *dossier) (note, error) {
			d.Handler = to
			return note{text: why, data: data}, nil
		})
		if err != nil {
			return err
		}
		out.Cases = append(out.Cases, d.No)
	}
	return nil
}

// takers lists who of a department may take cases, without one person.
func (m *Module) takers(tx *store.Tx, centre, unit, without string) ([]string, error) {
	var out []string
	for _, role := range []string{org.RoleWindow, org.RoleChiefRep, org.RoleApprover} {
		list, err := m.org.UsersWithRoleTx(tx, centre, role, unit)
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			if u.ID != without && !slices.Contains(out, u.ID) {
				out = append(out, u.ID)
			}
		}
	}
	return out, nil
}

// Workers lists the people of the actor's departments who have cases in hand or may take them, for the form of HandOver.
func (m *Module) Workers(ctx context.Context) ([]org.Choice, error) {
	a := actor.From(ctx)
	if err := a.Require(PermReassign); err != nil {
		return nil, err
	}
	var out []org.Choice
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		out = nil
		for _, unit := range unitsOf(a) {
			ids, err := m.takers(tx, a.CentreID, unit, "")
			if err != nil {
				return err
			}
			names, err := m.org.UserNamesTx(tx, a.CentreID, ids)
			if err != nil {
				return err
			}
			for _, id := range ids {
				out = append(out, org.Choice{Value: id, Label: names[id]})
			}
		}
		return nil
	})
	return out, err
}

// LinkPlatform notes the number under which the provincial platform has the case (登记平台编号), so that the two are compared.
func (m *Module) LinkPlatform(ctx context.Context, cmd Command, no string) (Case, error) {
	return m.run(ctx, cmd, ActLink, no, func(tx *store.Tx, d *dossier) (note, error) {
		no, err := reason("number", "省平台的办件编号", no)
		if err == nil && len([]rune(no)) > 60 {
			err = ErrInput.Field("number", "编号最多 60 个字。")
		}
		if err != nil {
			return note{}, err
		}
		was := d.ExternalNo
		d.ExternalNo = no
		return note{data: map[string]any{"was": was, "is": no}}, m.adopt(tx, d)
	})
}
