package hotline

import (
	"fmt"
	"slices"

	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// Kinds of notice.
const (
	NoticeSignLate = "sign_late" // 签收超时
	NoticeYellow   = "yellow"    // 黄牌: one working day before the due
	NoticeRed      = "red"       // 红牌: the first office hour after the due
	NoticeDemand   = "demand"    // 催办通知书: the working day after the due, with a copy to the head of the unit
	NoticeBulletin = "bulletin"  // 通报候选: five working days overdue
	NoticeUrge     = "urge"      // 催办 by a person

	NoticeSupervise     = "supervise"      // 督办: a supervision was opened, or its reply sent back
	NoticeSuperviseLate = "supervise_late" // 督办超时: the unit has not replied to a supervision in time
)

// NoticeLabel is the Chinese name of a kind of notice.
func NoticeLabel(kind string) string {
	return map[string]string{NoticeSignLate: "签收超时", NoticeYellow: "黄牌", NoticeRed: "红牌", NoticeDemand: "催办通知书", NoticeBulletin: "通报候选", NoticeUrge: "催办", NoticeSupervise: "督办", NoticeSuperviseLate: "督办超时"}[kind]
}

// Audiences of a notice.
const (
	AudienceUnit   = "unit"   // the unit that owes the reply
	AudienceOffice = "office" // the unit and the hotline office
	AudienceDuty   = "duty"   // the unit and the leader on duty (值班领导), at any hour
)

// Notice (提醒) tells a unit, and those who supervise it, of a card or an urging.
type Notice struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	TicketID TicketID      `db:"ticket_id" json:"ticket_id"`
	LegID    LegID         `db:"leg_id" json:"leg_id"`
	UnitID   string        `db:"unit_id" json:"unit_id"`
	Kind     string        `db:"kind" json:"kind"`
	Due      clock.Instant `db:"due" json:"due"` // the end that the rung belongs to; the moment of an urging
	At       clock.Instant `db:"at" json:"at"`
	Text     string        `db:"text" json:"text"`
	Audience string        `db:"audience" json:"audience"`
	SeenAt   clock.Instant `db:"seen_at" json:"seen_at,omitzero"`
	SeenBy   string        `db:"seen_by" json:"seen_by,omitempty"`
	Duty     string        `db:"duty" json:"-"` // ids of the leaders that a pressing one is for; "" is every leader

	Answer     string        `db:"answer" json:"answer,omitempty"` // the unit's own word on it
	AnsweredAt clock.Instant `db:"answered_at" json:"answered_at,omitzero"`
	AnsweredBy string        `db:"answered_by" json:"answered_by,omitempty"`
	LiftedAt   clock.Instant `db:"lifted_at" json:"lifted_at,omitzero"` // 解除
	LiftedBy   string        `db:"lifted_by" json:"lifted_by,omitempty"`
	LiftReason string        `db:"lift_reason" json:"lift_reason,omitempty"`
}

// give writes a notice once for its leg, kind and end.
func (m *Module) give(tx *store.Tx, o *order, l *Leg, n Notice, due clock.Instant) error {
	n.CentreID, n.ID, n.TicketID, n.LegID, n.UnitID, n.Due, n.At = o.CentreID, tx.NewID(), o.ID, l.ID, l.UnitID, due, tx.Now()
	if n.Audience == AudienceDuty {
		var err error
		if n.Duty, err = dutyOn(tx, o.CentreID, tx.Now().Date()); err != nil {
			return err
		}
	}
	made, err := tx.Exec(`INSERT INTO hotline_notice (centre_id, id, ticket_id, leg_id, unit_id, kind, due, at, text, audience, duty, seen_at, seen_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, '') ON CONFLICT (centre_id, leg_id, kind, due) DO NOTHING`,
		n.CentreID, n.ID, n.TicketID, n.LegID, n.UnitID, n.Kind, n.Due, n.At, n.Text, n.Audience, n.Duty)
	if err != nil || made == 0 || n.Kind == NoticeUrge {
		return err
	}
	if n.Audience == AudienceDuty {
		if err := m.pushDuty(tx, o, n); err != nil {
			return err
		}
	}
	return audit.Record(tx, audit.Entry{Action: "hotline." + string(ActNotice), Kind: "ticket", Object: string(o.ID),
		Detail: map[string]any{"no": o.No, "kind": n.Kind, "due": due, "unit": l.UnitID}})
}

// rung is one step of the ladder of a leg: what is due to be told when.
type rung struct {
	kind string
	due  clock.Instant
	at   clock.Instant
}

// ladder lists the rungs of a leg in the order of time (hotline reference §5.2 T17). A leg whose extension waits for its
// decision has no rungs after its due yet; a suspended one has only its review.
func ladder(cal *calendar.Calendar, l *Leg, limits Limits) []rung {
	var out []rung
	if l.State == PendingSign {
		out = append(out, rung{NoticeSignLate, l.SignDue, cal.Cards(l.SignLimit, l.SignDue, l.UnitID).Red})
	}
	switch l.State {
	case PendingSign, Signed, SignOff, ReturnAsked:
		if yellow := yellowAt(cal, l.Course.Limit, l.Due, l.UnitID, limits); yellow != 0 {
			out = append(out, rung{NoticeYellow, l.Due, max(yellow, l.DispatchedAt)})
		}
		if l.Extension.IsZero() {
			red := cal.Cards(l.Course.Limit, l.Due, l.UnitID).Red
			out = append(out, rung{NoticeRed, l.Due, red}, rung{NoticeDemand, l.Due, max(red, OpenAfter(cal, l, limits.DemandDays))},
				rung{NoticeBulletin, l.Due, OpenAfter(cal, l, limits.BulletinDays+1)})
		}
	}
	slices.SortStableFunc(out, func(a, b rung) int { return int(min(1, max(-1, a.at-b.at))) })
	return out
}

// yellowAt is when the yellow card of a limit falls: the start of business so many working days before its last day; 0
// for limits in natural minutes, which have no warning.
func yellowAt(cal *calendar.Calendar, l calendar.Limit, due clock.Instant, unit string, limits Limits) clock.Instant {
	if cal.Cards(l, due, unit).Yellow == 0 {
		return 0
	}
	day := calendar.LastDay(due)
	for range limits.YellowDays {
		day = cal.PrevWorkday(day)
	}
	at, _ := cal.Open(day, unit)
	return at
}

// openAfter is the start of business of the n-th working day after the leg's due.
func OpenAfter(cal *calendar.Calendar, l *Leg, n int) clock.Instant {
	day := cal.AddWorkdays(calendar.LastDay(l.Due), n)
	if at, ok := cal.Open(day, l.UnitID); ok {
		return at
	}
	return day.Start()
}

// The module's jobs.
const (
	jobWatch     = "hotline.watch"
	jobReproject = "hotline.reproject"
)

type watchArgs struct {
	Ticket TicketID `json:"ticket"`
	Leg    LegID    `json:"leg"`
}

// watchFrom queues the leg's watch at its first rung.
func (m *Module) watchFrom(tx *store.Tx, c clocks, l *Leg) error {
	at := l.Due
	if rungs := ladder(c.cal, l, c.limits); len(rungs) > 0 {
		at = rungs[0].at
	}
	if at <= tx.Now() {
		tx.AfterCommit(m.wake)
	}
	return jobs.Insert(tx, l.CentreID, jobWatch, string(l.ID), at, watchArgs{l.TicketID, l.ID})
}

// watchNow makes the leg's watch look at once, because something that it depends on has changed.
func (m *Module) watchNow(tx *store.Tx, l *Leg) error {
	tx.AfterCommit(m.wake)
	return jobs.Insert(tx, l.CentreID, jobWatch, string(l.ID), tx.Now(), watchArgs{l.TicketID, l.ID})
}

// watch gives the notices of a leg whose time has come and sleeps until the next; it ends when the unit owes nothing.
func (m *Module) watch(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args watchArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	if err := audit.Lock(tx, j.CentreID, string(args.Ticket)); err != nil {
		return jobs.Done, err
	}
	o, err := loadOrder(tx, j.CentreID, args.Ticket)
	if err != nil {
		return jobs.Done, err
	}
	l := o.leg(args.Leg)
	if l == nil || !l.State.Running() {
		return jobs.Done, nil
	}
	c, err := m.clocks(tx, j.CentreID)
	if err != nil {
		return jobs.Done, err
	}
	if l.State == LegSuspended {
		return m.watchSuspended(tx, o, l)
	}
	for _, r := range ladder(c.cal, l, c.limits) {
		if r.at > tx.Now() {
			return jobs.Snooze(r.at), nil
		}
		if err := m.give(tx, o, l, l.notice(o, r, c, tx.Now()), r.due); err != nil {
			return jobs.Done, err
		}
	}
	// Everything is told. An ask for extension, if one waits, is looked at again when it is decided.
	return jobs.Done, nil
}

func (m *Module) watchSuspended(tx *store.Tx, o *order, l *Leg) (jobs.Outcome, error) {
	if tx.Now() < l.ReviewAt {
		return jobs.Snooze(l.ReviewAt), nil
	}
	o.change(l)
	n, err := m.resume(tx, o, l, "挂账到期，自动恢复办理")
	if err != nil {
		return jobs.Done, err
	}
	n.leg = l.ID
	o.State = derive(o.legs)
	o.requeue(tx.Now())
	// resume moved the job to now by its key; this run is that job, so it sleeps until now.
	return jobs.Snooze(tx.Now()), m.finish(tx, o, ActResume, PermSuspend, n)
}

// notice words a rung.
func (l *Leg) notice(o *order, r rung, c clocks, now clock.Instant) Notice {
	n := Notice{Kind: r.kind, Audience: AudienceUnit}
	due := calendar.FormatDue(r.due)
	switch r.kind {
	case NoticeSignLate:
		n.Text, n.Audience = fmt.Sprintf("工单 %s 应于 %s 前签收，现已超时。", o.No, due), AudienceOffice
		if l.SignLimit.Unit == calendar.UnitMinute {
			n.Audience = AudienceDuty
		}
	case NoticeYellow:
		n.Text = fmt.Sprintf("工单 %s 将于 %s 到期，%s。", o.No, due, c.cal.Remaining(l.Course.Limit.Unit, now, r.due, l.UnitID).Text())
	case NoticeRed:
		n.Text, n.Audience = fmt.Sprintf("工单 %s 已于 %s 到期，尚未答复。", o.No, due), AudienceOffice
	case NoticeDemand:
		n.Text, n.Audience = fmt.Sprintf("催办通知书：工单 %s 应于 %s 前答复，至今未答复，请立即办理。抄送分管负责人。", o.No, due), AudienceOffice
	case NoticeBulletin:
		n.Text, n.Audience = fmt.Sprintf("工单 %s 已超期 %d 个工作日以上，列为通报候选。", o.No, c.limits.BulletinDays), AudienceOffice
	}
	return n
}
