package exchange

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/attest"
	"yichuang/internal/audit"
	"yichuang/internal/store"
)

// PaperKind is which paper of a request.
type PaperKind string

// The papers of a request (共享申请单, 共享答复单).
const (
	AskPaper    PaperKind = "request"
	AnswerPaper PaperKind = "answer"
)

// Paper is a paper of a request as it is printed: what was asked for, or what was answered.
type Paper struct {
	Kind    PaperKind
	Request RequestSheet
	Voucher attest.Paper
}

// Print gives a paper of a request with its number and code and writes that down (打印单据). The request has the request's number; each
// answer has one of its own, because a provider may answer again after negotiations.
func (m *Module) Print(ctx context.Context, id string, kind PaperKind) (p Paper, err error) {
	s, err := m.FindRequest(ctx, id)
	if err != nil {
		return p, err
	}
	a := actor.From(ctx)
	in := attest.Input{CentreID: a.CentreID, Kind: "exchange." + string(kind), Object: s.ID, Facts: []attest.Fact{{Label: "数据", Value: s.EntryName}, {Label: "申请单位", Value: s.Requester}, {Label: "提供单位", Value: s.Provider}}}
	switch {
	case kind == AskPaper && s.SubmittedAt != 0:
		in.No, in.Title, in.Organ, in.Day = s.No, "政务数据共享申请单", s.Requester, s.SubmittedAt.Date()
	case kind == AnswerPaper && s.AnsweredAt != 0:
		in.Object, in.Series, in.Title, in.Organ, in.Day = s.ID+"/"+itoa(int64(s.AnsweredAt)), "政务共答", "政务数据共享答复单", s.Provider, s.AnsweredAt.Date()
		in.Facts = append(in.Facts, attest.Fact{Label: "申请编号", Value: s.No})
	default:
		return p, ErrPaper
	}
	p = Paper{Kind: kind, Request: s}
	err = m.DB.WithTx(ctx, func(tx *store.Tx) error {
		if p.Voucher, err = m.Attest.IssueTx(tx, in); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "exchange.print", Permission: PermRead, Kind: "share_request", Object: s.ID, Detail: map[string]any{"no": p.Voucher.No}})
	})
	return p, err
}
