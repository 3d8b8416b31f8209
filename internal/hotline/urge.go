package hotline

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Urging (催办) presses a unit: the office's own, or that of a caller who asks again (来电人催办).
type Urging struct {
	Remark   string `json:"remark,omitempty"`
	ByCaller bool   `json:"by_caller,omitempty"`
	// ByPhone is an urging by telephone (电话催办), and Spoke whom the office spoke with.
	ByPhone bool   `json:"by_phone,omitempty"`
	Spoke   string `json:"spoke_with,omitempty"`
}

// phoneUrging begins the notice of an urging by telephone.
const PhoneUrging = "电话催办"

// maxSpoke is how long the name of whom the office spoke with may be.
const maxSpoke = 40

func (in *Urging) validate() error {
	in.Remark, in.Spoke = strings.TrimSpace(in.Remark), strings.TrimSpace(in.Spoke)
	e := ErrInput
	if utf8.RuneCountInString(in.Remark) > maxContent {
		e = e.Field("remark", "催办内容最多 %d 个字。", maxContent)
	}
	switch {
	case in.ByPhone && in.ByCaller:
		e = e.Field("by_caller", "电话催办是热线办打给承办单位，不能同时记为来电人催办。")
	case in.ByPhone && (in.Spoke == "" || utf8.RuneCountInString(in.Spoke) > maxSpoke):
		e = e.Field("spoke_with", "请填写接电话的人，最多 %d 个字；没有人接的写“无人接听”。", maxSpoke)
	case !in.ByPhone:
		in.Spoke = ""
	}
	return e.OrNil()
}

// words are what the event of an urging says.
func (in *Urging) words() string {
	if !in.ByPhone {
		return in.Remark
	}
	return strings.TrimSpace(PhoneUrging + "，接电话：" + in.Spoke + "。" + in.Remark)
}

// urged is what the event of an urging keeps.
type urged struct {
	ByCaller bool `json:"by_caller"`
	Counted  bool `json:"counted"`
	ByPhone  bool `json:"by_phone"`
}

// Urge presses the unit (催办) and tells it. A caller's urging counts as often a day as the centre's
// parameter says, once at first, in Shanghai's days: a further one is written down and says so, and neither the count nor
// the unit's notices grow.
func (m *Module) Urge(ctx context.Context, cmd Command, in Urging) (Ticket, error) {
	if err := in.validate(); err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActUrge, fmt.Sprintf("%+v", in), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if l == nil || !l.State.Running() {
			return note{}, ErrState.Say("承办单位已经提交答复，不需要催办。")
		}
		out := note{leg: l.ID, text: in.words(), data: map[string]any{"by_caller": in.ByCaller, "counted": true}}
		if in.ByPhone {
			out.data["by_phone"] = true
		}
		if in.ByCaller {
			limits, err := m.LimitsTx(tx, o.CentreID)
			if err != nil {
				return out, err
			}
			n, err := callerUrged(tx, o, tx.Now().Date())
			if err != nil {
				return out, err
			}
			if n >= limits.UrgesPerDay {
				out.text, out.data["counted"] = strings.TrimSpace("来电人今天已经催办过，这次只作记录，不重复计数。"+in.Remark), false
				return out, nil
			}
		}
		o.Urged++
		n := Notice{Kind: NoticeUrge, Text: fmt.Sprintf("第 %d 次催办：%s", o.Urged, firstRunes(in.Remark, 80)), Audience: AudienceUnit}
		if in.ByPhone {
			n.Text = firstRunes(in.words(), 100)
		}
		// Urgings are told apart by the moment, rungs of the ladder by the end that they belong to.
		return out, m.give(tx, o, l, n, tx.Now())
	})
}

// callerUrged counts the urgings of the ticket's caller that counted on a day.
func callerUrged(tx *store.Tx, o *order, day clock.Date) (int, error) {
	list, err := store.Select[string](tx, "SELECT data FROM hotline_event WHERE centre_id = $1 AND ticket_id = $2 AND action = $3 AND at >= $4 AND at < $5",
		o.CentreID, o.ID, ActUrge, day.Start(), day.End())
	n := 0
	for _, data := range list {
		var u urged
		if data != "" && json.Unmarshal([]byte(data), &u) == nil && u.ByCaller && u.Counted {
			n++
		}
	}
	return n, err
}
