package casework

import (
	"slices"
	"time"

	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// jobLicences looks at the ends of licences, at the beginning of every day.
const jobLicences = "casework.licences"

// jobLicenceEnd does what the law says about one licence whose last day is over. Each has a job of its own, so that one which fails
// keeps no other waiting.
const jobLicenceEnd = "casework.licence_end"

type licenceEndArgs struct {
	Licence CaseID `json:"licence"`
}

const (
	licenceBatch = 50  // licences that one transaction announces
	licenceOver  = 500 // licences for which one transaction queues the end
	licencePause = time.Second
	licenceWait  = time.Minute // until those that were queued have ended
	// A holder is reminded 30 working days before the end, or 5 before the last day to apply where that comes first.
	noticeBeforeEnd   = 30
	noticeBeforeApply = 5
)

// ScheduleLicences makes sure that the ends of a centre's licences are looked at every day.
func ScheduleLicences(tx *store.Tx, centre string) error {
	return jobs.Ensure(tx, centre, jobLicences, jobLicences)
}

// licenceDay queues the end of the licences whose last day is over, and announces those whose end comes near. Running late or twice it does
// the same once; a change of the calendar moves what is to be announced by itself.
func (m *Module) licenceDay(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	today := tx.Now().Date()
	over, err := store.Select[CaseID](tx, "SELECT id FROM casework_licence WHERE centre_id = $1 AND state = 'active' AND valid_until <> '' AND valid_until < $2 ORDER BY valid_until, id LIMIT $3",
		j.CentreID, today, licenceOver)
	for _, id := range over {
		if err == nil {
			err = jobs.Insert(tx, j.CentreID, jobLicenceEnd, string(id), tx.Now(), licenceEndArgs{id})
		}
	}
	if err != nil {
		return jobs.Done, err
	}
	near, err := m.nearLicences(tx, j.CentreID, today)
	if err == nil {
		err = m.announce(tx, j.CentreID, near)
	}
	if err != nil {
		return jobs.Done, err
	}
	if len(over) == licenceOver {
		return jobs.Snooze(tx.Now().Add(licenceWait)), nil
	}
	if len(near) >= licenceBatch {
		return jobs.Snooze(tx.Now().Add(licencePause)), nil
	}
	return jobs.Snooze((today + 1).Start()), nil
}

// licenceEnd locks the chains of a licence and of the case that renews it, in one order, and ends it.
func (m *Module) licenceEnd(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args licenceEndArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	list, err := renewing(tx, j.CentreID, args.Licence)
	if err != nil {
		return jobs.Done, err
	}
	objects, renewal := []string{string(args.Licence)}, CaseID("")
	if len(list) > 0 {
		renewal = list[len(list)-1].ID
		objects = append(objects, string(renewal))
	}
	audit.LockOrder(objects)
	for _, o := range objects {
		if err := audit.Lock(tx, j.CentreID, o); err != nil {
			return jobs.Done, err
		}
	}
	return jobs.Done, m.endLicence(tx, j.CentreID, args.Licence, renewal)
}

// renewalOver refuses what people do with the renewal of a licence whose last day is over while the end is not entered: at that
// midnight the licence was renewed by law or expired, and nothing that is done later changes it.
func (d *dossier) renewalOver(tx *store.Tx) error {
	if d.Renews == "" || d.Decision != Undecided {
		return nil
	}
	l, ok, err := licenceOf(tx, d.CentreID, d.Renews)
	if err == nil && ok && l.State == InForce && l.Ends() && l.Until < tx.Now().Date() {
		return ErrRenewalOver
	}
	return err
}

// endLicence is what the law says when the last day of a licence is over. Where its holder applied for renewal in time and nothing
// was decided, it is renewed (视为准予延续, 行政许可法 art. 50); otherwise it has expired, and a renewal that is still going on is told so.
func (m *Module) endLicence(tx *store.Tx, centre string, id, renewal CaseID) error {
	l, ok, err := licenceOf(tx, centre, id)
	if err != nil || !ok || l.State != InForce || !l.Ends() || l.Until >= tx.Now().Date() {
		return err
	}
	var d *dossier
	if renewal != "" {
		if d, err = m.load(tx, centre, renewal); err != nil {
			return err
		}
	}
	silent, err := m.silent(tx, d, &l)
	if err != nil {
		return err
	}
	if silent {
		return m.apply(tx, d, ActDeemRenew, func(tx *store.Tx, d *dossier) (note, error) { return m.deemRenewed(tx, d, &l) })
	}
	l.EndedOn, l.Ground = l.Until, groundExpired
	if err := l.happen(tx, LicenceExpire, note{data: map[string]any{"until": l.Until.String()}}); err != nil {
		return err
	}
	if err := recordLicence(tx, &l, LicenceExpire); err != nil || d == nil || d.Decision != Undecided {
		return err
	}
	return m.apply(tx, d, ActRunOut, func(tx *store.Tx, d *dossier) (note, error) {
		d.stop(tx, ClockRenewal)
		return note{text: "原证照有效期届满，没有作出延续决定，也不具备视为准予延续的条件。", data: map[string]any{"until": l.Until.String(), "licence": l.ID}}, nil
	})
}

// silent reports whether silence renews a licence. Where the renewal is of another item than the licence, the laws of both must say so.
func (m *Module) silent(tx *store.Tx, d *dossier, l *Licence) (bool, error) {
	if d == nil || !d.renewedBySilence(l) {
		return false, nil
	}
	if d.ItemID == l.ItemID {
		return true, nil
	}
	gave, err := m.load(tx, l.CentreID, l.ID)
	if err != nil {
		return false, err
	}
	return gave.terms.RenewsBySilence(), nil
}

// renewedBySilence reports whether silence renews a licence: its item's law says so, the application was in time, and it was for
// the organ, not for the applicant, to act.
func (d *dossier) renewedBySilence(l *Licence) bool {
	_, refused := check(ActDeemRenew, d.State)
	return d.terms.RenewsBySilence() && d.Decision == Undecided && refused == nil && d.ReceivedAt.Date() <= l.ApplyBy
}

// deemRenewed grants a renewal by law, with a voucher of its own.
func (m *Module) deemRenewed(tx *store.Tx, d *dossier, l *Licence) (note, error) {
	if d.FirstPending() { // the law decides in the place of the organ above, which gives the licence
		it, err := m.item.ItemTx(tx, d.CentreID, d.ItemID)
		if err != nil {
			return note{}, err
		}
		d.UnitID = it.UnitID
	}
	if err := d.decided(tx, Granted); err != nil {
		return note{}, err
	}
	if d.terms.Result.Name == "" {
		d.State = Deliver
	}
	if err := m.awaitCheck(tx, d); err != nil {
		return note{}, err
	}
	next := d.after(l)
	v, err := m.issue(tx, d, VoucherContinued, continuedLetter(l, &next, d.terms.Renewal.Basis))
	if err != nil {
		return note{}, err
	}
	if err := m.prolong(tx, d, v.No, true); err != nil {
		return note{}, err
	}
	data := d.decisionData(tx, v.No)
	data["licence"], data["as_of"], data["valid_until"] = l.ID, l.Until.String(), next.Until.String()
	return note{text: "有效期届满前没有作出是否准予延续的决定，依法视为准予延续。", data: data}, nil
}

// nearLicences lists the licences whose end is to be announced today.
func (m *Module) nearLicences(tx *store.Tx, centre string, today clock.Date) ([]CaseID, error) {
	cal, err := m.calendar.ForCentre(tx, centre, "")
	if err != nil {
		return nil, err
	}
	// The n-th working day before a day has come when that day is the n-th after today, or sooner.
	near, err := store.Select[CaseID](tx, "SELECT id FROM casework_licence WHERE centre_id = $1 AND state = 'active' AND noticed_on = '' AND apply_by <> '' AND apply_by <= $2 ORDER BY apply_by, id LIMIT $3",
		centre, cal.AddWorkdays(today, noticeBeforeApply), licenceBatch)
	if err != nil {
		return nil, err
	}
	more, err := store.Select[CaseID](tx, "SELECT id FROM casework_licence WHERE centre_id = $1 AND state = 'active' AND valid_until <> '' AND valid_until <= $2 AND noticed_on = '' ORDER BY valid_until, id LIMIT $3",
		centre, cal.AddWorkdays(today, noticeBeforeEnd), licenceBatch)
	for _, id := range more {
		if !slices.Contains(near, id) {
			near = append(near, id)
		}
	}
	return near, err
}

// announce notes that the end of licences comes near (期满提醒): they stand in the list of those that are to be renewed, and holders who agreed
// to messages get one.
func (m *Module) announce(tx *store.Tx, centre string, ids []CaseID) error {
	objects := make([]string, len(ids))
	for i, id := range ids {
		objects[i] = string(id)
	}
	audit.LockOrder(objects)
	for _, o := range objects {
		if err := audit.Lock(tx, centre, o); err != nil {
			return err
		}
	}
	for _, id := range ids {
		l, ok, err := licenceOf(tx, centre, id)
		if err != nil {
			return err
		}
		if !ok || l.State != InForce || !l.NoticedOn.IsZero() {
			continue
		}
		l.NoticedOn = tx.Now().Date()
		if err := l.happen(tx, LicenceNotice, note{data: map[string]any{"apply_by": l.ApplyBy.String(), "valid_until": l.Until.String()}}); err != nil {
			return err
		}
		if err := m.tellHolder(tx, &l); err != nil {
			return err
		}
	}
	return nil
}

// continuedLetter says that a licence goes on by law.
func continuedLetter(l, next *Licence, basis string) Letter {
	law := "《中华人民共和国行政许可法》第五十条第二款"
	if basis != "" {
		law = basis
	}
	return Letter{Facts: []Fact{{"证照编号", l.No}, {"证照名称", l.Name}, {"原有效期", l.TermText()}, {"延续后的有效期", next.TermText()}},
		Text:  []string{"您在有效期届满前依法提出延续申请，本机关在有效期届满前没有作出是否准予延续的决定。依据" + law + "，视为准予延续。"},
		After: []string{"请凭本通知书换领证照。换领以前，原证照与本通知书一并使用。"}}
}
