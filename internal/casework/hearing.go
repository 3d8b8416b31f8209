package casework

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/store"
)

// HearingState is where a hearing stands.
type HearingState string

// The states of a hearing.
const (
	HearingTold     HearingState = "told"     // 已告知: the applicant may ask for it
	HearingAsked    HearingState = "asked"    // 已申请: must be held
	HearingConvened HearingState = "convened" // 已通知: time and place are announced
	HearingHeld     HearingState = "held"     // 已举行
	HearingWaived   HearingState = "waived"   // 已放弃
)

// Label is the state's Chinese name.
func (s HearingState) Label() string {
	return map[HearingState]string{HearingTold: "已告知权利", HearingAsked: "已申请，待组织", HearingConvened: "已通知，待举行", HearingHeld: "已举行", HearingWaived: "已放弃"}[s]
}

// The limits of a hearing in working days (行政许可法 art. 47, 48, 82).
const (
	askDays     = 5  // from being told, to ask for it
	holdDays    = 20 // from being asked for, to hold it
	conveneDays = 7  // between the notice and the day
)

// Hearing (听证) is one hearing of a case.
type Hearing struct {
	CentreID  string        `db:"centre_id" json:"-"`
	CaseID    CaseID        `db:"case_id" json:"-"`
	ID        string        `db:"id" json:"id"`
	State     HearingState  `db:"state" json:"state"`
	ToldOn    clock.Date    `db:"told_on" json:"told_on"`
	AskBy     clock.Instant `db:"ask_by" json:"ask_by"` // until when it may be asked for
	AskedOn   clock.Date    `db:"asked_on" json:"asked_on"`
	HoldBy    clock.Instant `db:"hold_by" json:"hold_by,omitzero"`
	HeldOn    clock.Date    `db:"held_on" json:"held_on"` // announced for, then held on
	NoticeOn  clock.Date    `db:"notice_on" json:"notice_on"`
	Place     string        `db:"place" json:"place,omitempty"`
	Chair     string        `db:"chair" json:"chair,omitempty"` // 主持人
	ChairName string        `db:"chair_name" json:"chair_name,omitempty"`
	Record    string        `db:"record" json:"record,omitempty"` // 听证笔录 in short
	Version   int64         `db:"version" json:"version"`
}

// Blocks reports whether a decision must wait for the hearing: it is to be held, or may still be asked for.
func (h *Hearing) Blocks(now clock.Instant) bool {
	switch h.State {
	case HearingTold:
		return now < h.AskBy
	case HearingAsked, HearingConvened:
		return true
	}
	return false
}

func hearingsOf(tx *store.Tx, centre string, id CaseID) ([]Hearing, error) {
	return store.Select[Hearing](tx, "SELECT "+store.Columns[Hearing]("")+" FROM casework_hearing WHERE centre_id = $1 AND case_id = $2 ORDER BY id", centre, id)
}

// heard refuses a decision while a hearing is open.
func (d *dossier) heard(tx *store.Tx) error {
	list, err := hearingsOf(tx, d.CentreID, d.ID)
	for i := range list {
		if list[i].Blocks(tx.Now()) {
			return ErrHearingOpen
		}
	}
	return err
}

// hearing gives the newest hearing of the case, which must be in one of the states.
func (d *dossier) hearing(tx *store.Tx, states ...HearingState) (Hearing, error) {
	list, err := hearingsOf(tx, d.CentreID, d.ID)
	if err != nil {
		return Hearing{}, err
	}
	if len(list) == 0 || !slices.Contains(states, list[len(list)-1].State) {
		return Hearing{}, ErrHearingNone
	}
	return list[len(list)-1], nil
}

func (h *Hearing) save(tx *store.Tx) error {
	h.Version++
	return store.Update(tx, "casework_hearing", *h, "centre_id", "case_id", "id")
}

// TellHearing tells the applicant of the right to a hearing (听证告知, 行政许可法 art. 46, 47), in writing. It may be asked for
// within five working days; until then nothing is decided.
func (m *Module) TellHearing(ctx context.Context, cmd Command, why string) (Case, error) {
	return m.run(ctx, cmd, ActTell, why, func(tx *store.Tx, d *dossier) (note, error) {
		why, err := reason("reason", "告知听证权利的理由", why)
		if err != nil {
			return note{}, err
		}
		list, err := hearingsOf(tx, d.CentreID, d.ID)
		if err != nil {
			return note{}, err
		}
		for i := range list {
			if list[i].Blocks(tx.Now()) {
				return note{}, ErrHearingOpen
			}
		}
		today := tx.Now().Date()
		h := Hearing{CentreID: d.CentreID, CaseID: d.ID, ID: tx.NewID(), State: HearingTold, ToldOn: today, AskBy: d.cal.AddWorkdays(today, askDays).End(), AskedOn: clock.NoDate, HeldOn: clock.NoDate, NoticeOn: clock.NoDate, Version: 1}
		if err := store.Insert(tx, "casework_hearing", h); err != nil {
			return note{}, err
		}
		v, err := m.issue(tx, d, VoucherHearingRight, hearingRightLetter(why, h.AskBy))
		return note{text: why, data: map[string]any{"voucher": v.No, "ask_by": lastDayText(h.AskBy)}}, err
	})
}

// AskHearing notes that the applicant, or somebody else concerned, asked for the hearing: within five working days of being
// told, else it is refused with AFTER_DUE. It must be held within twenty.
func (m *Module) AskHearing(ctx context.Context, cmd Command, who string) (Case, error) {
	return m.run(ctx, cmd, ActAskHearing, who, func(tx *store.Tx, d *dossier) (note, error) {
		who, err := reason("reason", "申请人或利害关系人、申请的内容", who)
		if err != nil {
			return note{}, err
		}
		h, err := d.hearing(tx, HearingTold)
		if err != nil {
			return note{}, err
		}
		if tx.Now() >= h.AskBy {
			return note{}, errAfterDue.Say("申请听证的期限已于 %s 届满。", lastDayText(h.AskBy))
		}
		today := tx.Now().Date()
		h.State, h.AskedOn, h.HoldBy = HearingAsked, today, d.cal.AddWorkdays(today, holdDays).End()
		if err := h.save(tx); err != nil {
			return note{}, err
		}
		return note{text: who, data: map[string]any{"hold_by": lastDayText(h.HoldBy)}}, d.start(tx, ClockHearing, "", today, item.Limit{N: holdDays, Unit: item.Workday})
	})
}

// WaiveHearing notes that those concerned do without the hearing (放弃听证).
func (m *Module) WaiveHearing(ctx context.Context, cmd Command, why string) (Case, error) {
	return m.run(ctx, cmd, ActWaive, why, func(tx *store.Tx, d *dossier) (note, error) {
		why, err := reason("reason", "放弃听证的说明", why)
		if err != nil {
			return note{}, err
		}
		h, err := d.hearing(tx, HearingTold, HearingAsked, HearingConvened)
		if err != nil {
			return note{}, err
		}
		h.State = HearingWaived
		d.stop(tx, ClockHearing)
		return note{text: why}, h.save(tx)
	})
}

// ConveneInput announces a hearing.
type ConveneInput struct {
	Day   clock.Date `json:"day" doc:"举行的日期，至少在七个工作日以后"`
	Place string     `json:"place" maxLength:"200" doc:"地点"`
	Chair string     `json:"chair" maxLength:"40" doc:"主持人的用户编号：不得是审查这个办件的人"`
}

// ConveneHearing announces the hearing in writing (听证通知, 行政许可法 art. 48): seven working days before it, within the limit,
// and with somebody in the chair who has not examined the case.
func (m *Module) ConveneHearing(ctx context.Context, cmd Command, in ConveneInput) (Case, error) {
	return m.run(ctx, cmd, ActConvene, in, func(tx *store.Tx, d *dossier) (note, error) {
		h, err := d.hearing(tx, HearingAsked, HearingConvened)
		if err != nil {
			return note{}, err
		}
		in.Place = strings.TrimSpace(in.Place)
		if n := utf8.RuneCountInString(in.Place); n == 0 || n > 200 {
			return note{}, ErrInput.Field("place", "请填写听证的地点，最多 200 个字。")
		}
		today := tx.Now().Date()
		if first := d.cal.AddWorkdays(today, conveneDays); in.Day < first || in.Day.Start() >= h.HoldBy {
			return note{}, ErrHearingNotice.Field("day", "请选择 %s 至 %s 之间的一天。", first, lastDayText(h.HoldBy))
		}
		if h.ChairName, err = m.chair(tx, d, in.Chair); err != nil {
			return note{}, err
		}
		h.State, h.HeldOn, h.NoticeOn, h.Place, h.Chair = HearingConvened, in.Day, today, in.Place, in.Chair
		if err := h.save(tx); err != nil {
			return note{}, err
		}
		v, err := m.issue(tx, d, VoucherHearing, hearingLetter(&h))
		return note{data: map[string]any{"day": in.Day.String(), "chair": in.Chair, "voucher": v.No}}, err
	})
}

// chair checks who is to preside: somebody of the organ who has neither examined nor checked the case and does not keep away
// from it.
func (m *Module) chair(tx *store.Tx, d *dossier, user string) (string, error) {
	u, err := m.org.UserTx(tx, d.CentreID, user)
	if err != nil || !u.Active || u.UnitID != d.UnitID {
		return "", ErrInput.Field("chair", "主持人应是本机关的在岗人员。")
	}
	checkers, err := d.checkers(tx)
	if err != nil {
		return "", err
	}
	reviewer, err := d.by(tx, ActReview)
	if err != nil {
		return "", err
	}
	if u.ID == reviewer || u.ID == d.Reviewer || slices.Contains(checkers, u.ID) {
		return "", ErrConflict.Say("听证由审查该申请的工作人员以外的人员主持。请另选一人。").Field("chair", "审查或核查过这个办件的人不能主持。")
	}
	return u.DisplayName, m.unbiased(tx, d, u.ID)
}

// HoldHearing notes that the hearing was held, with its record in short; the decision rests on it (行政许可法 art. 48).
func (m *Module) HoldHearing(ctx context.Context, cmd Command, record string) (Case, error) {
	return m.run(ctx, cmd, ActHold, record, func(tx *store.Tx, d *dossier) (note, error) {
		record, err := reason("record", "听证笔录摘要", record)
		if err != nil {
			return note{}, err
		}
		h, err := d.hearing(tx, HearingConvened)
		if err != nil {
			return note{}, err
		}
		today := tx.Now().Date()
		if today < h.HeldOn {
			return note{}, ErrHearingNotice.Say("听证通知的日期是 %s，还没有到。", h.HeldOn)
		}
		h.State, h.Record, h.HeldOn = HearingHeld, record, today
		d.stop(tx, ClockHearing)
		return note{text: record, data: map[string]any{"day": today.String(), "chair": h.Chair, "by": actor.From(tx.Context()).UserID}}, h.save(tx)
	})
}
