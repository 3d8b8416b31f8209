package casework

import (
	"context"
	"encoding/json"
	"slices"

	"yichuang/internal/money"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// RevokeGrounds lists when a decision is revoked (行政许可法 art. 69): five grounds on which the organ, or the one above it, may,
// and one on which it must.
func RevokeGrounds() []org.Choice {
	return []org.Choice{{Value: "abuse", Label: "工作人员滥用职权、玩忽职守作出决定"}, {Value: "authority", Label: "超越法定职权作出决定"}, {Value: "procedure", Label: "违反法定程序作出决定"},
		{Value: "ineligible", Label: "对不具备申请资格或者不符合法定条件的申请人作出准予决定"}, {Value: "other", Label: "依法可以撤销的其他情形"}, {Value: "fraud", Label: "以欺骗、贿赂等不正当手段取得（应当撤销）"}}
}

// RevokeInput is why a decision is taken back.
type RevokeInput struct {
	Ground string `json:"ground" maxLength:"20" doc:"撤销的情形：abuse、authority、procedure、ineligible、other 或 fraud"`
	Reason string `json:"reason" maxLength:"2000" doc:"理由和依据，写进撤销决定书"`
}

// Revoke takes a decision back (撤销, 行政许可法 art. 69): a written decision of the organ that decided, and so by the powers that
// the first one took, 决定 and 用印, up to the amount that was decided about. What was decided stays in the case's events.
func (m *Module) Revoke(ctx context.Context, cmd Command, in RevokeInput) (Case, error) {
	return m.run(ctx, cmd, ActRevoke, in, func(tx *store.Tx, d *dossier) (note, error) {
		if !slices.ContainsFunc(RevokeGrounds(), func(c org.Choice) bool { return c.Value == in.Ground }) {
			return note{}, ErrReasonRequired.Say("请选择撤销的情形。").Field("ground", "请选择撤销的情形。")
		}
		why, err := reason("reason", "撤销的理由和依据", in.Reason)
		if err != nil {
			return note{}, err
		}
		d.stop(tx)
		v, err := m.issue(tx, d, VoucherRevoked, revokedLetter(d, in.Ground, why))
		if err == nil {
			err = m.annul(tx, d, in.Ground, v.No)
		}
		return note{text: why, data: map[string]any{"ground": in.Ground, "voucher": v.No}}, err
	})
}

// decidedAmount is the amount that the decision was about; nil where nobody said.
func (d *dossier) decidedAmount(tx *store.Tx) (*money.Fen, error) {
	if err := d.loadEvents(tx); err != nil {
		return nil, err
	}
	for i := len(d.events) - 1; i >= 0; i-- {
		e := &d.events[i]
		if e.Action != ActGrant && e.Action != ActDeny {
			continue
		}
		var data struct {
			Amount *money.Fen `json:"amount"`
		}
		err := json.Unmarshal([]byte(e.Data), &data)
		return data.Amount, err
	}
	return nil, nil
}

func revokedLetter(d *dossier, ground, why string) Letter {
	l := Letter{Facts: []Fact{{"原决定", d.DecidedAt.Date().String() + " " + d.Decision.Label()}, {"撤销的情形", org.LabelOf(RevokeGrounds(), ground)}},
		Text: []string{"依据《中华人民共和国行政许可法》第六十九条，决定撤销上述决定。", "理由：" + why}, After: []string{Remedy}}
	if d.ResultNo != "" {
		l.Facts = append(l.Facts, Fact{"证照编号", d.ResultNo})
		l.After = append([]string{"“" + d.terms.Result.Name + "”自本决定作出之日起失效，依法办理注销手续。"}, l.After...)
	}
	return l
}
