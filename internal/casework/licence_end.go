package casework

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Why a licence is no longer in force, besides the grounds of RevokeGrounds and those that people choose.
const (
	groundRenewed = "renewed" // 准予延续
	groundDeemed  = "deemed"  // 视为准予延续
	groundExpired = "expired" // 有效期届满未延续
)

// cancelGrounds are the cases of 行政许可法 art. 70 in which a licence is cancelled, each with the states from which it can be.
var cancelGrounds = []struct {
	org.Choice
	from []LicenceState
}{
	{org.Choice{Value: groundExpired, Label: "有效期届满未延续"}, []LicenceState{Expired}},
	{org.Choice{Value: "death", Label: "公民死亡或者丧失行为能力"}, []LicenceState{InForce, Expired}},
	{org.Choice{Value: "dissolved", Label: "法人或者其他组织依法终止"}, []LicenceState{InForce, Expired}},
	{org.Choice{Value: "taken_back", Label: "许可依法被撤销、撤回，或者证件依法被吊销"}, []LicenceState{InForce, Annulled, Forfeited}},
	{org.Choice{Value: "force_majeure", Label: "因不可抗力导致许可事项无法实施"}, []LicenceState{InForce}},
	{org.Choice{Value: "other_law", Label: "法律、法规规定的应当注销的其他情形"}, []LicenceState{InForce, Expired, Annulled, Forfeited}},
}

// penaltyGround is the ground of a forfeiture (吊销).
const penaltyGround = "penalty"

// CancelGrounds lists the grounds on which a licence may be cancelled now; none where it cannot.
func (l *Licence) CancelGrounds() []org.Choice {
	var out []org.Choice
	for _, g := range cancelGrounds {
		if slices.Contains(g.from, l.State) {
			out = append(out, g.Choice)
		}
	}
	return out
}

// GroundText says in words why a licence is no longer in force, with the article.
func (l *Licence) GroundText() string {
	for _, g := range cancelGrounds {
		if g.Value == l.Ground && l.State == Cancelled {
			return g.Label + "（行政许可法第七十条）"
		}
	}
	switch l.Ground {
	case "":
		return ""
	case groundExpired:
		return "有效期届满"
	case groundRenewed:
		return "准予延续（行政许可法第五十条）"
	case groundDeemed:
		return "视为准予延续（行政许可法第五十条第二款）"
	case penaltyGround:
		return "行政处罚（行政处罚法第九条）"
	}
	return org.LabelOf(RevokeGrounds(), l.Ground) + "（行政许可法第六十九条）"
}

// EndInput ends a licence: 注销 on a ground of 行政许可法 art. 70, or 吊销 by the decision of a penalty; or it puts the last day right.
type EndInput struct {
	Action   LicenceAction `json:"action" enum:"cancel,forfeit,correct" doc:"cancel 注销，forfeit 吊销，correct 更正有效期止"`
	Until    clock.Date    `json:"valid_until,omitzero" doc:"更正后的有效期止"`
	Ground   string        `json:"ground,omitempty" maxLength:"20" doc:"注销的情形：expired、death、dissolved、taken_back、force_majeure 或 other_law"`
	Document string        `json:"document,omitempty" maxLength:"100" doc:"决定书文号；吊销的必填"`
	Reason   string        `json:"reason" maxLength:"2000" doc:"理由"`
}

func (in *EndInput) validate(l *Licence) error {
	in.Document, in.Reason = strings.TrimSpace(in.Document), strings.TrimSpace(in.Reason)
	e := ErrInput
	switch in.Action {
	case LicenceCancel:
		if !slices.ContainsFunc(l.CancelGrounds(), func(c org.Choice) bool { return c.Value == in.Ground }) {
			e = e.Field("ground", "请选择注销的情形。")
		}
	case LicenceForfeit:
		in.Ground = penaltyGround
		if in.Document == "" {
			e = e.Field("document", "请填写行政处罚决定书的文号。")
		}
	case LicenceCorrects:
		if in.Until = given(in.Until); in.Until.IsZero() || in.Until < l.From {
			e = e.Field("valid_until", "请填写有效期止，不早于有效期起。")
		}
	default:
		return e.Field("action", "请选择注销、吊销或更正有效期。")
	}
	if utf8.RuneCountInString(in.Document) > 100 {
		e = e.Field("document", "文号最多 100 个字。")
	}
	if in.Reason == "" || utf8.RuneCountInString(in.Reason) > maxText {
		e = e.Field("reason", "请填写理由，最多 %d 个字。", maxText)
	}
	return e.OrNil()
}

// EndLicence cancels a licence (注销), takes it away as a penalty (吊销), or puts its last day right where the case is in the archive
// already. Like the decision that gave it, it takes the powers
// 决定 and 用印. The case by which it was given does not change.
func (m *Module) EndLicence(ctx context.Context, cmd Command, in EndInput) (Licence, error) {
	a := actor.From(ctx)
	if err := a.Require(PermEndLicence); err != nil {
		return Licence{}, err
	}
	var l Licence
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		_, repeated, err := once.ClaimContent(tx, cmd.Key, "licence|"+string(cmd.CaseID), in, string(cmd.CaseID))
		if err != nil {
			return err
		}
		if err := audit.Lock(tx, a.CentreID, string(cmd.CaseID)); err != nil {
			return err
		}
		found := false
		l, found, err = licenceOf(tx, a.CentreID, cmd.CaseID)
		switch {
		case err != nil:
			return err
		case !found:
			return ErrLicence
		}
		if err := l.visible(a, PermEndLicence); err != nil || repeated {
			return err
		}
		if cmd.Version != 0 && cmd.Version != l.Version {
			return ErrVersion.With("version", l.Version)
		}
		return m.endBy(tx, &l, in)
	})
	return l, err
}

func (m *Module) endBy(tx *store.Tx, l *Licence, in EndInput) error {
	if step, ok := licenceFlow[in.Action]; ok && in.Action != LicenceGive && !slices.Contains(step.from, l.State) {
		return ErrLicenceState.Say("证照 %s 处于“%s”，不能%s。", l.No, l.State.Label(), in.Action.Label())
	}
	if err := in.validate(l); err != nil {
		return err
	}
	c, err := m.CaseTx(tx, l.CentreID, "id", string(l.ID))
	if err != nil {
		return err
	}
	d := &dossier{Case: c}
	if err := m.empower(tx, d, ActRevoke, nil); err != nil {
		return err
	}
	if in.Action == LicenceCorrects {
		return m.correctTerm(tx, l, &c, in, &d.backing)
	}
	if l.EndedOn.IsZero() {
		l.EndedOn = tx.Now().Date()
	}
	l.Ground, l.Document = in.Ground, in.Document
	data := map[string]any{"ground": in.Ground}
	if in.Document != "" {
		data["document"] = in.Document
	}
	if err := l.happen(tx, in.Action, note{text: in.Reason, authority: d.backing.authority(), data: d.backing.cite(data)}); err != nil {
		return err
	}
	return recordLicence(tx, l, in.Action)
}

// recordLicence writes an audit line about a licence.
func recordLicence(tx *store.Tx, l *Licence, action LicenceAction) error {
	return audit.RecordIn(tx, l.CentreID, audit.Entry{Action: "casework.licence_" + string(action), Permission: PermEndLicence, Kind: "licence", Object: string(l.ID), Detail: map[string]any{"no": l.No, "state": l.State}, Digest: l.EventHash})
}
