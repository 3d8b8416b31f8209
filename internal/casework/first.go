package casework

import (
	"context"

	"yichuang/internal/item"
	"yichuang/internal/store"
)

// FirstInput is the opinion of the organ that reviews first (初审意见).
type FirstInput struct {
	Agree   bool   `json:"agree" doc:"拟同意"`
	Opinion string `json:"opinion" maxLength:"2000" doc:"初审意见"`
}

// FirstPending reports whether a lower organ has still to review the case and to report (初审): until then the case is in its
// hands, and the limits of the organ that decides have not begun. A renewal that the law granted meanwhile is not reported any more.
func (c *Case) FirstPending() bool {
	return c.FirstUnit != "" && c.FirstAt == 0 && c.Decision == Undecided
}

// begins starts the limits that run from a day of acceptance or report: of the first review, or of the decision.
func (d *dossier) begins(tx *store.Tx) error {
	day := tx.Now().Date()
	if d.FirstAt == 0 {
		day = d.AcceptedAt.Date()
	}
	if d.FirstPending() {
		return d.start(tx, ClockFirst, "", day, d.terms.First.Within())
	}
	promise, statutory := Limits(&d.terms.Content, d.Mode)
	if err := d.start(tx, ClockPromise, "", day, promise); err != nil {
		return err
	}
	return d.start(tx, ClockStatutory, "", day, statutory)
}

// stageLimit is the limit of the stage that the case is in. The first review has a clock of its own.
func (d *dossier) stageLimit() item.Limit {
	if d.FirstPending() && d.State == Accepted {
		return item.Limit{}
	}
	return d.terms.stepLimit(d.State)
}

// ReportFirst ends the first review (初审报送, 行政许可法 arts. 35, 43): the lower organ's opinion and all materials go to the organ
// that decides, whatever the opinion is; the case goes into its hands, and its own limits begin. Nobody asks the applicant for
// anything again.
func (m *Module) ReportFirst(ctx context.Context, cmd Command, in FirstInput) (Case, error) {
	return m.run(ctx, cmd, ActFirst, in, func(tx *store.Tx, d *dossier) (note, error) {
		if !d.FirstPending() {
			return note{}, ErrInput.Say("这个办件不需要初审，或者已经报送。")
		}
		opinion, err := reason("opinion", "初审意见", in.Opinion)
		if err != nil {
			return note{}, err
		}
		it, err := m.item.ItemTx(tx, d.CentreID, d.ItemID)
		if err != nil {
			return note{}, err
		}
		names, err := m.org.UnitsTx(tx, d.CentreID, []string{d.FirstUnit, it.UnitID})
		if err != nil {
			return note{}, err
		}
		v, err := m.issue(tx, d, VoucherFirst, d.reportLetter(in.Agree, opinion, names[d.FirstUnit].Name, names[it.UnitID].Name))
		if err != nil {
			return note{}, err
		}
		d.stop(tx, ClockFirst)
		d.FirstAt, d.UnitID, d.Handler = tx.Now(), it.UnitID, ""
		if err := d.begins(tx); err != nil {
			return note{}, err
		}
		err = d.start(tx, ClockStep, Accepted, tx.Now().Date(), d.stageLimit())
		return note{text: opinion, data: map[string]any{"agree": in.Agree, "unit": it.UnitID, "voucher": v.No, "calendar_revision": d.cal.Revision()}}, err
	})
}

// reportLetter lists what goes to the organ that decides.
func (d *dossier) reportLetter(agree bool, opinion, from, to string) Letter {
	result := "拟同意"
	if !agree {
		result = "拟不同意"
	}
	l := Letter{Facts: []Fact{{"初审机关", from}, {"决定机关", to}, {"受理日期", d.AcceptedAt.Date().String()}, {"初审结论", result}},
		Text: []string{"依据《中华人民共和国行政许可法》第三十五条、第四十三条，现将初审意见和全部申请材料报送决定机关。", "初审意见：" + opinion}}
	for _, r := range d.materials {
		if r.State == MaterialHad {
			l.List = append(l.List, r.Name)
		}
	}
	return l
}

// firstLine says on the sheet who reviews first and what became of it; unit is the organ that has the case.
func (m *Module) firstLine(tx *store.Tx, d *dossier, unit string) (string, error) {
	switch {
	case d.FirstUnit == "":
		return "", nil
	case d.FirstPending() && d.State.Open():
		return unit + "，报送后由决定机关审查决定", nil
	}
	u, err := m.org.UnitTx(tx, d.CentreID, d.FirstUnit)
	switch {
	case err != nil || d.FirstAt != 0:
	case d.Decision != Undecided:
		return u.Name + "，没有报送，原证照期满，依法视为准予延续", nil
	default:
		return u.Name + "，没有报送，办件已结束", nil
	}
	return u.Name + "，" + d.FirstAt.Date().String() + " 报送", err
}
