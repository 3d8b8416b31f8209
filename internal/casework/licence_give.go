package casework

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// IssueInput is a certificate as it was made: its number and the period that stands on it.
type IssueInput struct {
	Number string     `json:"number" maxLength:"100" doc:"证照或批文编号"`
	From   clock.Date `json:"valid_from,omitzero" doc:"有效期起，不填为今天；延续的为原证照期满的次日"`
	Until  clock.Date `json:"valid_until,omitzero" doc:"有效期止，不填为按事项的有效期限计算；事项没有规定的为未定期限"`
}

// given is a day that was written, NoDate for none: the zero value of an input is no day.
func given(d clock.Date) clock.Date {
	if d <= 0 {
		return clock.NoDate
	}
	return d
}

// Issue notes that the certificate was made (制证) and enters it into the register of licences, with its number and period.
func (m *Module) Issue(ctx context.Context, cmd Command, in IssueInput) (Case, error) {
	return m.run(ctx, cmd, ActIssue, in, func(tx *store.Tx, d *dossier) (note, error) {
		in.Number = strings.TrimSpace(in.Number)
		if n := utf8.RuneCountInString(in.Number); n == 0 || n > 100 {
			return note{}, ErrInput.Field("number", "请填写证照或批文编号，最多 100 个字。")
		}
		d.ResultNo, d.IssuedAt = in.Number, tx.Now()
		l, err := m.register(tx, d, in)
		data := map[string]any{"result_no": in.Number, "valid_from": l.From.String()}
		if l.Ends() {
			data["valid_until"] = l.Until.String()
		}
		return note{data: data}, err
	})
}

// register enters the certificate of a case, or completes the one that a renewal gave when it was decided.
func (m *Module) register(tx *store.Tx, d *dossier, in IssueInput) (Licence, error) {
	l, found, err := licenceOf(tx, d.CentreID, d.ID)
	if err != nil {
		return l, err
	}
	action := LicencePrint
	if !found {
		l, action = d.licence(tx.Now().Date()), LicenceGive
	}
	l.No, l.IssuedAt = in.Number, tx.Now()
	if err := m.period(tx, d, &l, given(in.From), given(in.Until)); err != nil {
		return l, err
	}
	return l, l.happen(tx, action, note{data: l.facts()})
}

// period puts the period that stands on the paper. It is refused with INPUT where it ends before it begins, with LICENCE_TERM where
// the one who hands out may not set it. Where the item fixes the term, or a renewal fixed the first day, another one is a
// matter of whoever may decide and seal, not of handing out.
func (m *Module) period(tx *store.Tx, d *dossier, l *Licence, first, last clock.Date) error {
	ruled := l.Renews != "" && !first.IsZero() && first != l.From
	if !first.IsZero() && first != l.From {
		l.From = first
		if until := d.terms.lastDay(first); !until.IsZero() {
			l.term(&d.terms, until)
		}
	}
	if !last.IsZero() && last != l.Until {
		ruled = ruled || l.Ends()
		l.term(&d.terms, last)
	}
	if l.Ends() && l.Until < l.From {
		return ErrInput.Field("valid_until", "有效期止不能早于有效期起（%s）。", l.From)
	}
	if !ruled {
		return nil
	}
	if err := m.empower(tx, d, ActRevoke, nil); err != nil {
		return ErrTerm.Wrap(err).Field("valid_until", "和事项规定的有效期不同。")
	}
	return nil
}

// licence is what a case gives from a day on.
func (d *dossier) licence(first clock.Date) Licence {
	l := Licence{CentreID: d.CentreID, ID: d.ID, No: d.ResultNo, Name: or(d.terms.Result.Name, d.ItemName), ItemID: d.ItemID, ItemName: d.ItemName, UnitID: d.UnitID, SiteID: d.SiteID, HolderID: d.ApplicantID,
		CreatedBy: d.CreatedBy, From: first, NoticedOn: clock.NoDate, EndedOn: clock.NoDate, EventHash: []byte{}}
	l.term(&d.terms, d.terms.lastDay(first))
	return l
}

// facts are what an event says of the licence: no name of anybody.
func (l *Licence) facts() map[string]any {
	out := map[string]any{"no": l.No, "valid_from": l.From.String(), "valid_until": l.Until.String()}
	if l.Renews != "" {
		out["renews"] = l.Renews
	}
	if l.Deemed {
		out["deemed"] = true
	}
	return out
}

// renews finds the licence that an application renews (延续, 行政许可法 art. 50): in force, with an end, of the same organ and
// holder, given by the same item or under the same name, and not being renewed by another case. One that comes too late is taken all the same; the event says so, and silence
// then renews nothing. The limit of the decision is the end of the licence.
func (m *Module) renews(tx *store.Tx, d *dossier, organ, no string) (late bool, err error) {
	if no = strings.TrimSpace(no); no == "" {
		return false, nil
	}
	same, err := m.party.SamePaper(tx, d.CentreID, d.ApplicantID)
	if err != nil {
		return false, err
	}
	w := (&store.Where{}).And("centre_id = ?", d.CentreID).And("no = ?", no).And("unit_id = ?", organ).And("state = ?", InForce)
	store.In(w, "holder_id", append(same, d.ApplicantID))
	found, err := store.Select[Licence](tx, "SELECT "+licenceColumns+" FROM casework_licence"+w.SQL()+" ORDER BY id DESC LIMIT 1"+tx.ForUpdate(), w.Args...)
	if err != nil {
		return false, err
	}
	if len(found) == 0 {
		return false, ErrRenews.Field("renews", "没有查到申请人名下有效的这份证照，请核对编号。")
	}
	l := &found[0]
	today := tx.Now().Date()
	switch {
	case l.ItemID != d.ItemID && l.Name != d.terms.Result.Name:
		return false, ErrRenews.Say("证照 %s（%s）不是这个事项的，不能由它延续。请选发证的事项。", l.No, l.Name).Field("renews", "这份证照属于事项“%s”。", l.ItemName)
	case !l.Ends():
		return false, ErrRenews.Say("证照 %s 没有登记有效期止，不需要延续。有效期漏登的，先更正。", l.No).Field("renews", "这份证照没有期限。")
	case l.Until < today:
		return false, ErrRenews.Say("证照 %s 已于 %s 期满，不能延续，请按新申请办理。", l.No, l.Until).Field("renews", "这份证照已经期满。")
	}
	running, err := renewing(tx, d.CentreID, l.ID)
	if err != nil {
		return false, err
	}
	if len(running) > 0 {
		return false, ErrRenews.Say("证照 %s 的延续申请 %s 正在办理，没有再次接件。", l.No, running[0].No).Field("renews", "延续申请正在办理。")
	}
	d.Renews = l.ID
	return today > l.ApplyBy, d.startOn(tx, ClockRenewal, l.Until)
}

// renewing lists the open cases that renew a licence.
func renewing(tx *store.Tx, centre string, id CaseID) ([]Case, error) {
	list, err := store.Select[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND renews = $2 AND renews <> '' ORDER BY id", centre, id)
	return slices.DeleteFunc(list, func(c Case) bool { return !c.State.Open() }), err
}

// after is the licence that follows another, from the day after its end: for the term of the item or, where that fixes none, for as
// long again.
func (d *dossier) after(old *Licence) Licence {
	next := d.licence(old.Until + 1)
	if !next.Ends() && !old.From.IsZero() {
		next.term(&d.terms, next.From+old.Until-old.From)
	}
	next.No, next.Renews = old.No, old.ID
	return next
}

// prolong lets the licence of a renewal follow the one that it renews, from the day after its end: granted (准予延续) or, where
// nothing was decided in time, by law. What has ended already is not prolonged; the certificate then counts from its making.
func (m *Module) prolong(tx *store.Tx, d *dossier, document string, deemed bool) error {
	old, ok, err := licenceOf(tx, d.CentreID, d.Renews)
	if err == nil && ok && slices.Contains([]LicenceState{Cancelled, Forfeited, Annulled}, old.State) {
		return ErrLicenceState.Say("原证照 %s 已经%s，不能准予延续。", old.No, old.State.Label())
	}
	if err != nil || !ok || old.State != InForce || !old.Ends() || !deemed && old.Until < tx.Now().Date() {
		return err
	}
	next := d.after(&old)
	next.Deemed = deemed
	if err := next.happen(tx, LicenceGive, note{data: next.facts()}); err != nil {
		return err
	}
	old.EndedOn, old.Ground, old.Document = old.Until, groundRenewed, document
	if deemed {
		old.Ground = groundDeemed
	}
	return old.happen(tx, LicenceRenew, note{data: map[string]any{"by": d.ID, "ground": old.Ground, "document": document}})
}

// annul ends the licence of a case whose decision is revoked (撤销); what a revoked renewal had followed is in force again for what
// is left of its time.
func (m *Module) annul(tx *store.Tx, d *dossier, ground, document string) error {
	l, ok, err := licenceOf(tx, d.CentreID, d.ID)
	if err != nil || !ok {
		return err
	}
	if slices.Contains(licenceFlow[LicenceAnnul].from, l.State) {
		l.EndedOn, l.Ground, l.Document = tx.Now().Date(), ground, document
		if err := l.happen(tx, LicenceAnnul, note{data: map[string]any{"ground": ground, "document": document}}); err != nil {
			return err
		}
	}
	old, ok, err := licenceOf(tx, d.CentreID, l.Renews)
	if err != nil || !ok || old.State != Renewed {
		return err
	}
	if old.Until < tx.Now().Date() {
		old.Ground, old.Document = groundExpired, ""
		return old.happen(tx, LicenceExpire, note{data: map[string]any{"until": old.Until.String()}})
	}
	old.EndedOn, old.Ground, old.Document = clock.NoDate, "", ""
	return old.happen(tx, LicenceRestore, note{data: map[string]any{"until": old.Until.String()}})
}
