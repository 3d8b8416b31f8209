package casework

import (
	"context"
	"slices"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// PledgeState is what the check of a declaration (告知承诺核查) has come to.
type PledgeState string

// The states of a declaration.
const (
	PledgeOpen   PledgeState = ""       // not checked yet, or none
	PledgeHeld   PledgeState = "held"   // 属实
	PledgeFixing PledgeState = "fixing" // 限期整改: to be put right by a day
	PledgeFalse  PledgeState = "false"  // 不实: to be revoked
)

// PledgeStates lists what a check may come to, in the order of forms.
func PledgeStates() []org.Choice {
	return []org.Choice{{Value: string(PledgeHeld), Label: "属实"}, {Value: string(PledgeFixing), Label: "不符合，责令限期整改"}, {Value: string(PledgeFalse), Label: "不实，应当撤销决定"}}
}

// PledgeLabel says on lists how the declaration of a case stands; "" where there is none to be checked.
func (c *Case) PledgeLabel() string {
	switch {
	case c.Mode != Pledged || c.Decision != Granted:
		return ""
	case c.State == Revoked:
		return "已撤销"
	}
	return map[PledgeState]string{PledgeOpen: "待核查", PledgeHeld: "核查属实", PledgeFixing: "限期整改", PledgeFalse: "不实，待撤销"}[c.Pledge]
}

// pledgeDays is how many working days there are to check a declaration where neither the item nor the rules of supervision say
// another number: about two months, as local rules have it (inferred).
const pledgeDays = 40

// PledgePending reports whether a declaration by which the case was granted is still to be checked, or was false and not revoked.
func (c *Case) PledgePending() bool {
	return c.Mode == Pledged && c.Decision == Granted && c.State != Revoked && (!c.Checked || c.Pledge == PledgeFalse)
}

// awaitCheck starts the clock within which the declaration is checked, from the day of the decision.
func (m *Module) awaitCheck(tx *store.Tx, d *dossier) error {
	if d.Mode != Pledged || d.Checked {
		return nil
	}
	limit, err := m.checkLimit(tx, d)
	if err != nil {
		return err
	}
	return d.start(tx, ClockPledge, "", tx.Now().Date(), limit)
}

// checkLimit is how long there is to check a declaration: by the item, else by the rules of supervision, else by the program.
func (m *Module) checkLimit(tx *store.Tx, d *dossier) (item.Limit, error) {
	if d.terms.PledgeCheck.N > 0 {
		return d.terms.PledgeCheck, nil
	}
	days := int64(0)
	if m.supervision.PledgeDays != nil {
		var err error
		if days, err = m.supervision.PledgeDays(tx, d.CentreID); err != nil {
			return item.Limit{}, err
		}
	}
	if days <= 0 {
		days = pledgeDays
	}
	return item.Limit{N: int(days), Unit: item.Workday}, nil
}

// stopEnded stops the clocks of a case that has ended, but for the one by which a declaration is checked: that goes on after the
// result was handed over.
func (d *dossier) stopEnded(tx *store.Tx) {
	for _, k := range d.clocks {
		if k.Running && !(k.Kind == ClockPledge && d.PledgePending()) {
			k.Running, k.StoppedAt, k.touched = false, tx.Now(), true
		}
	}
}

// CheckInput is what a check of a declaration found (告知承诺核查).
type CheckInput struct {
	Result  PledgeState `json:"result" enum:"held,fixing,false" doc:"held 属实，fixing 责令限期整改，false 不实（应当撤销决定）"`
	Finding string      `json:"finding" maxLength:"2000" doc:"核查情况"`
	Until   clock.Date  `json:"until,omitzero" doc:"限期整改的期限"`
}

// CheckPledge writes the later check of a declaration (安阳市政务服务条例 art. 27): it holds; it does not, and is to be put right by a
// day, once; or it is false, and the decision is to be revoked. Until then the case stays on the list of checks.
func (m *Module) CheckPledge(ctx context.Context, cmd Command, in CheckInput) (Case, error) {
	return m.run(ctx, cmd, ActCheck, in, func(tx *store.Tx, d *dossier) (note, error) {
		if d.Mode != Pledged || d.Checked {
			return note{}, ErrChecked
		}
		finding, err := reason("finding", "核查情况", in.Finding)
		if err != nil {
			return note{}, err
		}
		data := map[string]any{"result": in.Result}
		switch {
		case in.Result == PledgeFixing:
			v, err := m.orderFix(tx, d, in.Until, finding)
			if err != nil {
				return note{}, err
			}
			data["until"], data["voucher"] = in.Until.String(), v.No
		case slices.Contains([]PledgeState{PledgeHeld, PledgeFalse}, in.Result):
			d.Checked, data["holds"] = true, in.Result == PledgeHeld
			d.stop(tx, ClockPledge)
		default:
			return note{}, ErrInput.Field("result", "请选择核查结果。")
		}
		d.Pledge = in.Result
		return note{text: finding, data: data}, nil
	})
}

// latestFix is the last day that may be set to put a declaration right: no more time than there is to check one.
func (m *Module) latestFix(tx *store.Tx, d *dossier) (clock.Date, error) {
	limit, err := m.checkLimit(tx, d)
	if err != nil {
		return 0, err
	}
	k := Clock{Unit: limit.Unit, day: calendar.DayClock{Anchor: tx.Now().Date(), Budget: limit.N}}
	err = k.project(d.cal, tx.Now().Date())
	return calendar.LastDay(k.Due), err
}

// orderFix orders a declaration to be put right by a day (责令限期整改), once, and looks again then.
func (m *Module) orderFix(tx *store.Tx, d *dossier, until clock.Date, finding string) (Voucher, error) {
	switch {
	case d.Pledge == PledgeFixing:
		return Voucher{}, ErrChecked.Say("已经责令整改过一次。整改后仍不符合的，选“不实”，撤销决定。").Field("result", "已经责令整改过一次。")
	case d.Decision != Granted:
		return Voucher{}, ErrInput.Field("result", "还没有作出准予决定，不用责令整改；不符合条件的，不予。")
	case until <= tx.Now().Date():
		return Voucher{}, ErrInput.Field("until", "请填写整改的期限，在今天以后。")
	}
	latest, err := m.latestFix(tx, d)
	if err != nil {
		return Voucher{}, err
	}
	if until > latest {
		return Voucher{}, ErrInput.Field("until", "整改期限不能超过核查期限，最晚到 %s。", latest)
	}
	d.stop(tx, ClockPledge)
	if err := d.startOn(tx, ClockPledge, until); err != nil {
		return Voucher{}, err
	}
	return m.issue(tx, d, VoucherFix, Letter{Facts: []Fact{{"整改期限", dayText(until)}}, Text: []string{"经核查，您承诺的情况与实际不符，责令限期整改。", "核查情况：" + finding},
		After: []string{"逾期不整改，或者整改后仍不符合条件的，依法撤销准予决定。"}})
}
