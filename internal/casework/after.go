package casework

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/item"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// Ways of delivery (送达方式).
var Ways = []string{"窗口领取", "邮寄送达", "电子送达"}

// DeliverInput is how the result reached the applicant.
type DeliverInput struct {
	Way     string `json:"way" doc:"窗口领取、邮寄送达或电子送达"`
	Courier string `json:"courier_no,omitempty" maxLength:"60" doc:"寄递单号"`
	Came    bool   `json:"came,omitempty" doc:"申请人为此到场一次"`
}

// Deliver hands the result over (送达) with a receipt of delivery, and closes the case where nothing is owed.
func (m *Module) Deliver(ctx context.Context, cmd Command, in DeliverInput) (Case, error) {
	return m.closing(ctx, cmd, ActDeliver, in, func(tx *store.Tx, d *dossier) (note, error) {
		if !slices.Contains(Ways, in.Way) {
			return note{}, ErrInput.Field("way", "请选择送达方式。")
		}
		if in.Way == Ways[1] && strings.TrimSpace(in.Courier) == "" {
			return note{}, ErrInput.Field("courier_no", "邮寄送达请填写寄递单号。")
		}
		if in.Came {
			d.Trips++
		}
		d.DeliveredAt = tx.Now()
		d.stop(tx, ClockDelivery)
		if in.Way == Ways[2] {
			if err := m.tellDelivered(tx, &d.Case); err != nil {
				return note{}, err
			}
		}
		v, err := m.issue(tx, d, VoucherDelivery, deliveryLetter(&d.Case, in.Way, strings.TrimSpace(in.Courier)))
		return note{data: map[string]any{"way": in.Way, "courier": in.Courier, "came": in.Came, "voucher": v.No}}, err
	})
}

// Payment is how the fee of a case was settled: paid with a receipt, or waived on a basis.
type Payment struct {
	Waived  bool      `json:"waived,omitempty" doc:"减免"`
	Receipt string    `json:"receipt" maxLength:"200" doc:"缴费票据号，或减免依据"`
	Amount  money.Fen `json:"amount,omitempty" doc:"实收金额，分；不填为未登记"`
}

// SettleFee notes that the fee was paid, or waived with a reason (缴费、减免). The amount is what supervision compares with
// the item's charges.
func (m *Module) SettleFee(ctx context.Context, cmd Command, in Payment) (Case, error) {
	return m.closing(ctx, cmd, ActFee, in, func(tx *store.Tx, d *dossier) (note, error) {
		if d.Fee != FeeOwed {
			return note{}, ErrInput.Say("这个办件没有待缴的费用。")
		}
		if in.Amount < 0 {
			return note{}, ErrInput.Field("amount", "实收金额不能是负数。")
		}
		what := "缴费票据号"
		d.Fee = FeePaid
		if in.Waived {
			what, d.Fee = "减免依据", FeeWaived
		}
		data := map[string]any{"fee": string(d.Fee)}
		if in.Amount > 0 && !in.Waived {
			d.FeePaid, data["amount"] = in.Amount, int64(in.Amount)
		}
		receipt, err := reason("receipt", what, in.Receipt)
		return note{text: receipt, data: data}, err
	})
}

// uncharge lets a fee go of a case that gives the applicant nothing, where the item charges for the paper that is its result alone
// (计费单位 证 or 本); what it charges for the work stays owed.
func (d *dossier) uncharge() {
	if d.Fee == FeeOwed && !slices.ContainsFunc(d.terms.Fees, func(f item.FeeItem) bool { return f.Per != "证" && f.Per != "本" }) {
		d.Fee = NoFee
	}
}

// closing is run for an action after which the program closes the case by itself, if everything is there.
func (m *Module) closing(ctx context.Context, cmd Command, action Action, digest any, s step) (Case, error) {
	var c Case
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		d, err := m.act(tx, cmd, action, digest, s)
		if err != nil {
			return err
		}
		if d.State == Delivered && d.Fee != FeeOwed {
			err = m.apply(tx, d, ActClose, closeStep)
		}
		c = d.Case
		return err
	})
	return c, m.remember(ctx, cmd, action, err)
}

func closeStep(tx *store.Tx, d *dossier) (note, error) {
	d.ClosedAt = tx.Now()
	switch {
	case d.Decision == Denied:
		d.CloseCode = CloseDenied
	case d.ResultNo == "":
		d.CloseCode = CloseNoPaper
	default:
		d.CloseCode = CloseIssued
	}
	return note{data: map[string]any{"close_code": d.CloseCode}}, nil
}

// Reassign gives the case to another person of the department or window (移交).
func (m *Module) Reassign(ctx context.Context, cmd Command, user, why string) (Case, error) {
	return m.run(ctx, cmd, ActReassign, []any{user, why}, func(tx *store.Tx, d *dossier) (note, error) {
		to, err := m.org.UserTx(tx, d.CentreID, user)
		if err != nil || !to.Active || to.UnitID != d.UnitID && (d.SiteID == "" || to.SiteID != d.SiteID) {
			return note{}, ErrInput.Field("user_id", "请选择本部门或本大厅的在岗人员。")
		}
		why, err := reason("reason", "移交原因", why)
		d.Handler = to.ID
		return note{text: why, data: map[string]any{"to": to.ID}}, err
	})
}

// Terminate ends the case because it has lost its object (终止). The organ that reviews first reports the case instead, whatever it
// thinks of it: to end it is for the organ that decides.
func (m *Module) Terminate(ctx context.Context, cmd Command, why string) (Case, error) {
	return m.run(ctx, cmd, ActTerminate, why, func(tx *store.Tx, d *dossier) (note, error) {
		if d.FirstPending() {
			return note{}, ErrFirst.Say("还在初审，初审机关不能终止办件。请写明意见，报送决定机关处理。")
		}
		why, err := reason("reason", "终止的理由和依据", why)
		if err != nil {
			return note{}, err
		}
		return note{text: why}, d.end(tx)
	})
}

// Archive puts the case away (归档): its papers in a box, its record into the archive, whose content sum the event holds.
func (m *Module) Archive(ctx context.Context, cmd Command, box string) (Case, error) {
	return m.run(ctx, cmd, ActArchive, box, func(tx *store.Tx, d *dossier) (note, error) {
		if box = strings.TrimSpace(box); box == "" || utf8.RuneCountInString(box) > 60 {
			return note{}, ErrInput.Field("box", "请填写档号或盒号，最多 60 个字。")
		}
		if d.PledgePending() {
			return note{}, ErrUnchecked
		}
		return m.putAway(box)(tx, d)
	})
}
