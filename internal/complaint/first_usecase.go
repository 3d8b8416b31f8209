package complaint

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/store"
)

// maxSaid is how long what somebody writes in a step may be, in characters.
const maxSaid = 2000

// said checks a text of a step.
func said(field, label, text string) (string, error) {
	text = strings.TrimSpace(text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return "", ErrInput.Field(field, "请填写%s。", label)
	case n > maxSaid:
		return "", ErrInput.Field(field, "%s最多 %d 个字，现在有 %d 个字。", label, maxSaid, n)
	}
	if strings.ContainsRune(text, 0) || !utf8.ValidString(text) {
		return "", ErrInput.Field(field, "含有无法识别的字符，请重新输入。")
	}
	return text, nil
}

// change runs one action in a transaction of its own.
func (m *Module) change(ctx context.Context, k Kind, cmd Command, action Action, digest any, do step) (out Matter, err error) {
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		out, err = m.run(tx, k, cmd, action, digest, do)
		return err
	})
	return out, err
}

// Accept takes a matter up (受理).
func (m *Module) Accept(ctx context.Context, k Kind, cmd Command) (Matter, error) {
	return m.change(ctx, k, cmd, ActAccept, nil, func(tx *store.Tx, f *file) (note, error) {
		f.AcceptedAt = tx.Now()
		f.stop(tx, ClockAccept)
		return note{}, nil
	})
}

// RefuseInput is why a matter is not taken up.
type RefuseInput struct {
	Ground string `json:"ground" maxLength:"20" doc:"情形的代码"`
	Reason string `json:"reason" maxLength:"2000" doc:"向反映人说明的理由"`
}

// Refuse does not take a matter up (不予受理): on one of the listed grounds, with the way that is open to the reporter instead.
func (m *Module) Refuse(ctx context.Context, k Kind, cmd Command, in RefuseInput) (Matter, error) {
	return m.change(ctx, k, cmd, ActRefuse, in, func(_ *store.Tx, f *file) (note, error) {
		g, ok := GroundOf(k, in.Ground)
		if !ok {
			return note{}, ErrInput.Field("ground", "请选择不予受理的情形。")
		}
		text, err := said("reason", "向反映人说明的理由", in.Reason)
		f.Ground = g.Code
		return note{text: text, data: map[string]any{"ground": g.Code}}, err
	})
}

// ClassifyInput is how a matter is qualified (定性) or sorted (分类).
type ClassifyInput struct {
	Class Class  `json:"class" maxLength:"20" doc:"simple 简单、common 一般、complex 复杂、hard 疑难、barred 法定不能；投诉：onsite 现场处理、forwarded 登记转办、intervene 介入处理"`
	Multi bool   `json:"multi,omitempty" doc:"涉及多个单位（投诉）"`
	Note  string `json:"note,omitempty" maxLength:"2000" doc:"说明"`
}

// Classify qualifies a stuck matter, whose limit counts from its registration, or sorts a complaint, whose limit counts from its
// acceptance and with which the investigation begins. A stuck matter may be qualified anew until it is dispatched.
func (m *Module) Classify(ctx context.Context, k Kind, cmd Command, in ClassifyInput) (Matter, error) {
	return m.change(ctx, k, cmd, ActClassify, in, func(tx *store.Tx, f *file) (note, error) {
		if !slices.Contains(Classes(k), in.Class) {
			return note{}, ErrInput.Field("class", "请选择类别。")
		}
		code, anchor := LimitCode(in.Class), f.ReceivedAt.Date()
		if k == Complaint {
			anchor = f.AcceptedAt.Date()
			if f.Multi = in.Multi; f.Multi {
				code = LimitMulti
			}
		}
		n, err := days(tx, f.CentreID, code)
		if err != nil {
			return note{}, err
		}
		f.Class = in.Class
		data := note{text: strings.TrimSpace(in.Note), data: map[string]any{"class": in.Class, "multi": f.Multi, "days": n}}
		if old := f.running(ClockHandle); old != nil {
			old.day.Budget = n
			return data, old.project(f.cal, tx.Now().Date())
		}
		return data, f.start(tx, ClockHandle, anchor, n)
	})
}

// Withdraw ends a matter because the reporter takes it back (反映人撤回).
func (m *Module) Withdraw(ctx context.Context, k Kind, cmd Command, why string) (Matter, error) {
	return m.change(ctx, k, cmd, ActWithdraw, why, func(*store.Tx, *file) (note, error) {
		text, err := said("reason", "反映人撤回的情况", why)
		return note{text: text}, err
	})
}
