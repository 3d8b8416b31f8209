package casework

import (
	"context"
	"errors"
	"slices"
	"strings"

	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/outbox"
	"yichuang/internal/store"
)

// messageDelivered is the kind of the message that tells an applicant of an electronic delivery (电子送达提醒).
const messageDelivered = "casework.delivered"

// telling are the vouchers whose words the applicant also finds on the page of progress itself: what touches his rights and his limits.
var telling = []VoucherKind{VoucherRefused, VoucherProcedure, VoucherExtension, VoucherHearingRight, VoucherHearing, VoucherDenied, VoucherContinued, VoucherFix, VoucherRevoked}

// Appealable reports whether the paper refuses or takes away, so that the applicant may ask for review or go to court (行政许可法 art. 38).
func (k VoucherKind) Appealable() bool {
	return k == VoucherRefused || k == VoucherDenied || k == VoucherRevoked
}

// OwnPaper (本人文书) is a voucher as its applicant finds it.
type OwnPaper struct {
	Kind   VoucherKind   `json:"kind"`
	Title  string        `json:"title"`
	No     string        `json:"no"`
	Day    clock.Date    `json:"day"`
	CaseNo string        `json:"case_no,omitempty"`
	ReadAt clock.Instant `json:"read_at,omitzero"`
}

// Told (告知内容) is what a voucher told the applicant, word for word as it stands on the paper.
type Told struct {
	OwnPaper
	Facts []Fact   `json:"facts,omitempty"`
	Text  []string `json:"text,omitempty"`
}

// Asked (更正请求) is what an applicant last asked to be put right in his case, and what became of it.
type Asked struct {
	At     clock.Instant `json:"at"`
	Text   string        `json:"text"`
	State  string        `json:"state"` // open, approved, declined
	Answer string        `json:"answer,omitempty"`
}

// open reports whether the voucher is for its applicant to read: not what organs send each other, a decision and its receipt from the delivery
// on (行政许可法 art. 44), and nothing whose words were destroyed with the archive's record.
func (v *Voucher) open(c *Case) bool {
	switch {
	case v.Kind == VoucherFirst || v.Body == "{}":
		return false
	case v.Kind == VoucherGranted || v.Kind == VoucherDenied:
		return c.DeliveredAt != 0
	}
	return true
}

func (v *Voucher) own(caseNo string) OwnPaper {
	return OwnPaper{v.Kind, v.Kind.Title(), v.No, v.Day, caseNo, v.ReadAt}
}

// papersOf reads the vouchers of a visit, oldest first.
func papersOf(tx *store.Tx, v *Visit) ([]Voucher, error) {
	return store.Select[Voucher](tx, "SELECT "+voucherColumns+" FROM casework_voucher WHERE centre_id = $1 AND visit_id = $2 ORDER BY id", v.CentreID, v.ID)
}

// ownPapers lists those that the applicant may read.
func ownPapers(list []Voucher, cases []Case) (out []OwnPaper) {
	for i := range list {
		v := &list[i]
		if v.CaseID == "" && v.Body != "{}" {
			out = append(out, v.own(""))
		}
		for j := range cases {
			if c := &cases[j]; c.ID == v.CaseID && v.open(c) {
				out = append(out, v.own(c.No))
			}
		}
	}
	return out
}

// notices words what the vouchers of a case told, the newest first. The grounds of a decision are told at once, the paper when it is delivered.
func notices(list []Voucher, c *Case) (out []Told, err error) {
	for i := range slices.Backward(list) {
		v := &list[i]
		if v.CaseID != c.ID || v.Body == "{}" || !slices.Contains(telling, v.Kind) {
			continue
		}
		l, err := v.Letter()
		if err != nil {
			return nil, err
		}
		facts := slices.DeleteFunc(l.Facts, func(f Fact) bool {
			return slices.Contains([]string{"办件编号", "事项名称", "申请日期"}, f.Label)
		})
		out = append(out, Told{v.own(c.No), facts, slices.Concat(l.Text, l.List, l.After)})
	}
	return out, nil
}

// OwnVoucher names a voucher to its applicant.
type OwnVoucher struct {
	Code string `json:"code" maxLength:"20" doc:"查询码"`
	Tail string `json:"phone_tail" maxLength:"4" doc:"手机号后四位"`
	No   string `json:"no" maxLength:"40" doc:"文书编号"`
}

// ReadOwn gives an applicant his own voucher as it is printed, by query code and phone, and writes down that he read it: each time in the log,
// the first time with the voucher, as the proof of an electronic delivery.
func (m *Module) ReadOwn(ctx context.Context, in OwnVoucher) (Paper, error) {
	var p Paper
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		visit, cases, _, err := m.ProvenTx(tx, in.Code, in.Tail)
		if err != nil {
			return err
		}
		list, err := papersOf(tx, &visit)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(ownPapers(list, cases), func(o OwnPaper) bool { return o.No == strings.TrimSpace(in.No) })
		if i < 0 {
			return ErrVoucher
		}
		no := ownPapers(list, cases)[i].No
		v := list[slices.IndexFunc(list, func(v Voucher) bool { return v.No == no })]
		if v.ReadAt == 0 {
			v.ReadAt = tx.Now()
			if err := tx.Queue("UPDATE casework_voucher SET read_at = $3 WHERE centre_id = $1 AND id = $2 AND read_at = 0", v.CentreID, v.ID, v.ReadAt); err != nil {
				return err
			}
		}
		of := slices.DeleteFunc(cases, func(c Case) bool { return v.CaseID != "" && c.ID != v.CaseID })
		if p, err = m.paperOf(tx, v, of); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "casework.read_own", Kind: "voucher", Object: v.ID, Detail: map[string]any{"no": v.No, "proof": "query_code"}})
	})
	return p, err
}

// tellDelivered lets a message wait for whoever came with a case that is delivered electronically and agreed to messages (个人信息保护法
// art. 14). It names neither item nor people, because others may read a telephone.
func (m *Module) tellDelivered(tx *store.Tx, c *Case) error {
	if !c.Messages {
		return nil
	}
	return m.outbox.Put(tx, outbox.Message{CentreID: c.CentreID, Kind: messageDelivered, Object: string(c.ID), No: c.No, PersonID: or(c.AgentID, c.ApplicantID),
		Text: "您的办件（" + c.No + "）的决定文书已经电子送达。请在政务服务网站“办件进度查询”凭查询码和手机号后四位阅读、下载。"})
}

// deliveredMessage finishes such a message, which has no link. It is dropped where the papers were read since.
func (m *Module) deliveredMessage(ctx context.Context, g *outbox.Message) (string, error) {
	return "", m.db.Read(ctx, func(tx *store.Tx) error {
		v, err := decisionRead(tx, g.CentreID, CaseID(g.Object))
		if err == nil && v.ReadAt != 0 {
			return outbox.Drop
		}
		return err
	})
}

// decisionRead gives the decision of a case that its applicant opened first; an empty voucher where he has opened none.
func decisionRead(tx *store.Tx, centre string, id CaseID) (Voucher, error) {
	v, err := store.Get[Voucher](tx, "SELECT "+voucherColumns+" FROM casework_voucher WHERE centre_id = $1 AND case_id = $2 AND kind IN ($3, $4) AND read_at > 0 ORDER BY read_at, id LIMIT 1", centre, id, VoucherGranted, VoucherDenied)
	if errors.Is(err, store.ErrNotFound) {
		return Voucher{}, nil
	}
	return v, err
}

// proveDelivery adds to a receipt of an electronic delivery by what it is proved: when the decision was opened, and with what.
func proveDelivery(tx *store.Tx, p *Paper) error {
	if p.Kind != VoucherDelivery || !slices.Contains(p.Letter.Facts, Fact{"送达方式", Ways[2]}) {
		return nil
	}
	v, err := decisionRead(tx, p.CentreID, p.CaseID)
	if err != nil {
		return err
	}
	text := "受送达人尚未在网上阅读决定文书。"
	if v.ReadAt != 0 {
		text = "受送达人已于" + v.ReadAt.Time().Format("2006-01-02 15:04") + "凭查询码和手机号后四位在网上阅读“" + v.Kind.Title() + "”（" + v.No + "）。"
	}
	p.Letter.After = append(p.Letter.After, text)
	return nil
}

// AskOwn takes an applicant's wish that something recorded about his case be put right (个人信息保护法 art. 46). It waits with the proposals for
// whoever may correct, one at a time.
func (m *Module) AskOwn(ctx context.Context, own Own, text string) (Case, error) {
	text, err := reason("text", "要更正的内容", text)
	if err != nil {
		return Case{}, err
	}
	if len([]rune(text)) > 200 {
		return Case{}, ErrInput.Field("text", "最多 200 个字。")
	}
	return m.own(ctx, own, func(tx *store.Tx, d *dossier) error {
		return m.apply(tx, d, ActAskCorrect, func(tx *store.Tx, d *dossier) (note, error) {
			n, err := m.propose(tx, d, ActAskCorrect, Correction{Field: "note", Value: text, Reason: askedBy}, askedBy+"："+text)
			if errors.Is(err, ErrProposalOpen) {
				return n, ErrProposalOpen.Say("这项办件已经有一个更正请求在处理，答复以后才能再提。")
			}
			return n, err
		})
	})
}

// askedBy begins the reason of what an applicant asks.
const askedBy = "申请人请求更正"

// settleAsked closes what the applicant asked, where a correction was made in other words than his.
func (m *Module) settleAsked(tx *store.Tx, d *dossier) error {
	p, found, err := openProposal(tx, d, ActAskCorrect)
	if err != nil || !found || p.ProposedBy != "" {
		return err
	}
	return m.settle(tx, d, ActAskCorrect, true)
}

// askedOf gives what the applicant of a case asked last; nil for nothing.
func askedOf(tx *store.Tx, c *Case) (*Asked, error) {
	p, err := store.Get[Proposal](tx, "SELECT "+store.Columns[Proposal]("")+" FROM casework_proposal WHERE centre_id = $1 AND case_id = $2 AND kind = $3 AND proposed_by = '' AND reason <> '' ORDER BY id DESC LIMIT 1", c.CentreID, c.ID, ActAskCorrect)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &Asked{p.ProposedAt, strings.TrimPrefix(p.Reason, askedBy+"："), p.State, p.Answer}, nil
}
