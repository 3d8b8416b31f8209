package supervision

import (
	"context"
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/attest"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Letter (监察文书) is a numbered paper of an alert as it is printed: the 监察预警单 that is served, or the 整改回告单 that the unit
// gives back. It is made from what is stored, so it is the same whenever it is printed.
type Letter struct {
	Title string     `json:"title"`
	No    string     `json:"no"`
	To    string     `json:"to"`
	From  string     `json:"from"`
	Day   clock.Date `json:"day"`
	Facts []Fact     `json:"facts"`
	Text  []string   `json:"text"`

	Voucher attest.Paper `json:"voucher"`
}

// Fact is one line of a letter.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// LetterKind is which paper of an alert.
type LetterKind string

// The papers.
const (
	Warning  LetterKind = "warning" // 监察预警单
	Reply    LetterKind = "reply"   // 整改回告单
	section             = "政务监察股"
	noticeOf            = "监察预警单"
	replyOf             = "整改回告单"
)

// Print gives a paper of an alert and writes that down.
func (m *Module) Print(ctx context.Context, id AlertID, kind LetterKind) (Letter, error) {
	s, err := m.Find(ctx, id)
	if err != nil {
		return Letter{}, err
	}
	l := s.letter(kind)
	if l.No == "" || kind == Reply && s.AnsweredAt == 0 {
		return Letter{}, ErrAlert.Say("这份文书还没有生成：预警送达后才有预警单，回告后才有回告单；退回整改的，再次回告后才有新的回告单。")
	}
	in := attest.Input{CentreID: s.CentreID, Kind: "supervision." + string(kind), Object: s.paper(kind), No: l.No, Title: l.Title, Organ: l.From, Day: l.Day, Facts: []attest.Fact{{Label: "责任单位", Value: s.about()}, {Label: "预警级别", Value: s.Label}}}
	err = m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if l.Voucher, err = m.attest.IssueTx(tx, in); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "supervision.print", Permission: PermAlertRead, Kind: "supervision_alert", Object: string(id), Detail: map[string]any{"no": l.No}})
	})
	if err == nil && l.From == "" {
		l.From = actor.From(ctx).Name
	}
	return l, err
}

// paper is what a paper is verified as: the alert, or one of its answers, because a unit answers again with a new number when its answer
// was returned.
func (s *AlertSheet) paper(kind LetterKind) string {
	if kind == Reply {
		return string(s.ID) + "/" + s.AnswerNo
	}
	return string(s.ID)
}

// about is the unit or site that an alert is about.
func (s *AlertSheet) about() string {
	if s.Unit != "" {
		return s.Unit
	}
	return s.Site
}

// letter words a paper.
func (s *AlertSheet) letter(kind LetterKind) Letter {
	about := s.about()
	facts := []Fact{{"监察规则", s.ByRule.Code + " " + s.ByRule.Name + fmt.Sprintf("（第 %d 版规则）", s.Revision)}, {"预警类型", string(s.Type)}, {"预警级别", s.Label}, {"责任单位", about}}
	if s.Site != "" && s.Site != about {
		facts = append(facts, Fact{"站点", s.Site})
	}
	if s.CaseNo != "" {
		facts = append(facts, Fact{"办件编号", s.CaseNo}, Fact{"事项名称", s.ItemName})
	}
	facts = append(facts, Fact{"发出时间", s.At.Time().Format("2006-01-02 15:04")})
	if kind == Reply {
		return Letter{Title: replyOf, No: s.AnswerNo, To: section, From: about, Day: s.AnsweredAt.Date(), Facts: append([]Fact{{"预警单编号", s.No}}, facts...), Text: []string{"督办内容：" + s.Text, "整改情况：" + s.Answer}}
	}
	return Letter{Title: noticeOf, No: s.No, To: about, From: section, Day: s.ServedAt.Date(), Facts: facts, Text: []string{"督办内容：" + s.Text,
		fmt.Sprintf("请于 %s 前整改并回告结果；有异议的，可以在回告前提出申辩。", calendar.FormatDue(s.AnswerDue))}}
}
