package hotline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

// Correction (更正) is what may be set right on a ticket at any time before it is archived; empty fields keep what is
// there. No clock moves: a leg keeps the limit that it was given.
type Correction struct {
	Title        string `json:"title,omitempty"`
	Kind         string `json:"kind,omitempty"`
	Channel      string `json:"channel,omitempty"`
	Urgency      string `json:"urgency,omitempty"`
	Category     string `json:"category,omitempty"`
	Area         string `json:"area,omitempty"`
	Accused      string `json:"accused_unit,omitempty"`
	Confidential string `json:"confidential,omitempty"`
}

// ErrCorrectNothing refuses a correction that changes nothing.
var ErrCorrectNothing = errs.New(errs.Conflict, "hotline.correct_nothing", "更正的内容与现在的完全一样，没有保存。")

func (c *Correction) validate() error {
	e := ErrInput
	oneOf := func(field, value string, list []string, what string) {
		if value != "" && !slices.Contains(list, value) {
			e = e.Field(field, "请选择%s：%s。", what, strings.Join(list, "、"))
		}
	}
	for _, s := range []*string{&c.Title, &c.Kind, &c.Channel, &c.Urgency, &c.Category, &c.Area, &c.Accused, &c.Confidential} {
		*s = strings.TrimSpace(*s)
	}
	oneOf("kind", c.Kind, Kinds, "诉求类型")
	oneOf("channel", c.Channel, Channels, "来源渠道")
	oneOf("urgency", c.Urgency, Urgencies, "紧急程度")
	if c.Confidential != "" && !slices.Contains(Confidentialities, c.Confidential) {
		e = e.Field("confidential", confidentialChoice)
	}
	for _, f := range []struct {
		name, value string
		most        int
	}{{"title", c.Title, maxTitle}, {"category", c.Category, maxShort}, {"area", c.Area, maxShort}} {
		if utf8.RuneCountInString(f.value) > f.most || !utf8.ValidString(f.value) || strings.ContainsRune(f.value, 0) {
			e = e.Field(f.name, "最多 %d 个字，且不能有无法识别的字符。", f.most)
		}
	}
	return e.OrNil()
}

// Correct sets a ticket's classification right (更正), with both values in its history. The unit that the ticket turns out
// to accuse must not be working on it: hotline.conflict_of_interest. A merged ticket keeps its confidentiality.
func (m *Module) Correct(ctx context.Context, cmd Command, c Correction, why string) (Ticket, error) {
	if err := c.validate(); err != nil {
		return Ticket{}, err
	}
	why, err := Reason("reason", "更正理由", why)
	if err != nil {
		return Ticket{}, err
	}
	cmd.sent = c.sent()
	return m.do(ctx, cmd, ActCorrect, fmt.Sprintf("%+v%s", c, why), func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		if err := m.mayCorrect(tx, o, c); err != nil {
			return note{}, err
		}
		was := o.Ticket
		changes := o.correct(c)
		if len(changes) == 0 {
			return note{}, ErrCorrectNothing
		}
		if o.Confidential != was.Confidential || o.Title != was.Title {
			if err := m.reindex(tx, o); err != nil {
				return note{}, err
			}
		}
		return note{text: why, data: map[string]any{"changes": changes}}, nil
	})
}

// mayCorrect refuses what would let a unit handle a report about itself, or mix confidential tickets with others.
func (m *Module) mayCorrect(tx *store.Tx, o *order, c Correction) error {
	if c.Confidential != "" && c.Confidential != o.Confidential && (o.MergedInto != "" || o.MergedCount > 0) {
		return ErrMerge.Say("已并单的工单不能改变保密要求，请先拆单。")
	}
	if c.Accused == "" || c.Accused == o.AccusedUnit {
		return nil
	}
	if _, err := m.org.UnitTx(tx, o.CentreID, c.Accused); err != nil {
		if errs.KindOf(err) == errs.NotFound {
			return ErrInput.Field("accused_unit", "没有这个单位。请重新选择。")
		}
		return err
	}
	return m.checkNotAccused(tx, o, c.Accused)
}

// checkNotAccused refuses where a unit that works on the ticket is the accused one or below it.
func (m *Module) checkNotAccused(tx *store.Tx, o *order, accused string) error {
	if accused == "" {
		return nil
	}
	for i := range o.legs {
		l := &o.legs[i]
		if l.State == Returned || l.State == Cancelled {
			continue
		}
		u, err := m.org.UnitTx(tx, o.CentreID, l.UnitID)
		if err != nil {
			return err
		}
		if slices.Contains(strings.Split(u.Path, "/"), accused) {
			return ErrConflictOfInterest.Say("被反映单位或它的下属单位正在承办这张工单，请先改派再更正。")
		}
	}
	return nil
}

// correct sets the fields, moves the counts that follow from them, and gives the old and the new value of each.
func (o *order) correct(c Correction) map[string][2]string {
	kind, channel, category := o.Kind, o.Channel, o.Category
	changes := map[string][2]string{}
	for _, f := range []struct {
		name  string
		field *string
		value string
	}{{"title", &o.Title, c.Title}, {"kind", &o.Kind, c.Kind}, {"channel", &o.Channel, c.Channel}, {"urgency", &o.Urgency, c.Urgency}, {"category", &o.Category, c.Category},
		{"area", &o.Area, c.Area}, {"accused_unit", &o.AccusedUnit, c.Accused}, {"confidential", &o.Confidential, c.Confidential}} {
		if f.value != "" && f.value != *f.field {
			changes[f.name] = [2]string{*f.field, f.value}
			*f.field = f.value
		}
	}
	o.reclassified(category)
	if o.Channel != channel {
		day := o.CreatedAt.Date()
		o.counts.add(CountReceived, day, channel, -1)
		o.counts.add(CountReceived, day, o.Channel, 1)
	}
	if o.Kind != kind && o.AcceptedAt != 0 {
		day := o.AcceptedAt.Date()
		o.counts.add(CountAccepted, day, kind, -1)
		o.counts.add(CountAccepted, day, o.Kind, 1)
	}
	return changes
}

// reindex puts the ticket into the full-text index as it may be found now, with its replies: a wholly confidential one
// not at all.
func (m *Module) reindex(tx *store.Tx, o *order) error {
	doc, err := id.Parse(string(o.ID))
	if err != nil {
		return err
	}
	if !o.indexed() {
		err = m.index.Delete(tx, o.CentreID, doc)
	} else {
		var body TicketText
		if body, err = store.Get[TicketText](tx, "SELECT content, address FROM hotline_ticket WHERE centre_id = $1 AND id = $2", o.CentreID, o.ID); err == nil {
			err = m.index.Put(tx, o.CentreID, doc, nil, SearchTokens(o.Title, body.Content, body.Address))
		}
	}
	if err != nil {
		return err
	}
	return m.indexReplies(tx, &o.Ticket)
}
